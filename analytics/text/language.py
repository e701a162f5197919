"""The language of a text and of its sentences: by script, among the languages of one script by words, and by what the response declares."""

import re
from collections import Counter
from functools import lru_cache
from typing import Any

from analytics.text.sentences import sentences

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


# Words that are frequent in English and rare elsewhere: where they stand, nothing needs to be asked.
ENGLISH = frozenset(
    (
        *("the", "and", "is", "are", "was", "were", "be", "been", "to", "of", "in", "it", "its", "you", "your", "my", "we", "our"),
        *("they", "their", "this", "that", "these", "those", "for", "with", "on", "at", "by", "from", "have", "has", "had", "not"),
        *("don't", "didn't", "can't", "but", "so", "very", "all", "just", "what", "when", "who", "how", "why", "will", "would"),
        *("there", "here", "please", "thanks", "thank", "an", "as", "if", "or", "out", "up", "about", "after", "before", "too"),
        *("more", "than", "then", "he", "she", "his", "her", "them", "us", "i'm"),
    )
)
GERMANIC = frozenset(("all", "an", "had", "her", "in", "is", "of", "so", "was", "we", "will"))  # words of German or Dutch too
SHARED = GERMANIC | {"are", "as", "at", "but", "by", "for", "has", "he", "my", "not", "on", "or", "to", "us"}  # or of another language
# A sentence with one of these, in an English text, needs nothing to be asked.
ENGLISH_ALONE = ENGLISH - SHARED
# Those that customers of Israeli companies write: with fewer languages to choose from, short texts are told apart more safely.
DETECTED = ("en", "fr", "es", "pt", "de", "it", "nl", "pl", "ro", "tr")
FEWEST_LETTERS = 12
CERTAIN = 0.94  # chosen on engines/data/comments_en.tsv: of those English comments one in 288 has a part in another language
WORD = re.compile("[^\\W\\d_]+(?:['’][^\\W\\d_]+)?")
MENTION = re.compile(r"@\w+")  # of no language
LOOKED_AT = 400  # characters that the detector reads

# Letters that one of the languages of a script has, and another lacks.
UKRAINIAN, RUSSIAN = re.compile("[іїєґ]", re.I), re.compile("[ыэёъ]", re.I)
PERSIAN, URDU = re.compile("[پچژگ]"), re.compile("[ٹڈڑں]")
ARABIC_ALONE = re.compile("[ةىإ]")
SEVERAL = (LATIN, CYRILLIC, ARABIC)  # scripts whose languages are told apart


def script_of(text: str) -> str:
    """The script that most letters of `text` belong to, or '' where it has no letter. A tie goes to the script that is not Latin."""
    text = text[:LONGEST]
    counts = Counter({script: len(letters.findall(text)) for script, letters in LETTERS.items()})
    counts[OTHER] = len(ANY_LETTER.findall(text)) - counts.total()
    script, count = max(counts.items(), key=lambda item: (item[1], item[0] != LATIN))
    return script if count > 0 else ""


def base_of(code: str) -> str:
    """he of he-IL."""
    return code.lower().replace("_", "-").split("-")[0]


def language_of(text: str, declared: str = "") -> str:
    """The two-letter language of `text`: '' for texts without letters, as digits and emoji.

    The script decides. Among its languages, the one that the response declares, unless the text is clearly in another. Latin
    letters in a response that declares no Latin-script language are taken for English in case of doubt.
    """
    script = script_of(text)
    base = base_of(declared)
    if not script:
        return ""
    if script == LATIN:
        return _latin(text, base if base and base not in SCRIPT_OF_LANGUAGE else "en")
    expected = base if SCRIPT_OF_LANGUAGE.get(base) == script else ""
    if script == CYRILLIC:
        return _cyrillic(text, expected)
    if script == ARABIC:
        return _arabic(text, expected)
    return expected or (UNDETERMINED if script == OTHER else LANGUAGES_OF_SCRIPT[script][0])


