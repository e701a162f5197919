"""Personal data in texts: e-mail addresses, telephone numbers, identity numbers, payment cards, bank accounts, postal addresses.

Found by form, and where a number has one, by its check digit: ISO/IEC 7812-1 (Luhn) for cards and Israeli identity numbers,
ISO 13616 for IBAN; telephone numbers by Google's libphonenumber, those without a country code as in the settings' PHONE_REGION.
Names are not found; `without_personal_data` in analytics/text/engines/personal.py takes those that are known.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

import phonenumbers
from django.conf import settings
from stdnum import iban, luhn, numdb
from stdnum.il import idnr

from feedback_site.number_words import is_called_identity, is_called_order, is_orders_number

Span = tuple[int, int]  # from, to: characters
EMAIL, PHONE, IDENTITY, CARD, BANK, ADDRESS = "email", "phone", "identity", "card", "bank", "address"
MARKS = {
    EMAIL: "[e-mail]",
    PHONE: "[phone]",
    IDENTITY: "[identity number]",
    CARD: "[card]",
    BANK: "[bank account]",
    ADDRESS: "[address]",
}
HINT = re.compile(r"[\d@]")  # all that is looked for has one of these
TAKEN = "\x00"  # stands where something was found already

EMAIL_ADDRESS = re.compile(r"(?<![A-Za-z0-9._%+'])[A-Za-z0-9_][A-Za-z0-9._%+'-]{0,99}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}")
IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z0-9])")
GROUPS = re.compile(r"(?<!\d)(?<!\d[.,])\d{3,19}(?:[ ./-]{1,3}\d{3,19})*(?!\d)")
CARD_DIGITS = range(13, 20)
CARD_STARTS = "23456"  # of banks and shops, by ISO/IEC 7812-1; others are air lines, SIM cards and so on
IDENTITY_NUMBER = re.compile(r"(?<![A-Za-z\d])(?<!\d[.,-])(?:\d{8}-?\d|\d-\d{7}-\d|\d{7}-?\d)(?![A-Za-z\d])(?![.,-]\d)")
SHORT_IDENTITY = 8  # digits, where the leading zero is left out
DATE = re.compile(r"(?:19|20)\d\d(?:0\d|1[0-2])[0-3]\d|[0-3]\d(?:0\d|1[0-2])(?:19|20)\d\d")
ISRAELI_PHONE = re.compile(r"(?<![\d+])(?<!\d[.,-])\(?(?:0|972[-. ]?\(?0?\)?)(?:[57]\d|[23489])\)?(?:[-./ ]{0,3}\d){7}(?![-./]?\d)")
SHORTEST_PHONE = 7  # digits
ISRAEL = "IL"
ABROAD = ("+", "00", "(+", "(00")  # whatever its digits: the lists of numbers that are given out are never complete
AT_HOME = ("0", "(0", "1")  # any other number may be an order's
HEBREW_NAME = r"[א-ת][א-ת'\"׳״.-]*"
NOT_A_HOUSE = r"(?! ?(?:דק|שע|ימי|יום|פעמ|שבוע|חודש|שנ|שקל|ש\"ח|₪|%|אנשים|איש))"
HEBREW_STREET = re.compile(
    rf"(?:רחוב|רח['׳]|שדרות|שד['׳]|סמטת|דרך|כיכר|ככר) {{1,3}}(?:{HEBREW_NAME} {{1,3}}){{1,3}}"
    rf"\d{{1,3}}(?:/\d{{1,3}}| ?[א-ת]['׳])?(?![\d.,:]*\d){NOT_A_HOUSE}"
    r"|(?<![א-ת])[בלומהש]?(?:ת\"ד|ת״ד|ת\.ד\.?) {0,3}\d{1,6}(?!\d)"
)
STREET = r"(?:[Ss]treet|[Ss]t\.?|[Aa]venue|[Aa]ve\.?|[Rr]oad|[Rr]d\.?|[Bb]oulevard|[Bb]lvd\.?|[Ll]ane|[Dd]rive|[Ss]quare)(?![A-Za-z])"
NAME = r"[A-Z][A-Za-z'.-]{0,40}"
ENGLISH_STREET = re.compile(
    rf"(?<![\w.,])\d{{1,5}}[A-Za-z]?,? {{1,3}}(?:{NAME} {{1,3}}){{1,4}}{STREET}"
    r"|(?<![\w.,])\d{1,5}[A-Za-z]? {1,3}(?!(?:day|way|hour|minute)s? )[a-z]{3,30} {1,3}(?:street|avenue|boulevard)(?![A-Za-z])"
    rf"|(?<![\w])(?:{NAME} {{1,3}}){{1,3}}{STREET},? {{1,3}}\d{{1,4}}(?![\d.:])"
    r"|(?<![\w])[Pp]\.? ?[Oo]\.? ?[Bb]ox {1,3}\d{1,6}(?!\d)"
)


def found(text: str) -> list[tuple[int, int, str]]:
    """Where personal data stands in `text`, in order and apart: (from, to, kind)."""
    if not HINT.search(text):
        return []
    plain, places = _plainly(text)
    spans = []
    for kind, find in FINDERS.items():
        for start, end in find(plain):
            spans.append((places[start], places[end - 1] + 1, kind))
            plain = plain[:start] + TAKEN * (end - start) + plain[end:]
    return sorted(spans)


def masked(text: str, marks: Mapping[str, str] = MARKS) -> str:
    """`text` with a mark in the place of what is personal; `marks` has one for each kind."""
    parts, last = [], 0
    for start, end, kind in found(text):
        parts += [text[last:start], marks[kind]]
        last = end
    return "".join([*parts, text[last:]]) if parts else text


def _plainly(text: str) -> tuple[str, list[int]]:
    """`text` with ASCII digits, dashes and spaces and without invisible marks; and where each character of it stands."""
    letters, places = [], []
    for place, letter in enumerate(text):
        plain = letter if letter < "\x7f" else _plain(letter)
        if plain:
            letters.append(plain)
            places.append(place)
    return "".join(letters).replace("\n", " "), places


@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    category = unicodedata.category(letter)
    if category == "Nd":
        return str(unicodedata.decimal(letter))
    if category == "Pd" or letter == "\u2212":
        return "-"
    if category == "Zs":
        return " "
    return "" if category in ("Cf", "Mn") else {"＠": "@", "＋": "+", "．": "."}.get(letter, letter)


def _emails(plain: str) -> Iterator[Span]:
    return (match.span() for match in EMAIL_ADDRESS.finditer(plain))


def _banks(plain: str) -> Iterator[Span]:
    for match in IBAN_START.finditer(plain):
        length = _iban_length(match[0][:2].upper())
        number = re.compile(rf"(?:[ -]?[A-Za-z0-9]){{{length}}}(?![A-Za-z0-9])").match(plain, match.start()) if length else None
        if number and iban.is_valid(number[0]):
            yield number.span()


@lru_cache(maxsize=1024)
def _iban_length(country: str) -> int:
    """Of its IBAN, 0 where it has none."""
    [(_prefix, facts), *_rest] = numdb.get("iban").info(country)
    return 4 + sum(int(part) for part in re.findall(r"(\d+)!", facts.get("bban", ""))) if facts else 0


def _cards(plain: str) -> Iterator[Span]:
    """In each run of groups of digits, the groups that together are a card's number."""
    for run in GROUPS.finditer(plain):
        groups = [(run.start() + one.start(), run.start() + one.end()) for one in re.finditer(r"\d+", run[0])]
        place = 0
        while place < len(groups):
            length = _card_at(plain, groups[place : place + 6])
            if length:
                yield groups[place][0], groups[place + length - 1][1]
            place += length or 1


