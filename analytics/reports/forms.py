"""What the report is asked about: a form whose every field has a sensible default."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from analytics.linkage.filters import ReportFilters, organisation_today, quarter_of, quarters_between, shifted
from analytics.linkage.models import MoneyQuarter
from analytics.reports.periods import organisation_zone, quarter_name
from analytics.reports.queries import regions_of
from feedback_site.access.models import User
from surveys.authoring.models import Survey
from surveys.collection.models import Response
from surveys.customers.models import Segment

WHOLE = "all"
DEFAULT_QUARTERS = 4


def surveys_for(user: User, with_score: bool = True) -> "QuerySet[Survey]":
    """All surveys, the one with most responses (with a score, or any) among the user's accounts first."""
    mine = Response.objects.visible_to(user).of_accounts()
    counted = mine.scored() if with_score else mine.complete()
    rows = dict(counted.order_by().values_list("survey").annotate(rows=Count("pk")))
    best = max(rows, key=lambda survey: rows[survey], default=None)
    return Survey.objects.annotate(is_best=Count("pk", filter=Q(pk=best))).order_by("-is_best", "name")


def covered_quarters(user: User) -> list[date]:
    """The quarters from the first response or revenue to the running quarter or the last one with data."""
    answered = Response.objects.visible_to(user).of_accounts().scored().aggregate(first=Min("completed_at"), last=Max("completed_at"))
    earned = MoneyQuarter.objects.visible_to(user).aggregate(first=Min("quarter"), last=Max("quarter"))
    days = [moment.astimezone(organisation_zone()).date() for moment in answered.values() if moment]
    days += [quarter for quarter in earned.values() if quarter]
    running = quarter_of(organisation_today())
    return quarters_between(min(days), min(max(days), running)) if days and quarter_of(min(days)) <= running else [running]


def latest_quarter(user: User, survey: Survey) -> date | None:
    """The quarter of the latest scored response to `survey`."""
    latest = Response.objects.visible_to(user).of_accounts().scored().filter(survey=survey).aggregate(latest=Max("completed_at"))["latest"]
    return quarter_of(latest.astimezone(organisation_zone()).date()) if latest else None


class ReportForm(forms.Form):
    """`ReportForm(request.GET, user=…)`; valid, it has `.filters`."""

    survey = forms.ModelChoiceField(label=_("Survey"), queryset=Survey.objects.none(), empty_label=None)
    first = forms.ChoiceField(label=_("From"))
    last = forms.ChoiceField(label=_("To"))
    by = forms.ChoiceField(label=_("Compare"), choices=[("segment", _("segments")), ("region", _("regions"))])
    segment = forms.ModelChoiceField(label=_("Segment"), queryset=Segment.objects.all(), required=False, empty_label=_("all"))
    region = forms.ChoiceField(label=_("Region"), required=False)
    least = forms.IntegerField(label=_("Least responses per account"), min_value=1, max_value=1000)

    def __init__(self, data: Any, user: User) -> None:
        surveys = list(surveys_for(user))
        quarters = covered_quarters(user)
        super().__init__(self._with_defaults(data, user, surveys, quarters), label_suffix="")
        self.fields["survey"].queryset = surveys_for(user)  # type: ignore[attr-defined]
        names = [(quarter.isoformat(), quarter_name(quarter)) for quarter in reversed(quarters)]
        self.fields["first"].choices = [(WHOLE, _("the beginning")), *names]  # type: ignore[attr-defined]
        self.fields["last"].choices = names  # type: ignore[attr-defined]
        self.fields["region"].choices = [("", _("all")), *((name, name) for name in regions_of(user))]  # type: ignore[attr-defined]
        self.first_quarter = quarters[0]

    @staticmethod
    def _with_defaults(data: Any, user: User, surveys: list[Survey], quarters: list[date]) -> dict[str, Any]:
        """What the address leaves open: the survey with most responses, and its last four full quarters with the one that runs."""
        given = {name: value for name, value in data.items() if value != ""}
        wanted = str(given.get("survey", ""))
        survey = next((one for one in surveys if str(one.pk) == wanted), surveys[0] if surveys else None)
        latest = latest_quarter(user, survey) if survey else None
        last = min(latest or quarters[-1], quarters[-1])
        back = -DEFAULT_QUARTERS if last == quarter_of(organisation_today()) else 1 - DEFAULT_QUARTERS
        first = max(shifted(last, back), quarters[0])
        period = {"first": first.isoformat(), "last": last.isoformat()}
        return {"survey": survey.pk if survey else "", **period, "by": "segment", "least": 1, **given}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first != WHOLE and first > last:
            raise ValidationError(_("The period ends before it begins."), code="period")
        return cleaned

    @property
    def filters(self) -> ReportFilters:
        cleaned = self.cleaned_data
        first = self.first_quarter if cleaned["first"] == WHOLE else date.fromisoformat(cleaned["first"])
        return ReportFilters(
            survey=cleaned["survey"],
            first=first,
            last=date.fromisoformat(cleaned["last"]),
            by=cleaned["by"],
            segment_id=cleaned["segment"].pk if cleaned["segment"] else None,
            region=cleaned["region"],
            least_responses=cleaned["least"],
        )

    @property
    def query(self) -> dict[str, Any]:
        """The address of the same report: what every link to its rows carries on."""
        return {name: value for name, value in self.data.items() if name in self.fields and value not in ("", None)}
