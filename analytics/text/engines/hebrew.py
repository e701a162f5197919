"""Hebrew as customers write it: words without vowel points, final letters and prefixes, and what they think of us."""

import math
import re
from collections.abc import Sequence
from functools import lru_cache

from analytics.text.engines.clean import clean
from analytics.text.engines.lexicon import BUT, DATA, NEGATOR, Lexicon, Opinion, balance, read_rows
from analytics.text.engines.reading import Reading, Word, ends_clause, folded

POINTS = re.compile("[\u0591-\u05c7]")
QUOTES = re.compile("[\"'׳״`´’]")  # חבל"ז, צ׳ופר: inside a word they part nothing
FINAL = str.maketrans("ךםןףץ", "כמנפצ")
WORD = re.compile(r"[^\W_]+|[:;][-']?[()]|[^\w\s]")
DOUBLED = re.compile(r"(.)\1")
PREFIXES = "והבלמשכ"
# Plain forms: without final letters.
OF_GRAMMAR = frozenset(
    (
        *("של", "את", "עמ", "על", "אל", "זה", "זו", "זאת", "הוא", "היא", "המ", "אני", "אנחנו", "אתמ", "אתה", "לי", "לנו", "לו", "לה"),
        *("שלי", "שלנו", "שלכמ", "שלו", "שלה", "אותי", "אותנו", "אתכמ", "אותו", "אותה", "כי", "אמ", "גמ", "רק", "עוד", "כבר", "כל", "יש"),
        *("היה", "היתה", "הייתה", "היו", "או", "מה", "מי", "איכ", "כמה", "כמו", "אז", "פה", "שמ", "עד", "אחרי", "לפני", "בינ", "מאז"),
        *("לכמ", "אחר", "השבוע", "היומ", "אתמול", "ראשונ", "הראשונ", "שני", "אחד", "אחת"),
    )
)
DENSE = 13  # figures of `dense`
SHORTEST = 3  # letters that must stay: of בית nothing is a prefix


def written_plainly(text: str) -> str:
    """Cleaned, without points and quotation marks, and with final letters as the others."""
    return QUOTES.sub("", POINTS.sub("", clean(text))).translate(FINAL)


def words_of(text: str) -> list[str]:
    """The words, smileys and marks of a text that is `written_plainly`."""
    return WORD.findall(text)


@lru_cache(maxsize=50_000)
def forms(word: str) -> tuple[str, ...]:
    """What `word` may be: itself, without one to three letters that are written as prefixes, and each without doubled letters."""
    found = _without_prefixes(word)
    single = DOUBLED.sub(r"\1", word)  # of מעולללה two ל are left
    return tuple(dict.fromkeys(found if single == word else [*found, *_without_prefixes(single)]))


def _without_prefixes(word: str) -> list[str]:
    found = [word]
    while len(found) < 4 and found[-1][0] in PREFIXES and len(found[-1]) > SHORTEST:
        found.append(found[-1][1:])
    return found


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The product's own lexicon of customer feedback."""

    def expression(text: str) -> tuple[str, ...]:
        return tuple(words_of(written_plainly(text)))

    weights = {expression(text): float(weight) for text, weight in read_rows(DATA / "lexicon_he.tsv")}
    modifiers = {expression(text): kind for text, kind in read_rows(DATA / "modifiers_he.tsv")}
    return Lexicon(weights, modifiers, forms)


@lru_cache(maxsize=100_000)
def word(token: str) -> Word:
    text = QUOTES.sub("", POINTS.sub("", folded(token))).translate(FINAL) or token
    looked_up = forms(text)
    found = {lexicon().modifiers.get((form,)) for form in looked_up}
    valence = next((weight for form in looked_up if (weight := lexicon().weights.get((form,)))), 0.0)
    return Word(text, looked_up, valence, NEGATOR in found, BUT in found, ends_clause(text), text in OF_GRAMMAR)


def signals(reading: Reading) -> list[list[Opinion]]:
    """The lexicon's opinions in each part; their places are those of the reading's tokens."""
    found = lexicon().opinions([_looked_up(token.word.text) for token in reading.tokens])
    return [[opinion for opinion in found if first <= opinion.start < end] for first, end in reading.parts]


def dense(found: Sequence[Sequence[Opinion]]) -> list[float]:
    """How much praise and blame there is, how often, the strongest and the last, what the last part says, and how much there is of both."""
    everything = [opinion for part in found for opinion in part]
    figures = _figures(everything)
    last = figures if len(found) < 2 else _figures(found[-1])
    return [*figures, *last[:3], float(bool(everything)), min(figures[1:3])]


def _figures(found: Sequence[Opinion]) -> list[float]:
    if not found:
        return [0.0] * 8
    weights = [opinion.weight for opinion in found]
    praise = sum(weight for weight in weights if weight > 0)
    blame = -sum(weight for weight in weights if weight < 0)
    return [
        balance(found),
        math.log1p(praise),
        math.log1p(blame),
        math.log1p(sum(weight > 0 for weight in weights)),
        math.log1p(sum(weight < 0 for weight in weights)),
        max(weights, default=0.0) / 3,
        min(weights, default=0.0) / 3,
        (weights[-1] if weights else 0.0) / 3,
    ]


def _looked_up(text: str) -> str:
    return text[0] if not text[0].isalnum() and text == text[0] * len(text) else text  # "!!" stands for what "!" does


def opinions(text: str) -> list[Opinion]:
    """What the text says of us, expression by expression."""
    return lexicon().opinions(words_of(written_plainly(text)))
