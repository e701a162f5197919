"""What the models that come with the product are trained on: its own comments, its lexicon, and for English rated public texts."""

from collections.abc import Iterator
from pathlib import Path

from analytics.text.engines.english import vader
from analytics.text.engines.lexicon import DATA, emoji, read_rows
from analytics.text.engines.linear import NEGATIVE, NEUTRAL, POSITIVE

OWN_WEIGHT, LEXICON_WEIGHT, VADER_WEIGHT, EMOJI_WEIGHT = 1.0, 0.03, 0.2, 0.5
RATED = {"tweets": 0.3, "amazonReviewSnippets": 0.3, "movieReviewSnippets": 1.2}  # editorials praise and blame the world, not a supplier
CLEAR_WORD = 1.5  # valence, −4 to 4
CLEAR, NONE = 0.8, 0.3  # mean ratings, −4 to 4, from which on a text is praise or blame, and up to which it is neither
Example = tuple[str, str, float]


def examples(language: str, rated: Path | None = None) -> tuple[list[str], list[str], list[float]]:
    """Texts, labels and weights. `rated` is the folder of Hutto & Gilbert's ground truth (2014, VADER, ICWSM 8)."""
    found = [*own_comments(language), *_of_emoji(), *OF_LEXICON[language](), *(_rated(rated) if rated else ())]
    texts, labels, weights = zip(*found, strict=True)
    return list(texts), list(labels), list(weights)


def own_comments(language: str) -> Iterator[Example]:
    """The comments written for the project."""
    for label, text in read_rows(DATA / f"comments_{language}.tsv"):
        yield text, label, OWN_WEIGHT


def _of_hebrew_lexicon() -> Iterator[Example]:
    """Each expression as a text: what it says by itself is known, and comments of a few plain words are as frequent as any."""
    for expression, weight in read_rows(DATA / "lexicon_he.tsv"):
        yield expression, POSITIVE if float(weight) > 0 else NEGATIVE, LEXICON_WEIGHT


def _of_vader() -> Iterator[Example]:
    """The words of VADER's lexicon (Hutto & Gilbert 2014) that are clear by themselves, each as a text."""
    for word, valence in vader().lexicon.items():
        if word.isalpha() and abs(valence) >= CLEAR_WORD:
            yield word, POSITIVE if valence > 0 else NEGATIVE, VADER_WEIGHT


OF_LEXICON = {"he": _of_hebrew_lexicon, "en": _of_vader}


def _of_emoji() -> Iterator[Example]:
    for symbol, weight in emoji().items():
        yield symbol, POSITIVE if weight > 0 else NEGATIVE, EMOJI_WEIGHT


def _rated(folder: Path) -> Iterator[Example]:
    for name, weight in RATED.items():
        for line in (folder / f"{name}_GroundTruth.txt").read_text(encoding="utf-8", errors="replace").splitlines():
            _number, rating, text = line.split("\t", 2)
            label = _label(float(rating))
            if label:
                yield text, label, weight


def _label(rating: float) -> str:
    if abs(rating) >= CLEAR:
        return POSITIVE if rating > 0 else NEGATIVE
    return NEUTRAL if abs(rating) <= NONE else ""
