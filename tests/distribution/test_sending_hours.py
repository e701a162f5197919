"""When a mail may reach somebody, on real days: the Jewish calendar, clocks that change, people far away."""

from datetime import UTC, datetime

import pytest

from surveys.distribution.sending_hours import next_moment

JERUSALEM = "Asia/Jerusalem"


@pytest.fixture(autouse=True)
def israeli_week(settings):
    settings.SENDING_HOURS, settings.WORKING_DAYS, settings.HOLIDAYS_OF = (8, 20), frozenset({6, 0, 1, 2, 3}), "IL"


def utc(text):
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("2026-11-24 12:00+02:00", "2026-11-24 12:00+02:00"),  # a Tuesday at noon
        ("2026-11-24 05:30+02:00", "2026-11-24 08:00+02:00"),
        ("2026-11-24 20:00+02:00", "2026-11-25 08:00+02:00"),
        ("2026-11-26 20:30+02:00", "2026-11-29 08:00+02:00"),  # Thursday evening: after Shabbat
        ("2026-09-11 09:00+03:00", "2026-09-14 08:00+03:00"),  # Rosh Hashana on Saturday and Sunday
        ("2026-09-20 12:59+03:00", "2026-09-20 12:59+03:00"),  # the eve of Yom Kippur, before it ends
        ("2026-09-20 13:00+03:00", "2026-09-22 08:00+03:00"),
        ("2027-04-21 15:00+03:00", "2027-04-25 08:00+03:00"),  # the eve of Pesach, then Thursday, Friday, Shabbat
        ("2026-04-08 10:00+03:00", "2026-04-09 08:00+03:00"),  # the seventh day of Pesach
    ],
)
def test_the_israeli_week_and_its_holidays(asked, goes):
    assert next_moment(utc(asked), JERUSALEM) == utc(goes)


def test_on_a_friday_that_is_worked_mails_go_until_one(settings):
    settings.WORKING_DAYS = frozenset({6, 0, 1, 2, 3, 4})
    assert next_moment(utc("2026-11-27 12:30+02:00"), JERUSALEM) == utc("2026-11-27 12:30+02:00")
    assert next_moment(utc("2026-11-27 13:30+02:00"), JERUSALEM) == utc("2026-11-29 08:00+02:00")


@pytest.mark.parametrize("days", [frozenset(), frozenset({4, 5, 6})], ids=["any day", "Friday to Sunday"])
def test_on_shabbat_no_mail_goes_whatever_days_are_worked(settings, days):
    settings.WORKING_DAYS = days
    assert next_moment(utc("2026-11-27 13:30+02:00"), JERUSALEM) == utc("2026-11-29 08:00+02:00")
    assert next_moment(utc("2026-11-28 08:00+02:00"), JERUSALEM) == utc("2026-11-29 08:00+02:00")
    assert next_moment(utc("2026-11-28 19:00+02:00"), JERUSALEM) == utc("2026-11-29 08:00+02:00")


def test_a_saturday_is_a_day_like_others_where_no_rest_begins_at_sunset(settings):
    settings.WORKING_DAYS, settings.HOLIDAYS_OF = frozenset(), "DE"
    assert next_moment(utc("2026-11-28 09:00+01:00"), "Europe/Berlin") == utc("2026-11-28 09:00+01:00")


@pytest.mark.parametrize(
    ("zone", "goes"),
    [
        ("America/New_York", "2026-11-24 08:00-05:00"),
        ("Europe/Berlin", "2026-11-24 09:00+01:00"),
        ("Asia/Tokyo", "2026-11-24 17:00+09:00"),
        ("Australia/Sydney", "2026-11-24 19:00+11:00"),
        ("Pacific/Auckland", "2026-11-25 08:00+13:00"),
        ("Atlantis/Capital", "2026-11-24 10:00+02:00"),  # unknown: the organisation's
        ("", "2026-11-24 10:00+02:00"),
    ],
)
def test_the_clock_of_the_person_counts(zone, goes):
    assert next_moment(utc("2026-11-24 10:00+02:00"), zone) == utc(goes)


@pytest.mark.parametrize(
    ("zone", "asked", "goes"),
    [
        (JERUSALEM, "2027-03-25 21:00+02:00", "2027-03-28 08:00+03:00"),  # clocks go forward on 26 March 2027
        (JERUSALEM, "2026-10-22 21:00+03:00", "2026-10-25 08:00+02:00"),  # and back on 25 October 2026
        ("America/New_York", "2026-10-29 21:00-04:00", "2026-11-01 08:00-05:00"),
    ],
)
def test_the_morning_stays_the_morning_when_clocks_change(zone, asked, goes):
    assert next_moment(utc(asked), zone) == utc(goes)


def test_where_nothing_is_set_mails_go_at_any_moment(settings):
    settings.SENDING_HOURS, settings.WORKING_DAYS, settings.HOLIDAYS_OF = None, frozenset(), ""
    assert next_moment(utc("2026-09-21 03:00+03:00"), JERUSALEM) == utc("2026-09-21 03:00+03:00")


def test_hours_alone_until_midnight(settings):
    settings.SENDING_HOURS, settings.WORKING_DAYS, settings.HOLIDAYS_OF = (6, 24), frozenset(), ""
    assert next_moment(utc("2026-11-28 23:59+02:00"), JERUSALEM) == utc("2026-11-28 23:59+02:00")
    assert next_moment(utc("2026-11-29 00:00+02:00"), JERUSALEM) == utc("2026-11-29 06:00+02:00")
