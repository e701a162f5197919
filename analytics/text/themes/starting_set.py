"""The themes of customer feedback that an organisation starts with; theirs to change from then on."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from analytics.text.engines.lexicon import read_rows

DATA = Path(__file__).parent / "data"
LANGUAGES = ("en", "he")
NO_PARENT = "-"


@dataclass(frozen=True)
class StartingTheme:
    """`parent` is '' at the upper of the two levels; `names` and `terms` by language."""

    key: str
    parent: str
    names: dict[str, str]
    terms: dict[str, list[str]]


def starting_themes() -> list[StartingTheme]:
    """In their order, each parent before its sub-themes."""
    terms: dict[str, dict[str, list[str]]] = defaultdict(lambda: {language: [] for language in LANGUAGES})
    for language in LANGUAGES:
        for key, term in read_rows(DATA / f"theme_terms_{language}.tsv"):
            terms[key][language].append(term)
    lines = (DATA / "themes.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return [
        StartingTheme(key, "" if parent == NO_PARENT else parent, {"en": english, "he": hebrew}, terms[key])
        for key, parent, english, hebrew in rows
    ]


def terms_by_theme() -> dict[str, list[str]]:
    """What a `Matcher` is made of."""
    return {theme.key: [term for terms in theme.terms.values() for term in terms] for theme in starting_themes()}
