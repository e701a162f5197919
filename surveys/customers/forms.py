"""Forms for segments, accounts and contacts."""

from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from babel.numbers import list_currencies
from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from feedback_site.access.models import Role, User
from feedback_site.access.permissions import MANAGES_CUSTOMERS
from feedback_site.days import likely_day
from surveys.customers.changes import EditForm
from surveys.customers.languages import CHOICES, language_name, other_languages
from surveys.customers.models import Account, Contact, Segment

# Only those who look after the customer base may say whose an account is, and how figures group it.
MANAGED = ("external_id", "segment", "account_manager", "sales_representative")
SPARE_ATTRIBUTES = 3


class CurrencyField(forms.CharField):
    """A currency by its three letters, whatever their case."""

    default_validators = [RegexValidator("^[A-Z]{3}$", _("Name the currency by its three letters, as ILS."))]

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).upper()

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) == 3 and value not in list_currencies():
            raise forms.ValidationError(
                _("%(currency)s is no currency in use. Name it by its three letters, as ILS.") % {"currency": value}
            )


def time_zones() -> list[tuple[str, str]]:
    """Every zone of the world, by region."""
    return [(name, name.replace("_", " ")) for name in sorted(available_timezones()) if "/" in name or name == "UTC"]


class SegmentForm(EditForm):
    class Meta:
        model = Segment
        fields = ["name", "inactivity_days"]


class AccountForm(EditForm):
    """`user` decides which fields there are: account managers keep their accounts up to date, but do not give them away."""

    currency = CurrencyField(label=_("Currency"), max_length=3)

    class Meta:
        model = Account
        fields = [
            "name",
            "external_id",
            "segment",
            "region",
            "industry",
            "account_manager",
            "sales_representative",
            "currency",
            "is_key",
            "ended_on",
        ]
        widgets = {"ended_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "external_id": _("By this id, imports and the API find the account again."),
            "segment": _("Responses keep the segment that the account had when they came in; money follows the present one."),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ended_on"].validators.append(likely_day)
        self.fields["currency"].initial = settings.CURRENCY
        self.fields["currency"].help_text = self._currency_name()
        if not user.has_role(*MANAGES_CUSTOMERS):
            for name in MANAGED:
                del self.fields[name]
            return
        looks_after = User.objects.filter(
            is_active=True, role__in=(Role.ACCOUNT_MANAGER, Role.TEAM_LEAD, Role.SURVEY_OWNER, Role.ADMINISTRATOR)
        )
        present = User.objects.filter(pk=self.instance.account_manager_id)
        self.fields["account_manager"].queryset = (looks_after | present).order_by("name")  # type: ignore[attr-defined]

    def _currency_name(self) -> str:
        code = self.instance.currency or settings.CURRENCY
        return str(Locale.parse(get_language() or "en").currencies.get(code, code))


class AttributeForm(forms.Form):
    """One own attribute: a name and its value; both empty is none."""

    name = forms.CharField(label=_("Attribute"), max_length=60, required=False)
    value = forms.CharField(label=_("Value"), max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("value") and not cleaned.get("name"):
            self.add_error("name", _("Name the attribute, or empty its value too."))
        return cleaned


class AttributeRows(forms.BaseFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        if any(self.errors):
            return
        names = [form.cleaned_data["name"] for form in self.forms if form.cleaned_data.get("name")]
        for form in self.forms:
            if names.count(form.cleaned_data.get("name", "")) > 1:
                form.add_error("name", _("This attribute is there twice."))

    def attributes(self) -> dict[str, str]:
        """What was entered, without the emptied ones."""
        rows = [form.cleaned_data for form in self.forms]
        return {row["name"]: row["value"] for row in rows if row.get("name") and row.get("value")}


AttributeFormSet = forms.formset_factory(AttributeForm, formset=AttributeRows, extra=SPARE_ATTRIBUTES, max_num=100)


def attribute_rows(row: Account | Contact, data: Any = None) -> AttributeRows:
    """The own attributes of `row` as rows of a form, with a few empty ones."""
    initial = [{"name": name, "value": value} for name, value in row.attributes.items()]
    return AttributeFormSet(data, prefix="attributes", initial=initial)  # type: ignore[return-value]


class ContactForm(EditForm):
    """A contact of an account that `user` may see."""

    language = forms.ChoiceField(label=_("Language"), help_text=_("Mails and surveys are in this language, where they are translated."))
    time_zone = forms.ChoiceField(label=_("Time zone"))

    class Meta:
        model = Contact
        fields = ["account", "name", "email", "role", "language", "time_zone", "status", "is_key"]
        labels = {"role": _("Role at the account")}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = Account.objects.visible_to(user).order_by("name")  # type: ignore[attr-defined]
        self.fields["account"].label = pgettext_lazy("customer", "Account")
        languages = [*CHOICES, *other_languages(get_language() or "en")]
        self._offer("language", languages, self.instance.language, language_name(self.instance.language))
        self._offer("time_zone", time_zones(), self.instance.time_zone, self.instance.time_zone)

    def _offer(self, field: str, choices: list[tuple[str, str]], present: str, present_name: str) -> None:
        """`choices`, and what is stored although it is none of them (an import knows more languages)."""
        known = {value for value, _name in choices}
        self.fields[field].choices = choices if present in known else [(present, present_name), *choices]  # type: ignore[attr-defined]
        self.fields[field].initial = present
