"""What a schedule is made of: for recurring ones, and for those that wait for an event."""

from datetime import timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from surveys.authoring.models import Survey
from surveys.distribution import schedules
from surveys.distribution.audience import Audience
from surveys.distribution.audience_forms import AudienceFields, initial_of
from surveys.distribution.far_days import must_not_be_far
from surveys.distribution.schedule_models import CustomerEvent, Occasion, Schedule


class ScheduleForm(AudienceFields, forms.ModelForm):  # type: ignore[misc]  # two kinds of form in one
    """What both kinds have in common. Whoever saves it, the schedule asks with that user's eyes, and not before it is started."""

    kind: Schedule.Kind

    class Meta:
        model = Schedule
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["survey"].queryset = Survey.objects.of_customers().published()  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial.update(initial_of(Audience.from_json(self.instance.audience)))

    def plan(self) -> list[forms.BoundField]:
        return [self[name] for name in self.Meta.fields]

    def save(self, commit: bool = True) -> Any:
        self.instance.kind = self.kind
        self.instance.created_by = self.user
        self.instance.audience = self.audience().as_json()
        self.instance.trouble = ""
        self.instance.is_stopped = True
        return forms.ModelForm.save(self, commit)


class RecurringForm(ScheduleForm):
    kind = Schedule.Kind.RECURRING

    class Meta:
        model = Schedule
        fields = ("name", "survey", "months", "starts_on", "asks_a_year", "spread_days", "days_open", "reminders", "reminder_days")
        widgets = {"starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "asks_a_year": _("So many rounds of the year, in turn. Empty: in each round."),
            "starts_on": _("Later rounds fall on the same day of the month."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial["starts_on"] = timezone.localdate() + timedelta(days=1)
        for name in ("percent", "number"):
            self.fields[name].help_text = _("Of each round; the same people each time, but for those whom something speaks against.")

    def clean_starts_on(self) -> Any:
        day = self.cleaned_data["starts_on"]
        is_new = day != self.instance.starts_on or not self.instance.pk
        if is_new and day < timezone.localdate():
            raise forms.ValidationError(_("This day is over."))
        must_not_be_far(day)
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        plan = {name: cleaned.get(name) for name in ("months", "starts_on", "days_open", "spread_days")}
        if all(plan.values()) and not schedules.can_spread(Schedule(**plan), timezone.localdate()):
            self.add_error(
                "spread_days", _("The last mails would go after the survey closes. Spread over fewer days, or keep it open longer.")
            )
        rounds = schedules.rounds_a_year(plan["months"]) if plan["months"] else None
        if rounds and (cleaned.get("asks_a_year") or 0) > rounds:
            words = ngettext("There is only %(n)s round a year.", "There are only %(n)s rounds a year.", rounds)
            self.add_error("asks_a_year", words % {"n": rounds})
        return cleaned


class EventForm(ScheduleForm):
    kind = Schedule.Kind.EVENT

    class Meta:
        model = Schedule
        fields = ("name", "survey", "occasion", "delay_days", "days_open", "reminders", "reminder_days")
        help_texts = {"delay_days": _("0: on the same day. Below 0: before it, as -30 for thirty days before a renewal.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["occasion"].required = True
        del self.fields["number"]  # there is no crowd to draw so many from
        self.fields["percent"].label = _("Ask about only so many percent of the events")
        self.fields["seed"].help_text = _("The same number draws the same events again.")


FORMS = {Schedule.Kind.RECURRING: RecurringForm, Schedule.Kind.EVENT: EventForm}


class EventFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(method="find", label=_("Search"))
    occasion = django_filters.ChoiceFilter(choices=Occasion.choices, label=_("Event"))

    class Meta:
        model = CustomerEvent
        fields = ["search", "occasion"]

    def find(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(Q(external_id__icontains=value) | Q(account__name__icontains=value) | Q(contact__email__icontains=value))
