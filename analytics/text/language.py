"""The language of a text, by its script and by what the respondent's page was set to."""

import re
from collections import Counter

UNDETERMINED = "und"  # ISO 639-2: letters, but of no script that we know a language for

# Languages that are not written in Latin letters, by their script.
HEBREW, ARABIC, CYRILLIC, LATIN, OTHER = "hebrew", "arabic", "cyrillic", "latin", "other"
LANGUAGES_OF_SCRIPT = {
    HEBREW: ("he", "yi"),
    ARABIC: ("ar", "fa", "ur", "ps", "ckb"),
    CYRILLIC: ("ru", "uk", "be", "bg", "mk", "sr", "kk", "ky", "mn", "tg"),
    OTHER: (
        *("el", "hy", "ka", "am", "ti", "zh", "ja", "ko", "th", "lo", "my", "km"),
        *("hi", "mr", "ne", "bn", "pa", "gu", "ta", "te", "kn", "ml", "si"),
    ),
}
SCRIPT_OF_LANGUAGE = {language: script for script, languages in LANGUAGES_OF_SCRIPT.items() for language in languages}

LETTERS = {
    LATIN: re.compile("[A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u1e00-\u1eff\uff21-\uff3a\uff41-\uff5a]"),
    HEBREW: re.compile("[\u05d0-\u05f2\ufb1d-\ufb4f]"),
    ARABIC: re.compile("[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]"),
    CYRILLIC: re.compile("[\u0400-\u052f\u1c80-\u1c88\u2de0-\u2dff\ua640-\ua69f]"),
}
ANY_LETTER = re.compile(r"[^\W\d_]")
LONGEST = 20_000  # characters that are looked at: a language shows itself long before


def script_of(text: str) -> str:
    """The script that most letters of `text` belong to, or '' where it has no letter. A tie goes to the script that is not Latin."""
    text = text[:LONGEST]
    counts = Counter({script: len(letters.findall(text)) for script, letters in LETTERS.items()})
    counts[OTHER] = len(ANY_LETTER.findall(text)) - counts.total()
    script, count = max(counts.items(), key=lambda item: (item[1], item[0] != LATIN))
    return script if count > 0 else ""


def language_of(text: str, declared: str = "") -> str:
    """The two-letter language of `text`: '' for texts without letters, as digits and emoji.

    The script decides; among the languages of that script, the one that the response declares. Latin
    letters in a response that declares no Latin-script language are taken for English. What is written
    in another language of the same script than the declared one is not noticed.
    """
    script = script_of(text)
    base = declared.lower().replace("_", "-").split("-")[0]
    if not script:
        return ""
    if script == LATIN:
        return base if base and base not in SCRIPT_OF_LANGUAGE else "en"
    if SCRIPT_OF_LANGUAGE.get(base) == script:
        return base
    return UNDETERMINED if script == OTHER else LANGUAGES_OF_SCRIPT[script][0]
