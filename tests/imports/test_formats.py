"""Numbers, dates and times as files write them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from feedback_site.imports.fields import Choice, Currency, Email, Language, Number, Text, Whole, Zone
from feedback_site.imports.formats import Formats, as_day, as_moment, as_number, as_text
from feedback_site.imports.problems import Unfit

ISO = Formats(zone=ZoneInfo("Asia/Jerusalem"))


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [
        ("1234.50", "", "1234.50"),
        ("-7", "", "-7"),
        ("+7", "", "7"),
        (" 12 ", "", "12"),
        ("\u200e-5.5\u200f", "", "-5.5"),
        ("\u22125", "", "-5"),
        ("1,234.50", "point", "1234.50"),
        ("1,234", "point", "1234"),
        ("12,345,678", "point", "12345678"),
        ("1.234,50", "comma", "1234.50"),
        ("1234,5", "comma", "1234.5"),
        ("1.234", "comma", "1234"),
        (12.5, "", "12.5"),
        (3, "", "3"),
    ],
)
def test_numbers_are_read_by_the_decimal_mark_of_the_mapping(text, decimal, number):
    assert as_number(text, Formats(decimal=decimal)) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "decimal", "message"),
    [
        (
            "1,234.50",
            "",
            "A comma may part thousands or decimals: choose the mark of decimals in the mapping, or write the number as 1234.50.",
        ),
        ("12,5", "", "A comma may part thousands or decimals: choose the mark of decimals in the mapping, or write the number as 1234.50."),
        (
            "12,5",
            "point",
            "By the mapping a point marks decimals and a comma parts thousands (1,234.50); this number is written otherwise.",
        ),
        (
            "1.234,50",
            "point",
            "By the mapping a point marks decimals and a comma parts thousands (1,234.50); this number is written otherwise.",
        ),
        (
            "1,234.50",
            "comma",
            "By the mapping a comma marks decimals and a point parts thousands (1.234,50); this number is written otherwise.",
        ),
        (
            "12.5",
            "comma",
            "By the mapping a comma marks decimals and a point parts thousands (1.234,50); this number is written otherwise.",
        ),
        ("₪12", "", "This is no number; write it in digits, without currency signs or spaces."),
        ("NaN", "", "This is no number; write it in digits, without currency signs or spaces."),
        ("1e5", "", "This is no number; write it in digits, without currency signs or spaces."),
        (float("inf"), "", "This is no number."),
        (True, "", "This is no number."),
        (date(2026, 1, 1), "", "This is no number."),
    ],
)
def test_a_number_that_could_mean_two_things_is_refused(text, decimal, message):
    with pytest.raises(Unfit) as wrong:
        as_number(text, Formats(decimal=decimal))
    assert str(wrong.value) == message


@pytest.mark.parametrize(
    ("text", "dates", "day"),
    [
        ("2026-02-03", "iso", date(2026, 2, 3)),
        ("2026-02-03", "day_first", date(2026, 2, 3)),
        ("2026-02-03 23:59:59", "iso", date(2026, 2, 3)),
        ("3/2/2026", "day_first", date(2026, 2, 3)),
        ("3.2.2026", "day_first", date(2026, 2, 3)),
        ("2/3/2026", "month_first", date(2026, 2, 3)),
        ("2/3/2026 14:05", "month_first", date(2026, 2, 3)),
        ("2026/2/3", "iso", date(2026, 2, 3)),
        (datetime(2026, 2, 3, 12), "iso", date(2026, 2, 3)),
        (date(2026, 2, 3), "iso", date(2026, 2, 3)),
        ("2026-02-03T23:00:00Z", "iso", date(2026, 2, 4)),  # 1:00 in Jerusalem
    ],
)
def test_dates_are_read_in_the_order_of_the_mapping(text, dates, day):
    assert as_day(text, Formats(dates=dates, zone=ZoneInfo("Asia/Jerusalem"))) == day


@pytest.mark.parametrize(
    ("text", "dates", "message"),
    [
        ("3/2/2026", "iso", "Day or month first? Choose the order of dates in the mapping, or write the date as 2026-12-31."),
        ("13/25/2026", "month_first", "There is no such day or time."),
        ("12/25/2026", "day_first", "There is no month 25: does the mapping name the right order of day and month?"),
        ("2026-02-30", "iso", "There is no such day or time."),
        ("3/2/26", "day_first", "Write the year with four digits."),
        ("soon", "iso", "This is no date; write it as 2026-12-31, or choose the order of day and month in the mapping."),
        ("0026-02-03", "iso", "The year 26 can not be meant."),
        (45000.0, "iso", "This is no date; write it as 2026-12-31, or choose the order of day and month in the mapping."),
        ("3/2/2026 25:00", "day_first", "There is no such day or time."),
        ("3/2/2026 noon", "day_first", "This is no time of day; write it as 14:30."),
    ],
)
def test_a_wrong_date_is_refused_with_a_remedy(text, dates, message):
    with pytest.raises(Unfit) as wrong:
        as_day(text, Formats(dates=dates))
    assert str(wrong.value) == message


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-02-03 14:30", datetime(2026, 2, 3, 12, 30, tzinfo=UTC)),
        ("2026-02-03T14:30:00+01:00", datetime(2026, 2, 3, 13, 30, tzinfo=UTC)),
        ("2026-02-03", datetime(2026, 2, 2, 22, tzinfo=UTC)),
        (datetime(2026, 7, 3, 14, 30), datetime(2026, 7, 3, 11, 30, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_a_time_in_the_zone_of_the_mapping(text, moment):
    assert as_moment(text, ISO) == moment


def test_american_times_of_day():
    assert as_moment("2/3/2026 12:05 AM", Formats("month_first", zone=ZoneInfo("UTC"))) == datetime(2026, 2, 3, 0, 5, tzinfo=UTC)
    assert as_moment("2/3/2026 1:05 pm", Formats("month_first", zone=ZoneInfo("UTC"))) == datetime(2026, 2, 3, 13, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "text"), [(1001.0, "1001"), (1.5, "1.5"), (True, "true"), (None, ""), (" a\r\nb\x07 ", "a\nb"), ("<b>x</b>", "<b>x</b>")]
)
def test_texts_are_what_a_person_sees(cell, text):
    assert as_text(cell) == text


def test_a_nul_character_is_refused():
    with pytest.raises(Unfit, match="The text contains a NUL character; remove it from the file."):
        as_text("a\0b")


@pytest.mark.parametrize(
    ("type_", "cell", "value"),
    [
        (Choice((("won", "Won"), ("lost", "Lost"))), "WON", "won"),
        (Currency(), "ils", "ILS"),
        (Email(), "Dana@Example.com", "Dana@Example.com"),
        (Language(), "pt_BR", "pt-br"),
        (Number(6, 2), "12.345", Decimal("12.35")),
        (Whole(), "7.0", 7),
        (Zone(), "Europe/Berlin", "Europe/Berlin"),
    ],
)
def test_a_type_reads_its_values(type_, cell, value):
    assert type_.parse(cell, ISO) == value


@pytest.mark.parametrize(
    ("type_", "cell", "message"),
    [
        (Choice((("won", "Won"), ("lost", "Lost"))), "gone", "Unknown value; known are: won, lost."),
        (Currency(), "₪", "Name the currency by its three letters, as ILS."),
        (Email(), "dana@", "This is no e-mail address."),
        (Language(), "English language", "Name the language by its code, as he or en."),
        (Number(6, 2), "99999.99", "The number is too large."),
        (Number(6, 2, Decimal(0)), "-1", "The number must not be below 0."),
        (Text(3), "abcd", "The text has 4 characters; at most 3 are kept."),
        (Whole(), "7.5", "This is no whole number."),
        (Whole(0, 10), "11", "The number must lie between 0 and 10."),
        (Zone(), "Mars/Olympus", "Unknown time zone; name it as Asia/Jerusalem."),
        (Zone(), "../etc/passwd", "Unknown time zone; name it as Asia/Jerusalem."),
    ],
)
def test_a_type_says_what_it_needs(type_, cell, message):
    with pytest.raises(Unfit) as wrong:
        type_.parse(cell, ISO)
    assert str(wrong.value) == message


@pytest.mark.parametrize("year", [25, 9999])
def test_a_spreadsheets_date_with_a_time_is_looked_at_as_well(year):
    for read in (as_day, as_moment):
        with pytest.raises(Unfit, match="can not be meant"):
            read(datetime(year, 12, 31, 12), Formats())


def test_half_of_a_character_is_refused():
    with pytest.raises(Unfit, match="half of a character"):
        as_text("a\ud800")
