"""What the lists of sales can be narrowed to."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.forms import DateInput
from django.utils.translation import gettext_lazy as _

from analytics.sales.models import Campaign, ExchangeRate, Opportunity, RevenueEntry, Spend
from feedback_site.searching import OrderingFilter, SearchFilter
from surveys.customers.models import Account, Representative, Segment

FROM, TO = _("From"), _("To")


def day_input() -> DateInput:
    return DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def from_day(field: str, label: Any = FROM, **more: Any) -> django_filters.DateFilter:
    return django_filters.DateFilter(field_name=field, lookup_expr="gte", label=label, widget=day_input(), **more)


def to_day(field: str, label: Any = TO, **more: Any) -> django_filters.DateFilter:
    return django_filters.DateFilter(field_name=field, lookup_expr="lte", label=label, widget=day_input(), **more)


class OfAccountsFilter(SearchFilter):
    """Rows of accounts: only accounts that the user sees can be chosen."""

    account = django_filters.ModelChoiceFilter(label=_("Account"), queryset=Account.objects.none())

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.filters["account"].queryset = Account.objects.visible_to(self.request.user)  # type: ignore[union-attr]
        self._hide_account(data or {})

    def _hide_account(self, data: Any) -> None:
        """One account is chosen by a link from its page, not among thousands of options."""
        field = self.form.fields["account"]
        field.widget = field.hidden_widget()
        if not data.get("account"):
            del self.form.fields["account"]


class OpportunityFilter(OfAccountsFilter):
    first = from_day("closed_on", _("Closed from"))
    last = to_day("closed_on", _("Closed to"))
    stage = django_filters.ChoiceFilter(label=_("Stage"), choices=Opportunity.Stage.choices)
    segment = django_filters.ModelChoiceFilter(field_name="account__segment", label=_("Segment"), queryset=Segment.objects.all())
    representative = django_filters.ModelChoiceFilter(label=_("Sales representative"), queryset=Representative.objects.all())
    campaign = django_filters.ModelChoiceFilter(label=_("Marketing campaign"), queryset=Campaign.objects.all())
    order = OrderingFilter(
        label=_("Order"),
        fields=[("closed_on", "closed"), ("created_on", "created"), ("value", "value"), ("account__name", "account")],
        field_labels={"closed_on": _("closed"), "created_on": _("created"), "value": _("value"), "account__name": _("account")},
        empty_label=_("newest first"),
    )
    searched = ("name", "external_id", "account__name", "product")

    class Meta:
        model = Opportunity
        fields: list[str] = []


class RevenueFilter(OfAccountsFilter):
    first = from_day("recognised_on")
    last = to_day("recognised_on")
    segment = django_filters.ModelChoiceFilter(field_name="account__segment", label=_("Segment"), queryset=Segment.objects.all())
    order = OrderingFilter(
        label=_("Order"),
        fields=[("recognised_on", "day"), ("amount", "amount"), ("account__name", "account")],
        field_labels={"recognised_on": _("day"), "amount": _("amount"), "account__name": _("account")},
        empty_label=_("newest first"),
    )
    searched = ("external_id", "account__name", "product")

    class Meta:
        model = RevenueEntry
        fields: list[str] = []


class SpendFilter(SearchFilter):
    first = from_day("spent_on")
    last = to_day("spent_on")
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Spend.Kind.choices)
    segment = django_filters.ModelChoiceFilter(label=_("Segment"), queryset=Segment.objects.all())
    campaign = django_filters.ModelChoiceFilter(label=_("Marketing campaign"), queryset=Campaign.objects.all())
    order = OrderingFilter(
        label=_("Order"),
        fields=[("spent_on", "day"), ("amount", "amount")],
        field_labels={"spent_on": _("day"), "amount": _("amount")},
        empty_label=_("newest first"),
    )
    searched = ("external_id", "description", "campaign__name")

    class Meta:
        model = Spend
        fields: list[str] = []


class ResultsFilter(SearchFilter):
    """The period narrows the opportunities and the spend that a row counts, not the rows."""

    first = from_day("closed_on", _("Results from"), method="unchanged")
    last = to_day("closed_on", _("Results to"), method="unchanged")
    order = OrderingFilter(label=_("Order"), fields=[("name", "name")], field_labels={"name": _("name")}, empty_label=None)
    searched: tuple[str, ...] = ("name", "external_id")

    def unchanged(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return rows

    def in_period(self, field: str) -> Q:
        """The chosen period as a condition on `field`; rows without that day stay when no period is chosen."""
        chosen = self.form.cleaned_data if self.form.is_valid() else {}
        bounds = {f"{field}__gte": chosen.get("first"), f"{field}__lte": chosen.get("last")}
        return Q(**{name: day for name, day in bounds.items() if day})


class CampaignFilter(ResultsFilter):
    searched = ("name", "external_id", "channel")

    class Meta:
        model = Campaign
        fields: list[str] = []


class RepresentativeFilter(ResultsFilter):
    class Meta:
        model = Representative
        fields: list[str] = []


class RateFilter(SearchFilter):
    searched = ("currency",)

    class Meta:
        model = ExchangeRate
        fields: list[str] = []
