"""What a survey owner fills in, and the filters of the lists."""

from datetime import date, datetime, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from surveys.authoring.models import Survey
from surveys.customers.models import Contact
from surveys.distribution.audience import Audience
from surveys.distribution.audience_forms import AudienceFields, initial_of
from surveys.distribution.far_days import must_not_be_far
from surveys.distribution.link_models import Link
from surveys.distribution.models import Delivery, Distribution, DistributionQuerySet, Invitation, ReturnedMail, Skip, Suppression
from surveys.distribution.pacing import days_of_wave, end_of
from surveys.distribution.queries import WAS_MAILED, WAS_OPENED
from surveys.distribution.reminder_plan import too_many_reminders

DAYS_OPEN = 14
LONGEST_WAVE = 90
MOST_REMINDERS = 5


def in_days() -> date:
    return timezone.localdate() + timedelta(days=DAYS_OPEN)


class ReminderForm(forms.Form):
    """The automatic reminders of a distribution."""

    reminders = forms.IntegerField(
        label=_("Automatic reminders"),
        initial=0,
        min_value=0,
        max_value=MOST_REMINDERS,
        help_text=_("So many times at most, to those who have not answered."),
    )
    reminder_days = forms.IntegerField(label=_("Days before each reminder"), initial=5, min_value=1, max_value=90)


