"""The linear models: what they learn, what decided, and how they come through a file."""

import numpy as np
import pytest

from analytics.text.engines.errors import CanNotLearn
from analytics.text.engines.features import COLUMNS, RECIPES
from analytics.text.engines.linear import deciding, shows_two_sides
from analytics.text.engines.model_file import MAGIC, BrokenModel, from_bytes, to_bytes
from analytics.text.engines.reading import read
from analytics.text.engines.train import features, train

PRAISE = ["great service", "excellent people", "very helpful and quick", "I love it", "good value"] * 4
BLAME = ["awful service", "rude people", "slow and not helpful", "I hate it", "not good"] * 4
PLAIN = ["I bought it on Monday", "the order number is 7", "it is blue", "we have two offices"] * 4


@pytest.fixture(scope="module")
def model():
    labels = ["positive"] * 20 + ["negative"] * 20 + ["neutral"] * 16
    return train("en", PRAISE + BLAME + PLAIN, labels)


def probabilities(model, texts):
    return np.array([model.judge(text).probabilities for text in texts])


def decided(model, text, label):
    return deciding(model.judge(text), label)


def test_what_was_learnt(model):
    assert (model.labels, model.trained) == (("positive", "neutral", "negative"), {"positive": 20, "neutral": 16, "negative": 20})
    likeliest = probabilities(model, ["excellent service", "rude and slow", "the offices are blue"]).argmax(axis=1)
    assert [model.labels[place] for place in likeliest] == ["positive", "negative", "neutral"]


def test_probabilities_are_those_of_the_features_times_the_weights(model):
    """The sums by word against the plain product of matrices."""
    texts = ["Great service, but slow people!", "not good", "", "word " * 50, "😡 :) 5"]
    logits = (features("en", texts) @ model.coefficients.T + model.intercept) / model.temperature
    plain = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert probabilities(model, texts) == pytest.approx(plain)


def test_the_words_that_decided(model):
    assert [word for word, _weight in decided(model, "The service was excellent", "positive")][0] == "excellent"
    [(word, weight), *_others] = decided(model, "This is not good", "negative")
    assert (word, weight < 0) == ("not good", True)
    assert decided(model, "It is blue", "neutral") == ()
    assert decided(model, "", "positive") == ()


def test_the_weights_of_the_words_are_the_whole_difference(model):
    """Words, pairs and what the lexicons say: nothing of praise against blame is lost but the intercept."""
    judgement = model.judge("excellent people, great value")
    logits = np.log(judgement.probabilities) * model.temperature
    assert judgement.weights.sum() == pytest.approx(logits[0] - logits[2] - (model.intercept[0] - model.intercept[2]))


def test_the_same_texts_give_the_same_model(model):
    labels = ["positive"] * 20 + ["negative"] * 20 + ["neutral"] * 16
    again = train("en", PRAISE + BLAME + PLAIN, labels)
    assert (again.coefficients == model.coefficients).all() and again.temperature == model.temperature


def test_two_labels_and_groups_and_weights():
    model = train("he", ["שירות טוב"] * 20 + ["שירות גרוע"] * 20, ["positive"] * 20 + ["negative"] * 20, [1.0] * 40, list(range(20)) * 2)
    assert model.labels == ("positive", "negative")
    assert [row.argmax() for row in probabilities(model, ["טוב", "גרוע"])] == [0, 1]
    assert probabilities(model, ["טוב"]).sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Great service", False),
        ("en", "Good price, good service", False),
        ("en", "Wonderful staff, wonderful food. Great value.", False),
        ("en", "nice food awful service", True),
        ("en", "Lovely friendly staff. The parcel never came.", True),
        ("en", "It works but they never call", True),
        ("he", "מחיר טוב, שירות טוב", False),
        ("he", "הצוות אדיב ומקצועי. המשלוח לא הגיע אף פעם", True),
        ("he", "", False),
    ],
)
def test_what_shows_two_sides(language, text, expected):
    assert shows_two_sides(read(text, RECIPES[language].word)) == expected


def test_what_shows_one_side_is_never_mixed():
    """Whatever was learnt: here each word was met in mixed texts alone."""
    mixed = ["great and awful"] * 20
    model = train("en", PRAISE + BLAME + mixed, ["positive"] * 20 + ["negative"] * 20 + ["mixed"] * 20)
    assert "mixed" in model.labels
    assert model.judge("great").probabilities[model.labels.index("mixed")] == 0
    assert model.judge("great, and then awful").probabilities.argmax() == model.labels.index("mixed")


def test_too_few_texts_are_said():
    with pytest.raises(CanNotLearn, match="3 positive and 0 negative"):
        train("en", ["good"] * 3, ["positive"] * 3)


def test_a_model_is_the_same_behind_a_file(model):
    again = from_bytes(to_bytes(model), "en")
    assert (again.coefficients == model.coefficients).all() and (again.intercept == model.intercept).all()
    assert (again.labels, again.temperature, again.trained, again.made_on) == (
        model.labels,
        model.temperature,
        model.trained,
        model.made_on,
    )


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda data: b"", "is empty"),
        (lambda data: data[:-1], "damaged or not complete"),
        (lambda data: data[:30], "damaged or not complete"),
        (lambda data: data[:200] + b"\x00" + data[201:], "damaged or not complete"),
        (lambda data: b"kesher sentiment model 9\n" + data[len(MAGIC) :], "of another version"),
        (lambda data: np.random.default_rng(1).bytes(5000), "This is not a sentiment model"),
        (lambda data: b"PK\x03\x04 a zip", "This is not a sentiment model"),
    ],
)
def test_a_broken_file_says_what_is_wrong(model, break_it, said):
    with pytest.raises(BrokenModel, match=said):
        from_bytes(break_it(to_bytes(model)))


def test_a_model_of_another_recipe_language_or_shape(model, monkeypatch):
    data = to_bytes(model)
    with pytest.raises(BrokenModel, match="for the language “en”, not “he”"):
        from_bytes(data, "he")
    monkeypatch.setattr("analytics.text.engines.model_file.RECIPE", 99)
    with pytest.raises(BrokenModel, match="of another version of Kesher"):
        from_bytes(data)
    monkeypatch.undo()
    model = from_bytes(data)
    model.coefficients = model.coefficients[:, :COLUMNS]
    with pytest.raises(BrokenModel, match="numbers are not those of a model"):
        from_bytes(to_bytes(model))
    model.temperature = float("nan")
    with pytest.raises(BrokenModel):
        from_bytes(to_bytes(model))