def _card_at(plain: str, groups: list[Span]) -> int:
    """How many of `groups`, from the first on, make a card; 0 where none do."""
    digits = ""
    for count, (start, end) in enumerate(groups, start=1):
        digits += plain[start:end]
        if len(digits) in CARD_DIGITS and digits[0] in CARD_STARTS and luhn.is_valid(digits):
            return count
    return 0


def _identities(plain: str) -> Iterator[Span]:
    numbers = (match for match in IDENTITY_NUMBER.finditer(plain) if not DATE.fullmatch(match[0]) and idnr.is_valid(match[0]))
    return (match.span() for match in numbers if _is_identity(plain, match))


def _is_identity(plain: str, number: re.Match[str]) -> bool:
    """By what stands beside it, as one number in ten has a check digit that fits by chance; in doubt nine digits are, and eight are not."""
    if is_called_identity(plain, *number.span()):
        return True
    is_bare_and_short = len(number[0]) == SHORT_IDENTITY and number[0].isdigit()
    return not (is_bare_and_short or is_called_order(plain, *number.span()))


def _phones(plain: str) -> Iterator[Span]:
    """Numbers with a country code, or as they are written in the region. Short numbers as *2345 are nobody's own."""
    if len(re.findall(r"\d", plain)) < SHORTEST_PHONE:
        return
    region = settings.PHONE_REGION
    if region == ISRAEL:  # more of them than libphonenumber knows
        yield from (match.span() for match in ISRAELI_PHONE.finditer(plain))
        plain = ISRAELI_PHONE.sub(lambda match: TAKEN * len(match[0]), plain)
    for match in phonenumbers.PhoneNumberMatcher(plain, region, leniency=phonenumbers.Leniency.POSSIBLE):
        if match.raw_string.startswith(ABROAD) or (phonenumbers.is_valid_number(match.number) and _is_of_home(match, plain, region)):
            yield match.start, match.end


def _is_of_home(match: phonenumbers.PhoneNumberMatch, plain: str, region: str) -> bool:
    """Where numbers begin with a 0 at home, what does not may be an order's; elsewhere, what is called one."""
    if phonenumbers.ndd_prefix_for_region(region, True) == "0":
        return match.raw_string.startswith(AT_HOME)
    return not is_orders_number(plain, match.start, match.end)


def _addresses(plain: str) -> Iterator[Span]:
    for street in (HEBREW_STREET, ENGLISH_STREET):
        yield from (match.span() for match in street.finditer(plain))


# In this order: what an earlier one has found, a later one does not see.
FINDERS: dict[str, Callable[[str], Iterable[Span]]] = {
    EMAIL: lambda plain: list(_emails(plain)),
    BANK: lambda plain: list(_banks(plain)),
    CARD: lambda plain: list(_cards(plain)),
    IDENTITY: lambda plain: list(_identities(plain)),
    PHONE: lambda plain: list(_phones(plain)),
    ADDRESS: lambda plain: list(_addresses(plain)),
}
