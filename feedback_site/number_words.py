"""What the words beside a number say it is: a person's identity number, or that of an order, an invoice, a ticket, a case."""

import re

NEAR = 40  # characters before and behind that are looked at
END = r"(?![A-Za-zא-ת])"
HEBREW_PREFIX = r"(?<![א-ת])[ובהלמשכ]{0,3}"
IDENTITY = (
    rf"{HEBREW_PREFIX}(?:ת\.? ?['\"׳״]?ז\.?|(?:תעודת |תעודות )?ה?זהות){END}"
    rf"|(?<![A-Za-z])(?:i\.?d\.?|ids|identity|identification|t\.z\.?|teudat zehut)(?: card)?{END}"
)
ORDER = (
    rf"{HEBREW_PREFIX}(?:הזמנ(?:ה|ת|תי|תנו|ות)|חשבוני(?:ת|תי|ות)|קריא(?:ה|תי|ות|ת(?: ה?שירות)?)|פני?י(?:ה|ת|תי|ות)|תקל(?:ה|ת|ות)){END}"
    rf"|(?<![A-Za-z])(?:order|invoice|ticket|(?<!in )case)s?{END}"
)
# "number", "is", "my" and the like, and the marks around them, may stand between.
MARKS = r"[\s:#=(\"',/-]"
FILLER = rf"(?:numbers?|num\.?|no\.?|nr\.?|is|was|are|my|our|the|ש?מספר[הו]?|מס['׳.]?|היא|הוא|זה|זו|שלי|שלנו){END}"
BETWEEN = rf"{MARKS}*(?:{FILLER}{MARKS}*){{0,3}}"
SAYS = rf"{MARKS}*(?:(?:is|was|are|היא|הוא|זה|זו){END}|\(){BETWEEN}"  # only with these does what stands behind speak of the number
BEHIND = rf"(?!{BETWEEN}\d)"  # else the word belongs to the next number
IDENTITY_BEFORE, ORDER_BEFORE = (re.compile(rf"(?:{words}){BETWEEN}\Z", re.I) for words in (IDENTITY, ORDER))
ORDERS_NUMBER_BEFORE = re.compile(rf"(?<!to )(?:{ORDER})(?: *(?:{FILLER}|[:#])(?:{FILLER}|{MARKS})*| +)\Z", re.I)
IDENTITY_BEHIND = re.compile(rf"{BETWEEN}(?:{IDENTITY}){BEHIND}", re.I)
ORDER_BEHIND = re.compile(rf"{SAYS}(?:{ORDER}){BEHIND}", re.I)


def is_called_identity(text: str, start: int, end: int) -> bool:
    """Whether words beside the number in `text` from `start` to `end` say that it is somebody's identity number."""
    return _stands(text, start, end, IDENTITY_BEFORE, IDENTITY_BEHIND)


def is_called_order(text: str, start: int, end: int) -> bool:
    """Whether words beside it say that it is the number of an order, an invoice, a ticket or a case."""
    return _stands(text, start, end, ORDER_BEFORE, ORDER_BEHIND)


def is_orders_number(text: str, start: int, end: int) -> bool:
    """As `is_called_order`, and the words before say so outright ("order number", "invoice:"): for what may be a telephone number."""
    return bool(ORDERS_NUMBER_BEFORE.search(text, max(0, start - NEAR), start) or ORDER_BEHIND.match(text, end, end + NEAR))


def _stands(text: str, start: int, end: int, before: re.Pattern[str], behind: re.Pattern[str]) -> bool:
    return bool(before.search(text, max(0, start - NEAR), start) or behind.match(text, end, end + NEAR))
