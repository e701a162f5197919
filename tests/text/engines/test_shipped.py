"""What the built-in models were made of, and that the files are what the code reads today."""

import pytest
from django.core.management import CommandError, call_command

from analytics.text.engines import shipped
from analytics.text.engines.built_in import DATA, engines_for
from analytics.text.engines.linear import LABELS
from analytics.text.engines.model_file import from_bytes


@pytest.mark.parametrize("language", ["en", "he"])
def test_the_file_is_of_todays_recipe_small_and_trained_on_all_labels(language):
    data = (DATA / f"model_{language}.npz").read_bytes()
    model = from_bytes(data, language)
    assert len(data) < 1_000_000
    assert model.labels == LABELS
    assert all(model.trained[label] >= sum(found == label for _text, found, _weight in shipped.own_comments(language)) for label in LABELS)


# Whoever changes what a column means changes these: then raise RECIPE and run build_text_models.
KNOWN = {
    "en": [("The support team was excellent.", 0.941), ("Nobody answered me, not good", -0.914)],
    "he": [("שירות מצוין, ממליץ בחום", 0.821), ("אף אחד לא ענה לי, לא טוב", -0.888)],
}


@pytest.mark.parametrize("language", ["en", "he"])
def test_known_scores(language):
    found = engines_for(language)[0].score([text for text, _polarity in KNOWN[language]])
    assert [score.polarity for score in found] == pytest.approx([polarity for _text, polarity in KNOWN[language]], abs=0.005)


def test_rated_texts_are_read_from_their_folder(tmp_path):
    for name in shipped.RATED:
        (tmp_path / f"{name}_GroundTruth.txt").write_text("1\t2.5\tLovely\n2\t-0.8\tbad\n3\t0.5\tso so\n4\t-0.1\ta table\n")
    texts, labels, weights = shipped.examples("en", tmp_path)
    rated = [row for row in zip(texts, labels, weights, strict=True) if row[2] in shipped.RATED.values()]
    assert rated[:3] == [("Lovely", "positive", 0.3), ("bad", "negative", 0.3), ("a table", "neutral", 0.3)]
    assert len(rated) == 3 * len(shipped.RATED)


def test_a_folder_without_them_is_said(tmp_path):
    with pytest.raises(CommandError, match="is not the folder of rated texts"):
        call_command("build_text_models", language=["en"], rated=tmp_path, to=tmp_path)
