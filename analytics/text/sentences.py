"""Where the sentences of a text are, in English and in Hebrew."""

import re

# Emoji with what joins and colours them: a run of them ends a sentence as a mark does.
EMOJI = "[\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff][\ufe0f\u200d\u2600-\u27bf\U0001f000-\U0001faff]*"
END = re.compile(rf"\n+|[.!?…]+[\"'”’״)\]]*|{EMOJI}(?:\s*{EMOJI})*")
HEBREW_LETTER = re.compile("[\u05d0-\u05ea]")
WORD_CHARACTER = re.compile(r"\w")
LAST_WORD = re.compile(r"(\S{1,40})\Z")
ADDRESS = re.compile(r"://|www\.|@", re.I)
ABBREVIATIONS = frozenset(
    (
        *("e.g", "i.e", "etc", "mr", "mrs", "ms", "dr", "prof", "st", "vs", "inc", "ltd", "co", "corp", "no", "nr", "approx"),
        *("est", "dept", "min", "max", "sec", "hrs", "a.m", "p.m", "u.s", "u.k"),
    )
)


def sentences(text: str) -> list[tuple[int, int]]:
    """The (start, end) of each sentence, without the white space around it. Time grows with the length of the text alone."""
    spans, start, looked_to, has_words = [], 0, 0, False
    for mark in END.finditer(text):
        has_words = has_words or bool(WORD_CHARACTER.search(text, looked_to, mark.start()))
        looked_to = mark.end()
        if has_words and _ends(text, start, mark):
            spans.append((start, mark.end()))
            start, has_words = mark.end(), False
    spans.append((start, len(text)))
    return [trimmed for span in spans if (trimmed := _trimmed(text, *span))]


def _ends(text: str, start: int, mark: re.Match[str]) -> bool:
    found, behind = mark[0], text[mark.end() : mark.end() + 1]
    if found[0] not in ".!?…":
        return True
    if found == ".":
        return _full_stop_ends(text, start, mark.start(), behind)
    return not behind or behind.isspace() or not ADDRESS.search(_last_word(text, mark.start()))


def _full_stop_ends(text: str, start: int, place: int, behind: str) -> bool:
    """Not that of 3.5, e.g., J. Smith, or of a list's "1."; without a space only between Hebrew letters."""
    if behind and not behind.isspace():
        return bool(HEBREW_LETTER.match(behind) and HEBREW_LETTER.match(text[place - 1]))
    last = _last_word(text, place).lower().lstrip("(\"'")
    is_initial = len(last) == 1 and last.isascii() and last.isalpha() and last != "i"
    is_list_number = last.isdigit() and not text[start : place - len(last)].strip()
    return not (last in ABBREVIATIONS or is_initial or is_list_number)


def _last_word(text: str, end: int) -> str:
    found = LAST_WORD.search(text[max(0, end - 40) : end])
    return found[1] if found else ""


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
