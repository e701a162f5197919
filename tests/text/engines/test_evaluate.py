"""Measures of an engine against labels, by hand and by the command."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from analytics.text.engines.built_in import Score
from analytics.text.engines.evaluate import Evaluation, cross_validate, f1, interval, macro_f1, right

# Of 10 positive texts 8 are found and 1 is called negative; of 10 negative 6, and 2 are called positive; 1 and 2 are not understood.
CONFUSION = Counter(
    {
        ("positive", "positive"): 8,
        ("positive", "negative"): 1,
        ("positive", "not_scored"): 1,
        ("negative", "negative"): 6,
        ("negative", "positive"): 2,
        ("negative", "not_scored"): 2,
    }
)
BOTH = ["positive", "negative"]


def test_f1_by_hand():
    assert f1(CONFUSION, "positive") == pytest.approx(2 * 8 / (2 * 8 + 2 + 2))
    assert f1(CONFUSION, "negative") == pytest.approx(2 * 6 / (2 * 6 + 1 + 4))
    assert macro_f1(CONFUSION, BOTH) == pytest.approx((0.8 + 12 / 17) / 2)
    assert right(CONFUSION) == 14


def test_what_is_not_understood_is_no_judgement():
    found = Evaluation("engine", CONFUSION, 0.5)
    assert (found.n, found.coverage, found.texts_per_second) == (20, 17 / 20, 40)
    assert macro_f1(found.judged, BOTH) == pytest.approx((16 / 19 + 12 / 15) / 2)


def test_of_nothing_there_is_no_figure():
    assert (macro_f1(Counter(), BOTH), Evaluation("engine", Counter(), 0).coverage, interval(Counter(), right)) == (None, None, None)


def test_the_interval_of_a_share_is_that_of_the_binomial_distribution():
    """scipy.stats.binom(20, 0.7).ppf([0.025, 0.975]) ÷ 20, as drawing texts again does to a share."""
    assert interval(CONFUSION, lambda confusion: right(confusion) / 20) == (0.5, 0.9)


def test_each_text_is_judged_by_an_engine_that_never_saw_it():
    seen = []

    class Engine:
        name, version, languages = "memory", "1", frozenset({"en"})

        def __init__(self, texts):
            self.texts = set(texts)

        def score(self, texts):
            seen.extend(texts)
            assert not self.texts & set(texts)
            return [Score(0.5, "positive") for _ in texts]

    texts = [f"good {number % 9}" for number in range(20)] + [f"bad {number}" for number in range(20)]
    found = cross_validate("memory", texts, ["positive"] * 20 + ["negative"] * 20, 4, lambda texts, labels: Engine(texts))
    assert set(seen) == set(texts) and found.n == len(texts)
    assert found.confusion == {("positive", "positive"): 20, ("negative", "positive"): 20}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "labelled.tsv"
    path.write_text("text\tlabel\nשירות מצוין\t1\nשירות גרוע\t0\nיום ראשון\t2\n", encoding="utf-8")
    return path


def told(file, **options):
    out = StringIO()
    call_command("evaluate_text", str(file), stdout=out, **{"language": "he", "labels": "1=positive,0=negative", "header": True, **options})
    return out.getvalue()


def test_the_command_prints_what_it_found(file):
    printed = told(file)
    assert "kesher-hebrew: n 2, coverage 1.000" in printed
    assert "kesher-hebrew-lexicon: n 2, coverage 1.000" in printed
    assert "all texts: accuracy 1.000 (0.342–1.000), macro-F1 1.000 (" in printed  # Wilson: 2 ÷ (2 + 1.96²)
    assert "by the sign: accuracy 1.000" in printed
    assert "positive               1           0           0           0           0" in printed


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        ({"labels": "1=good"}, "--labels names good"),
        ({"labels": "7=positive"}, "No line of the file has a label that is known"),
        ({"language": "pt"}, "No engine covers 'pt'"),
        ({"label": 5}, "Line 2 has 2 columns"),
        ({"engine": "textblob"}, "of 'he' there are kesher-hebrew, kesher-hebrew-lexicon"),
        ({"folds": 2, "language": "pt"}, "Models can be trained of en, he"),
    ],
)
def test_what_is_wrong_is_named(file, options, wrong):
    with pytest.raises(CommandError, match=wrong):
        told(file, **options)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="can not be read"):
        told(tmp_path / "nothing.tsv")


def test_one_engine_and_several_files(file):
    out = StringIO()
    call_command("evaluate_text", str(file), str(file), stdout=out, language="he", labels="1=positive,0=negative", engine="kesher-hebrew")
    assert out.getvalue().count("coverage") == 1 and "kesher-hebrew: n 4" in out.getvalue()


def test_the_method_is_measured_on_a_file_by_a_model_of_another(file, tmp_path):
    train = tmp_path / "train.tsv"
    lines = [f"שירות {'מצוין' if good else 'גרוע'} {number}\t{good}" for number in range(16) for good in (0, 1)]
    train.write_text("\n".join(["text\tlabel", *lines]), encoding="utf-8")
    assert "trained: n 2, coverage 1.000" in told(file, train=train)
    with pytest.raises(CommandError, match="There are 0 positive and 0 negative texts; at least 10"):
        told(file, train=file)  # what is measured is never learnt from
    assert "3 folds: n 32, coverage 1.000" in told(train, folds=3)
