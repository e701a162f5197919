"""Which days can be meant: one range for forms, files and the API."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

FIRST_YEAR, LAST_YEAR = 1900, 2200


def is_likely(day: date) -> bool:
    return FIRST_YEAR <= day.year <= LAST_YEAR


def likely_day(day: date) -> None:
    """Raises ValidationError for a year that nobody means: a slip of the finger, or 9999 for "without an end"."""
    if not is_likely(day):
        raise ValidationError(_("The year %(year)s can not be meant."), params={"year": day.year})
