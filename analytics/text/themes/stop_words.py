"""Words that name no subject: the small words of a language, and those that only praise or blame."""

from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
# Of Hebrew words of two letters `hebrew.forms` takes no prefix.
PREFIXES = ("", "ו", "ש", "וש", "כש", "ה", "ב", "ל", "מ")


@lru_cache
def stop_words(language: str) -> frozenset[str]:
    """The product's own list, in English with that of scikit-learn; empty for a language that has none."""
    file = DATA / f"stop_words_{language}.txt"
    own = file.read_text(encoding="utf-8").split() if file.exists() else []
    if language == "he":
        return frozenset(prefix + word for word in own for prefix in PREFIXES)
    if language == "en":
        from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS  # takes a second to import: only the worker pays for it

        return ENGLISH_STOP_WORDS.union(own)
    return frozenset(own)
