"""How a file writes numbers, dates and times, and reading cells by it. Pure."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from feedback_site.days import is_likely
from feedback_site.defaults import organisation_time_zone
from feedback_site.imports.problems import Unfit

Cell = str | int | float | bool | Decimal | date | datetime | time | None

# What spreadsheets of right-to-left languages put around numbers and dates, unseen.
DIRECTION_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
CONTROLS = dict.fromkeys(code for code in (*range(1, 32), *range(127, 160)) if chr(code) not in "\n\t")
PLAIN = re.compile(r"[+-]?\d+(\.\d+)?")
GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
DAY = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})")
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?:\s*([AaPp])\.?[Mm]\.?)?")
SURROGATE = re.compile("[\ud800-\udfff]")


class SheetError(str):
    """What a spreadsheet shows where a formula failed, as #N/A: neither empty nor a text."""


@dataclass(frozen=True)
class Formats:
    """`dates`: "iso", "day_first" or "month_first". `decimal`: "point" (1,234.50), "comma" (1.234,50), or "" where a comma is refused."""

    dates: str = "iso"
    decimal: str = ""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo(organisation_time_zone()))


def is_empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def as_text(cell: Cell) -> str:
    """The cell as a person sees it: 1001.0 of a spreadsheet is the text 1001.

    Spaces at both ends go, as do invisible control characters. A NUL is refused: no database keeps it.
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, date | time):
        return cell.isoformat()
    text = str(cell)
    if "\0" in text:
        raise Unfit(_("The text contains a NUL character; remove it from the file."))
    if SURROGATE.search(text):
        raise Unfit(_("The text contains half of a character, which no database keeps; write it anew."))
    return text.replace("\r\n", "\n").translate(CONTROLS).strip()


def as_number(cell: Cell, formats: Formats) -> Decimal:
    if isinstance(cell, bool | date | time):
        raise Unfit(_("This is no number."))
    if isinstance(cell, int | Decimal):
        number = Decimal(cell)
    else:
        number = Decimal(repr(cell)) if isinstance(cell, float) else _number_of(as_text(cell), formats)
    if not number.is_finite():
        raise Unfit(_("This is no number."))
    return number


def _number_of(text: str, formats: Formats) -> Decimal:
    text = text.translate(DIRECTION_MARKS).replace("\u2212", "-").strip()
    swapped = text.translate(str.maketrans(",.", ".,")) if formats.decimal == "comma" else text
    if PLAIN.fullmatch(swapped):
        return Decimal(swapped)
    if formats.decimal and GROUPED.fullmatch(swapped):
        return Decimal(swapped.replace(",", ""))
    if not re.fullmatch(r"[+-]?[\d.,]+", text):
        raise Unfit(_("This is no number; write it in digits, without currency signs or spaces."))
    if not formats.decimal:
        raise Unfit(
            _("A comma may part thousands or decimals: choose the mark of decimals in the mapping, or write the number as 1234.50.")
        )
    if formats.decimal == "comma":
        raise Unfit(_("By the mapping a comma marks decimals and a point parts thousands (1.234,50); this number is written otherwise."))
    raise Unfit(_("By the mapping a point marks decimals and a comma parts thousands (1,234.50); this number is written otherwise."))


def as_day(cell: Cell, formats: Formats) -> date:
    """A moment with a time zone counts as the day that it is in the zone of the file."""
    if isinstance(cell, datetime):
        _sane(cell)
        return cell.astimezone(formats.zone).date() if cell.tzinfo else cell.date()
    if isinstance(cell, date):
        return _sane(cell)
    moment, _zoned = _moment_of(cell, formats)
    return moment.astimezone(formats.zone).date() if moment.tzinfo else moment.date()


def as_moment(cell: Cell, formats: Formats) -> datetime:
    """In UTC; a time without a zone is a time in the zone of the file, a day alone is its first minute."""
    if isinstance(cell, datetime):
        _sane(cell)
        moment = cell
    elif isinstance(cell, date):
        moment = datetime.combine(_sane(cell), time())
    else:
        moment, _zoned = _moment_of(cell, formats)
    return (moment if moment.tzinfo else moment.replace(tzinfo=formats.zone)).astimezone(UTC)


def _moment_of(cell: Cell, formats: Formats) -> tuple[datetime, bool]:
    text = as_text(cell).translate(DIRECTION_MARKS).strip() if isinstance(cell, str) else ""
    try:
        moment = datetime.fromisoformat(text) if re.match(r"\d{4}-\d{2}-\d{2}", text) else _local_moment(text, formats)
    except (ValueError, OverflowError) as error:
        if isinstance(error, Unfit):
            raise
        raise Unfit(_("There is no such day or time.")) from None
    _sane(moment)
    return moment, moment.tzinfo is not None


def _local_moment(text: str, formats: Formats) -> datetime:
    day, _space, clock = text.partition(" ")
    parts = DAY.fullmatch(day)
    if not parts:
        raise Unfit(_("This is no date; write it as 2026-12-31, or choose the order of day and month in the mapping."))
    first, second, year = int(parts[1]), int(parts[3]), parts[4]
    if len(parts[1]) == 4:
        return datetime.combine(date(first, second, int(year)), _time_of(clock))
    if first > 12 and second > 12:
        raise Unfit(_("There is no such day or time."))
    if formats.dates == "iso":
        raise Unfit(_("Day or month first? Choose the order of dates in the mapping, or write the date as 2026-12-31."))
    if len(year) != 4:
        raise Unfit(_("Write the year with four digits."))
    day_number, month = (first, second) if formats.dates == "day_first" else (second, first)
    if month > 12 and day_number <= 12:
        raise Unfit(_("There is no month %(month)s: does the mapping name the right order of day and month?") % {"month": month})
    return datetime.combine(date(int(year), month, day_number), _time_of(clock))


def _time_of(text: str) -> time:
    if not text.strip():
        return time()
    parts = CLOCK.fullmatch(text.strip())
    if not parts:
        raise Unfit(_("This is no time of day; write it as 14:30."))
    hour = int(parts[1])
    if parts[4]:
        hour = hour % 12 + (12 if parts[4].lower() == "p" else 0)
    return time(hour, int(parts[2]), int(parts[3] or 0))


def _sane(day: date) -> date:
    if not is_likely(day):
        raise Unfit(_("The year %(year)s can not be meant.") % {"year": day.year})
    return day
