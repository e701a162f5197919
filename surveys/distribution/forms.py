"""What a survey owner fills in, and the filters of the lists."""

from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback_site.access.models import User
from surveys.authoring.models import Survey
from surveys.customers.languages import language_name
from surveys.customers.models import Account, Contact, Segment
from surveys.customers.queries import languages_of
from surveys.distribution.audience import Audience
from surveys.distribution.link_models import Link
from surveys.distribution.models import Delivery, Distribution, DistributionQuerySet, Invitation, ReturnedMail, Skip, Suppression
from surveys.distribution.queries import WAS_MAILED

DAYS_OPEN = 14


def in_days() -> date:
    return timezone.localdate() + timedelta(days=DAYS_OPEN)


class SegmentsField(forms.ModelMultipleChoiceField):
    """A number that no database can hold is no segment either."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError:
            raise forms.ValidationError(self.error_messages["invalid_pk_value"], "invalid_pk_value", {"pk": "…"}) from None


class DistributionForm(forms.ModelForm):
    """Survey, audience and closing date; saving prepares a distribution and mails nobody."""

    segments = SegmentsField(
        Segment.objects.all(), label=_("Segments"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None chosen: all.")
    )
    region = forms.ChoiceField(label=_("Region"), required=False)
    account_manager = forms.ModelChoiceField(User.objects.none(), label=_("Account manager"), required=False, empty_label=_("all"))
    language = forms.ChoiceField(label=_("Language"), required=False)
    closes_on = forms.DateField(
        label=_("Open until, inclusive"),
        initial=in_days,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Until then answers are accepted and can be corrected."),
    )

    class Meta:
        model = Distribution
        fields = ["name", "survey", "closes_on", "segments", "region", "account_manager", "language"]

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        accounts = Account.objects.visible_to(user)
        self.fields["survey"].queryset = Survey.objects.of_customers().published()  # type: ignore[attr-defined]
        self.fields["account_manager"].queryset = User.objects.filter(managed_accounts__in=accounts).distinct()  # type: ignore[attr-defined]
        regions = accounts.exclude(region="").order_by("region").values_list("region", flat=True).distinct()
        names = dict(settings.LANGUAGES)
        self.fields["region"].choices = [("", _("all")), *((region, region) for region in regions)]  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", _("all")), *((code, names.get(code) or language_name(code)) for code in languages_of(user))]  # type: ignore[attr-defined]

    def clean_closes_on(self) -> date:
        day = self.cleaned_data["closes_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day is over."))
        return day

    def audience(self) -> Audience:
        chosen, manager = self.cleaned_data, self.cleaned_data["account_manager"]
        return Audience(
            segments=tuple(segment.pk for segment in chosen["segments"]),
            region=chosen["region"],
            account_manager=manager.pk if manager else None,
            language=chosen["language"],
        )

    def save(self, commit: bool = True) -> Distribution:
        distribution = self.instance
        distribution.version = distribution.survey.published
        distribution.audience = self.audience().as_json()
        distribution.created_by = self.user
        end_of_day = datetime.combine(self.cleaned_data["closes_on"], time(23, 59, 59))
        distribution.closes_at = timezone.make_aware(end_of_day)
        return super().save(commit)


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


ANSWERED, PARTLY, SILENT = "answered", "partly", "silent"


class InvitationFilter(SearchFilter):
    searched = ("contact__name", "contact__email", "contact__account__name")
    mail_state = django_filters.ChoiceFilter(choices=Delivery.State.choices, label=_("Last mail"))
    answer = django_filters.ChoiceFilter(
        choices=[(ANSWERED, _("Answered")), (PARTLY, _("Partly answered")), (SILENT, _("Silent"))],
        method="by_answer",
        label=_("Answer"),
    )

    class Meta:
        model = Invitation
        fields = ["search", "mail_state", "answer"]

    def by_answer(self, rows: "QuerySet[Invitation]", name: str, value: str) -> "QuerySet[Invitation]":
        unanswered = rows.filter(answered_at__isnull=True)
        return {
            ANSWERED: rows.filter(answered_at__isnull=False),
            PARTLY: unanswered.filter(response__isnull=False),
            SILENT: unanswered.filter(WAS_MAILED, response__isnull=True),
        }[value]


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
        return rows.filter(skip_reason="" if value == self.INVITED else value)


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