class DistributionForm(AudienceFields, ReminderForm, forms.ModelForm):  # type: ignore[misc]  # two kinds of form in one
    """Survey, audience and days; saving prepares a distribution and mails nobody."""

    starts_at = forms.DateTimeField(
        label=_("First mails on"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty: as soon as you confirm."),
    )
    spread_days = forms.IntegerField(
        label=_("Spread over days"),
        initial=1,
        min_value=1,
        max_value=LONGEST_WAVE,
        help_text=_("So that answers arrive steadily. 1: all on the first day."),
    )
    closes_on = forms.DateField(
        label=_("Open until, inclusive"),
        initial=in_days,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Until then answers are accepted and can be corrected."),
    )

    class Meta:
        model = Distribution
        fields = ["name", "survey", "starts_at", "spread_days", "closes_on", "reminders", "reminder_days"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["survey"].queryset = Survey.objects.of_customers().published()  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial.update(initial_of(Audience.from_json(self.instance.audience)))
            self.initial["closes_on"] = timezone.localdate(self.instance.closes_at)

    def too_many_reminders(self) -> dict[str, int] | None:
        """Of the plan as it is kept."""
        return too_many_reminders(self.instance, timezone.now()) if self.instance.pk else None

    def plan(self) -> list[forms.BoundField]:
        return [self[name] for name in self.Meta.fields]

    def clean_closes_on(self) -> date:
        day = self.cleaned_data["closes_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day is over."))
        must_not_be_far(day)
        return day

    def clean_starts_at(self) -> datetime | None:
        moment: datetime | None = self.cleaned_data["starts_at"]
        if moment:
            must_not_be_far(timezone.localdate(moment))
        return moment

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts_at, day, days = cleaned.get("starts_at"), cleaned.get("closes_on"), cleaned.get("spread_days")
        if starts_at and starts_at < timezone.now() - timedelta(minutes=1):
            self.add_error("starts_at", _("This moment is over. Leave it empty to begin at once."))
        elif day and days and days_of_wave(max(starts_at or timezone.now(), timezone.now()), days)[-1] >= end_of(day):
            self.add_error("closes_on", _("The last mails would go after this day. Choose a later one, or fewer days to spread over."))
        return cleaned

    def save(self, commit: bool = True) -> Distribution:
        distribution = self.instance
        distribution.version = distribution.survey.published
        distribution.audience = self.audience().as_json()
        distribution.created_by = distribution.created_by or self.user
        distribution.closes_at = end_of(self.cleaned_data["closes_on"])
        return forms.ModelForm.save(self, commit)  # type: ignore[return-value]


class SearchFilter(django_filters.FilterSet):
    """A filter set with one search box over `searched`."""

    searched: tuple[str, ...] = ()
    search = django_filters.CharFilter(method="find", label=_("Search"))

    def find(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        condition = Q()
        for path in self.searched:
            condition |= Q(**{f"{path}__icontains": value})
        return rows.filter(condition)


CLOSED = ("closed", pgettext_lazy("distribution", "Closed"))


class DistributionFilter(SearchFilter):
    searched = ("name", "survey__name")
    state = django_filters.ChoiceFilter(choices=[*Distribution.State.choices, CLOSED], method="by_state", label=_("State"))
    survey = django_filters.ModelChoiceFilter(queryset=Survey.objects.all(), label=_("Survey"))

    class Meta:
        model = Distribution
        fields = ["search", "state", "survey"]

    def by_state(self, rows: DistributionQuerySet, name: str, value: str) -> DistributionQuerySet:
        if value == CLOSED[0]:
            return rows.filter(state__in=Distribution.UNDER_WAY, closes_at__lte=timezone.now())
        is_open = {"closes_at__gt": timezone.now()} if value in Distribution.UNDER_WAY else {}
        return rows.filter(state=value, **is_open)


ANSWERED, PARTLY, OPENED, SILENT = "answered", "partly", "opened", "silent"


def by_answer(rows: "QuerySet[Invitation]", value: str) -> "QuerySet[Invitation]":
    """Of the invitations those that were answered, partly answered, opened and no more, or mailed and left without an answer."""
    unanswered = rows.filter(answered_at__isnull=True)
    return {
        ANSWERED: rows.filter(answered_at__isnull=False),
        PARTLY: unanswered.filter(response__isnull=False),
        OPENED: unanswered.filter(WAS_OPENED, response__isnull=True),
        SILENT: unanswered.filter(WAS_MAILED, response__isnull=True),
    }[value]


class InvitationFilter(SearchFilter):
    searched = ("contact__name", "contact__email", "contact__account__name")
    mail_state = django_filters.ChoiceFilter(choices=Delivery.State.choices, label=_("Last mail"))
    answer = django_filters.ChoiceFilter(
        choices=[
            (ANSWERED, _("Answered")),
            (PARTLY, _("Partly answered")),
            (OPENED, _("Opened the page, and nothing more")),
            (SILENT, _("Silent")),
        ],
        method="by_answer",
        label=_("Answer"),
    )

    class Meta:
        model = Invitation
        fields = ["search", "mail_state", "answer"]

    def by_answer(self, rows: "QuerySet[Invitation]", name: str, value: str) -> "QuerySet[Invitation]":
        return by_answer(rows, value)


class LinkFilter(SearchFilter):
    searched = ("name", "survey__name", "account__name")
    survey = django_filters.ModelChoiceFilter(queryset=Survey.objects.all(), label=_("Survey"))

    class Meta:
        model = Link
        fields = ["search", "survey"]


class AudienceFilter(SearchFilter):
    """The dry run: contacts with their skip reason."""

    INVITED = "invited"
    searched = ("name", "email", "account__name")
    outcome = django_filters.ChoiceFilter(
        choices=[(INVITED, _("Will be mailed")), *Skip.Reason.choices], method="by_outcome", label=_("Outcome")
    )

    class Meta:
        model = Contact
        fields = ["search", "outcome"]

    def by_outcome(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        """Left to the page: what becomes of a contact is decided for all of them together."""
        return rows

    def fits(self, reason: str) -> bool:
        """Whether a contact with this skip reason is among those asked for."""
        wanted = self.form.cleaned_data.get("outcome") if self.form.is_valid() else ""
        return not wanted or reason == ("" if wanted == self.INVITED else wanted)


class SkipFilter(SearchFilter):
    searched = ("contact__name", "contact__email", "contact__account__name")
    reason = django_filters.ChoiceFilter(choices=Skip.Reason.choices, label=_("Reason"))

    class Meta:
        model = Skip
        fields = ["search", "reason"]


class SuppressionFilter(SearchFilter):
    searched = ("email",)
    reason = django_filters.ChoiceFilter(choices=Suppression.Reason.choices, label=_("Reason"))

    class Meta:
        model = Suppression
        fields = ["search", "reason"]


class ReturnedMailFilter(SearchFilter):
    searched = ("delivery__invitation__contact__name", "delivery__invitation__contact__email", "reason")
    kind = django_filters.ChoiceFilter(choices=ReturnedMail.Kind.choices, label=_("Kind"))

    class Meta:
        model = ReturnedMail
        fields = ["search", "kind"]