def spans_by_language(text: str, declared: str = "") -> list[tuple[int, int, str]]:
    """(start, end, language) of the parts of a text in several languages, by sentence; of any other text one part.

    A sentence that mixes scripts goes to that of most of its letters; one without letters to what stands before it. Among the
    languages of one script a sentence goes to that of all that is written in it, unless it is clearly of another.
    """
    spans = _by_script(text[:LONGEST])
    written = {name: " ".join(text[start:end] for start, end, script in spans if script == name) for name in {span[2] for span in spans}}
    languages = {script: language_of(joined, declared) for script, joined in written.items()}
    of_sentences = [(start, end, _of_sentence(text[start:end], script, languages[script])) for start, end, script in spans]
    return _joined(of_sentences)


def may_have_others(text: str, language: str) -> bool:
    """Whether a text of one script and of `language` has a sentence that is clearly of another.

    Of Hebrew, or of a text with a common English word in each sentence, this costs next to nothing.
    """
    script = SCRIPT_OF_LANGUAGE.get(language, LATIN)
    if script not in SEVERAL or not language:
        return False
    spans = sentences(text[:LONGEST])
    return len(spans) > 1 and any(_of_sentence(text[start:end], script, language) != language for start, end in spans)


def _by_script(text: str) -> list[tuple[int, int, str]]:
    spans: list[tuple[int, int, str]] = []
    for start, end in sentences(text):
        script = script_of(text[start:end]) or (spans[-1][2] if spans else "")
        spans.append((start, end, script))
    first = next((script for _start, _end, script in spans if script), "")
    return [(start, end, script or first) for start, end, script in spans]


def _joined(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    joined: list[tuple[int, int, str]] = []
    for start, end, language in spans:
        if joined and joined[-1][2] == language:
            start = joined.pop()[0]
        joined.append((start, end, language))
    return joined


def _of_sentence(sentence: str, script: str, language: str) -> str:
    """The language of a sentence of a text in `language`: that one, unless it is clearly another."""
    if script == LATIN:
        is_english = language == "en" and not ENGLISH_ALONE.isdisjoint(sentence.lower().split())
        return language if is_english else _latin(sentence, language)
    if script == CYRILLIC:
        return _cyrillic(sentence, language)
    if script == ARABIC:
        return "ar" if language in ("fa", "ur") and _is_arabic(sentence) else _arabic(sentence, language)
    return language


def _latin(text: str, expected: str) -> str:
    text = MENTION.sub(" ", text[:LOOKED_AT]) if "@" in text else text[:LOOKED_AT]
    words = WORD.findall(text.replace("’", "'").lower())
    english = [word for word in words if word in ENGLISH]
    if len(english) >= 2 and len(english) >= 0.2 * len(words) and not GERMANIC.issuperset(english):
        return "en"
    if expected not in DETECTED or sum(map(len, words)) < FEWEST_LETTERS:
        return expected
    likeliest = _detector().compute_language_confidence_values(text)[0]
    return likeliest.language.iso_code_639_1.name.lower() if likeliest.value >= CERTAIN else expected


def _cyrillic(text: str, expected: str) -> str:
    ukrainian, russian = UKRAINIAN.search(text), RUSSIAN.search(text)
    if expected in ("", "ru", "uk") and bool(ukrainian) != bool(russian):
        return "uk" if ukrainian else "ru"
    return expected or "ru"


def _arabic(text: str, expected: str) -> str:
    if expected in ("", "ar") and PERSIAN.search(text):
        return "ur" if URDU.search(text) else "fa"
    return expected or "ar"


def _is_arabic(text: str) -> bool:
    return bool(ARABIC_ALONE.search(text)) and not PERSIAN.search(text)


@lru_cache(maxsize=1)
def _detector() -> Any:
    """Lingua (Stahl), made for short texts; its low-accuracy mode needs 20 MB of memory rather than 300."""
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    codes = [getattr(IsoCode639_1, code.upper()) for code in DETECTED]
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).with_low_accuracy_mode().build()
