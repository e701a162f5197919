"""How far ahead anything can be planned: what lies further is a slip of the pen."""

from datetime import date

from dateutil.relativedelta import relativedelta
from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

YEARS_AHEAD = 2


def must_not_be_far(day: date) -> None:
    """For the `clean` of a field."""
    latest = timezone.localdate() + relativedelta(years=YEARS_AHEAD)
    if day > latest:
        words = _("This lies more than two years ahead. Choose a day until %(latest)s.")
        raise forms.ValidationError(words % {"latest": date_format(latest, "DATE_FORMAT")})
