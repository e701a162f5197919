"""What the report on themes is asked about: every field has a sensible default."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from analytics.linkage.filters import organisation_today
from analytics.linkage.models import ThemeMonth
from analytics.linkage.report import asked_scale
from analytics.linkage.theme_filters import QUARTER, ThemeFilters
from analytics.reports.forms import surveys_for
from analytics.reports.queries import regions_of
from analytics.text.themes.models import Theme
from feedback_site.access.models import User
from surveys.authoring.models import Question, Survey
from surveys.customers.models import Segment

# m: so many months; q: so many quarters
PERIODS = [
    ("m3", _("the last 3 months")),
    ("m6", _("the last 6 months")),
    ("m12", _("the last 12 months")),
    ("q8", _("the last 8 quarters")),
    ("q12", _("the last 12 quarters")),
]
NEGATIVE = ("negative", _("share negative"))
MEASURES = [("impact", _("impact on NPS")), NEGATIVE]
DEFAULTS = {"period": "m12", "measure": "impact"}


def latest_month(user: User, survey: Survey) -> date:
    """The month of the latest response to `survey` that figures are made of; the running one where there is none."""
    running = organisation_today().replace(day=1)
    counted = ThemeMonth.objects.visible_to(user).filter(survey=survey, score_type=asked_scale(survey), month__lte=running)
    return counted.aggregate(latest=Max("month"))["latest"] or running


class ThemeReportForm(forms.Form):
    """`ThemeReportForm(request.GET, user)`; valid, it has `.filters`."""

    survey = forms.ModelChoiceField(label=_("Survey"), queryset=Survey.objects.none(), empty_label=None)
    period = forms.ChoiceField(label=_("Period"), choices=PERIODS)
    segment = forms.ModelChoiceField(label=_("Segment"), queryset=Segment.objects.all(), required=False, empty_label=_("all"))
    region = forms.ChoiceField(label=_("Region"), required=False)
    parent = forms.ModelChoiceField(label=_("Themes"), queryset=Theme.objects.none(), required=False, empty_label=_("top themes"))
    measure = forms.ChoiceField(label=_("In the segments"), choices=MEASURES)

    def __init__(self, data: Any, user: User) -> None:
        surveys = surveys_for(user, with_score=False)
        given = {name: value for name, value in data.items() if value != ""}
        super().__init__({"survey": getattr(surveys.first(), "pk", ""), **DEFAULTS, **given}, label_suffix="")
        self.user = user
        self.fields["survey"].queryset = surveys  # type: ignore[attr-defined]
        self.fields["parent"].queryset = Theme.objects.active().filter(children__isnull=False).distinct()  # type: ignore[attr-defined]
        self.fields["region"].choices = [("", _("all")), *((name, name) for name in regions_of(user))]  # type: ignore[attr-defined]
        if not self._asks_nps():
            self.fields["measure"].choices = [NEGATIVE]  # type: ignore[attr-defined]
            self.data = {**self.data, "measure": NEGATIVE[0]}

    def _asks_nps(self) -> bool:
        """Whether the chosen survey does; true while none is chosen."""
        try:
            chosen = self.fields["survey"].clean(self.data["survey"])
        except forms.ValidationError:
            return True
        return asked_scale(chosen) == Question.Type.NPS

    @property
    def filters(self) -> ThemeFilters:
        cleaned = self.cleaned_data
        step, count = cleaned["period"][0], int(cleaned["period"][1:])
        return ThemeFilters(
            survey=cleaned["survey"],
            last=latest_month(self.user, cleaned["survey"]),
            months=count * QUARTER if step == "q" else count,
            step=QUARTER if step == "q" else 1,
            segment_id=cleaned["segment"].pk if cleaned["segment"] else None,
            region=cleaned["region"],
            parent_id=cleaned["parent"].pk if cleaned["parent"] else None,
            measure=cleaned["measure"],
        )

    @property
    def in_words(self) -> list[tuple[str, str]]:
        """The filters as a reader of a file needs them: (name, value); what is not narrowed is "all"."""
        cleaned, filters = self.cleaned_data, self.filters
        return [
            (str(self.fields["survey"].label), cleaned["survey"].name),
            (str(_("From")), filters.first.isoformat()),
            (str(_("To")), (filters.end - timedelta(days=1)).isoformat()),
            (str(self.fields["segment"].label), str(cleaned["segment"] or _("all"))),
            (str(self.fields["region"].label), cleaned["region"] or str(_("all"))),
            (str(self.fields["parent"].label), str(cleaned["parent"] or _("top themes"))),
        ]
