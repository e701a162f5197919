"""What leadership and administrators enter about sales by hand."""

from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from analytics.sales.models import Campaign, ExchangeRate, Opportunity, RevenueEntry, Spend
from feedback_site.access.models import Role, User
from feedback_site.days import likely_day
from surveys.customers.forms import CurrencyField
from surveys.customers.models import Representative


class SalesForm(forms.ModelForm):
    """Dates get the browser's own picker; a row without an external id gets one, so that files can name it later."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
                field.validators = [*field.validators, likely_day]
            if isinstance(field, CurrencyField):
                field.initial = settings.CURRENCY
        if "external_id" in self.fields:
            self.fields["external_id"].required = False
            self.fields["external_id"].help_text = _("By this id, imports and the API find the row again. Left empty, one is made.")

    def clean_external_id(self) -> str:
        return self.cleaned_data["external_id"] or self.instance.external_id or f"manual-{uuid4().hex[:12]}"

    def refuse_reversed(self, cleaned: dict[str, Any], first: str, last: str, message: Any) -> None:
        start, end = cleaned.get(first), cleaned.get(last)
        if start and end and end < start:
            self.add_error(last, message)


class OpportunityForm(SalesForm):
    currency = CurrencyField(label=_("Currency"), max_length=3)

    class Meta:
        model = Opportunity
        fields = [
            "name",
            "account",
            "stage",
            "value",
            "currency",
            "created_on",
            "closed_on",
            "representative",
            "campaign",
            "product",
            "external_id",
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("stage") in (Opportunity.Stage.WON, Opportunity.Stage.LOST) and "closed_on" in cleaned and not cleaned["closed_on"]:
            self.add_error("closed_on", _("A won or lost opportunity needs the day on which it closed."))
        self.refuse_reversed(cleaned, "created_on", "closed_on", _("The opportunity closed before it was created."))
        return cleaned


class RevenueForm(SalesForm):
    currency = CurrencyField(label=_("Currency"), max_length=3)

    class Meta:
        model = RevenueEntry
        fields = ["account", "amount", "cost", "currency", "recognised_on", "ends_on", "product", "external_id"]
        help_texts = {
            "amount": _("A credit note is negative."),
            "ends_on": _("Where it is given, the amount is spread evenly over the days."),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.refuse_reversed(cleaned, "recognised_on", "ends_on", _("The last day lies before the first."))
        return cleaned


class SpendForm(SalesForm):
    currency = CurrencyField(label=_("Currency"), max_length=3)

    class Meta:
        model = Spend
        fields = ["kind", "amount", "currency", "spent_on", "campaign", "segment", "description", "external_id"]


class CampaignForm(SalesForm):
    class Meta:
        model = Campaign
        fields = ["name", "channel", "starts_on", "ends_on", "external_id"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.refuse_reversed(cleaned, "starts_on", "ends_on", _("The last day lies before the first."))
        return cleaned


class RepresentativeForm(SalesForm):
    class Meta:
        model = Representative
        fields = ["name", "user", "external_id"]
        help_texts = {"user": _("The login of this representative, who then sees these opportunities and accounts.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        selling = Q(role=Role.SALES, is_active=True) | Q(pk=self.instance.user_id)
        self.fields["user"].queryset = User.objects.filter(selling)  # type: ignore[attr-defined]


class RateForm(SalesForm):
    currency = CurrencyField(label=_("Currency"), max_length=3)

    class Meta:
        model = ExchangeRate
        fields = ["currency", "valid_from", "rate"]
        help_texts = {"rate": _("What one unit is worth in the reporting currency, from this day until the next rate.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].initial = None

    def clean_currency(self) -> str:
        currency = str(self.cleaned_data["currency"])
        if currency == settings.CURRENCY:
            raise forms.ValidationError(_("This is the reporting currency: it needs no rate."))
        return currency
