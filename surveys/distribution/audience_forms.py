"""The fields with which a survey owner says whom to ask: shared by distributions, schedules and saved audiences."""

import secrets
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from feedback_site.access.models import User
from surveys.customers.languages import language_name
from surveys.customers.models import Account, Segment
from surveys.customers.queries import industries_of, languages_of, regions_of
from surveys.distribution import facts
from surveys.distribution.audience import Audience, has_lost_a_list
from surveys.distribution.audience_models import ExclusionList
from surveys.distribution.conditions import AttributeIs, Comparison, Conditions, Key, LastAsked, Owner
from surveys.distribution.sample import Sample

ATTRIBUTE_ROWS = range(1, 4)
LARGEST_SEED = 2**31 - 1
LAST_SCORES = [("promoter", _("High")), ("passive", _("Middling")), ("detractor", _("Low")), ("never", _("Never gave one"))]
YES_NO = [("", _("all")), ("yes", _("Has one")), ("no", _("Has none"))]
FEW = {"size": 4}


class ManyField(forms.ModelMultipleChoiceField):
    """A number that no database can hold is no row either."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError:
            raise forms.ValidationError(self.error_messages["invalid_pk_value"], "invalid_pk_value", {"pk": "…"}) from None


def a_seed() -> int:
    """A new number for the lot; whoever enters the same draws the same people."""
    return secrets.randbelow(1_000_000)


class AudienceFields(forms.Form):
    """Whom to ask. Offered are only segments, regions, managers … of accounts that `user` may see."""

    segments = ManyField(
        Segment.objects.all(), label=_("Segments"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None chosen: all.")
    )
    regions = forms.MultipleChoiceField(label=_("Regions"), required=False, widget=forms.SelectMultiple(FEW))
    account_managers = ManyField(User.objects.none(), label=_("Account managers"), required=False, widget=forms.SelectMultiple(FEW))
    languages = forms.MultipleChoiceField(label=_("Languages"), required=False, widget=forms.CheckboxSelectMultiple)
    industries = forms.MultipleChoiceField(label=_("Industries"), required=False, widget=forms.SelectMultiple(FEW))
    role = forms.CharField(label=_("Role contains"), max_length=100, required=False)
    key = forms.ChoiceField(label=_("Key accounts and contacts"), choices=[("", _("all")), *Key.choices], required=False)
    last_score = forms.ChoiceField(label=_("Last score"), choices=[("", _("all")), *LAST_SCORES], required=False)
    open_case = forms.ChoiceField(
        label=_("Open case"), choices=YES_NO, required=False, help_text=_("A low score of the account that nobody has handled yet.")
    )
    last_asked = forms.ChoiceField(label=_("Last asked"), choices=[("", _("all")), *LastAsked.choices], required=False)
    last_asked_days = forms.IntegerField(label=_("Days since last asked"), min_value=1, max_value=3660, required=False)
    revenue_from = forms.DecimalField(label=_("Revenue of the last four quarters, from"), required=False, max_digits=14, decimal_places=2)
    revenue_to = forms.DecimalField(label=_("Revenue of the last four quarters, to"), required=False, max_digits=14, decimal_places=2)
    exclusion_lists = ManyField(
        ExclusionList.objects.all(), label=_("Leave out who stands on"), required=False, widget=forms.CheckboxSelectMultiple
    )
    most_per_account = forms.IntegerField(label=_("At most so many of each account"), min_value=1, max_value=10_000, required=False)
    percent = forms.IntegerField(label=_("Ask only so many percent"), min_value=1, max_value=100, required=False)
    number = forms.IntegerField(label=_("Ask only so many people"), min_value=1, max_value=10_000_000, required=False)
    seed = forms.IntegerField(
        label=_("Number of the lot"),
        min_value=0,
        max_value=LARGEST_SEED,
        required=False,
        initial=a_seed,
        help_text=_("The same number draws the same people again."),
    )

    USUAL = ("segments", "regions", "account_managers", "languages")
    MORE = ("industries", "role", "key", "last_score", "open_case", "last_asked", "last_asked_days", "revenue_from", "revenue_to")
    SAMPLE = ("exclusion_lists", "most_per_account", "percent", "number", "seed")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        managers = User.objects.filter(managed_accounts__in=Account.objects.visible_to(user)).distinct()
        self.fields["account_managers"].queryset = managers  # type: ignore[attr-defined]
        names = dict(settings.LANGUAGES)
        for field, choices in (
            ("regions", [(region, region) for region in regions_of(user)]),
            ("industries", [(industry, industry) for industry in industries_of(user)]),
            ("languages", [(code, names.get(code) or language_name(code)) for code in languages_of(user)]),
        ):
            self.fields[field].choices = choices  # type: ignore[attr-defined]
        for n in ATTRIBUTE_ROWS:
            self._add_attribute(n)

    def _add_attribute(self, n: int) -> None:
        number = {"n": n}
        self.fields[f"attribute_{n}_of"] = forms.ChoiceField(
            label=_("Attribute %(n)s, whose") % number, choices=Owner.choices, required=False
        )
        self.fields[f"attribute_{n}_name"] = forms.CharField(label=_("Attribute %(n)s, name") % number, max_length=60, required=False)
        self.fields[f"attribute_{n}_comparison"] = forms.ChoiceField(
            label=_("Attribute %(n)s, comparison") % number, choices=Comparison.choices, required=False
        )
        self.fields[f"attribute_{n}_value"] = forms.CharField(label=_("Attribute %(n)s, value") % number, max_length=200, required=False)

    # What the template shows: the usual fields, and two parts that open by themselves where something is filled in.
    def usual(self) -> list[forms.BoundField]:
        return [self[name] for name in self.USUAL]

    def more(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MORE]

    def attribute_rows(self) -> list[list[forms.BoundField]]:
        return [[self[f"attribute_{n}_{part}"] for part in ("of", "name", "comparison", "value")] for n in ATTRIBUTE_ROWS]

    def sampling(self) -> list[forms.BoundField]:
        return [self[name] for name in self.SAMPLE if name in self.fields]

    def is_more_open(self) -> bool:
        return any(
            self._is_filled(name) for name in (*self.MORE, *(f"attribute_{n}_{part}" for n in ATTRIBUTE_ROWS for part in ("name", "value")))
        )

    def has_lost_a_list(self) -> bool:
        """Whether a list was deleted that the audience, as it is kept, leaves out: the fields show only those there are."""
        return has_lost_a_list(Audience(exclusion_lists=tuple(self.initial.get("exclusion_lists", ()))))

    def is_sampling_open(self) -> bool:
        return self.has_lost_a_list() or any(self._is_filled(name) for name in self.SAMPLE if name != "seed" and name in self.fields)

    def _is_filled(self, name: str) -> bool:
        return bool(name in self.errors or self[name].value())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("last_asked") in (LastAsked.BEFORE, LastAsked.WITHIN) and not cleaned.get("last_asked_days"):
            self.add_error("last_asked_days", _("Say within how many days."))
        low, high = cleaned.get("revenue_from"), cleaned.get("revenue_to")
        if low is not None and high is not None and low > high:
            self.add_error("revenue_to", _("The upper bound lies below the lower."))
        for n in ATTRIBUTE_ROWS:
            self._clean_attribute(n, cleaned)
        return cleaned

    def _clean_attribute(self, n: int, cleaned: dict[str, Any]) -> None:
        name, value = cleaned.get(f"attribute_{n}_name"), cleaned.get(f"attribute_{n}_value")
        if bool(name) != bool(value):
            self.add_error(f"attribute_{n}_{'value' if name else 'name'}", _("Give both the name and the value, or neither."))
        elif value and cleaned.get(f"attribute_{n}_comparison") in (Comparison.AT_LEAST, Comparison.AT_MOST) and not is_number(value):
            self.add_error(f"attribute_{n}_value", _("This comparison needs a number."))

    def audience(self) -> Audience:
        """What was filled in; only of a form that is valid."""
        chosen = self.cleaned_data
        return Audience(
            conditions=Conditions(
                segments=keys(chosen["segments"]),
                regions=tuple(chosen["regions"]),
                industries=tuple(chosen["industries"]),
                account_managers=keys(chosen["account_managers"]),
                languages=tuple(chosen["languages"]),
                role=chosen["role"],
                key=chosen["key"],
                last_asked=chosen["last_asked"],
                last_asked_days=chosen["last_asked_days"] or 0,
                attributes=tuple(self._attributes()),
                facts=self._facts(),
            ),
            exclusion_lists=keys(chosen["exclusion_lists"]),
            sample=Sample(chosen.get("percent"), chosen.get("number"), chosen["most_per_account"], chosen["seed"] or 0),
        )

    def _attributes(self) -> Iterator[AttributeIs]:
        chosen = self.cleaned_data
        for n in ATTRIBUTE_ROWS:
            row = [chosen[f"attribute_{n}_{part}"] for part in ("of", "name", "comparison", "value")]
            if row[1]:
                yield AttributeIs(row[0] or Owner.ACCOUNT.value, row[1], row[2] or Comparison.IS.value, row[3])

    def _facts(self) -> dict[str, Any]:
        chosen = self.cleaned_data
        asked: dict[str, Any] = {}
        if chosen["last_score"]:
            asked[facts.LAST_SCORE] = chosen["last_score"]
        if chosen["open_case"]:
            asked[facts.OPEN_CASE] = chosen["open_case"] == "yes"
        bounds = {"from": chosen["revenue_from"], "to": chosen["revenue_to"]}
        if any(bound is not None for bound in bounds.values()):
            asked[facts.REVENUE] = {name: None if bound is None else str(bound) for name, bound in bounds.items()}
        return asked


def initial_of(audience: Audience) -> dict[str, Any]:
    """What the fields show for an audience that is kept."""
    conditions, revenue = audience.conditions, audience.conditions.facts.get(facts.REVENUE, {})
    known = asdict(conditions)
    shown = {
        name: known[name] for name in ("segments", "regions", "industries", "account_managers", "languages", "role", "key", "last_asked")
    }
    shown |= {"last_asked_days": conditions.last_asked_days or None, "exclusion_lists": audience.exclusion_lists}
    shown |= {
        "last_score": conditions.facts.get(facts.LAST_SCORE, ""),
        "revenue_from": revenue.get("from"),
        "revenue_to": revenue.get("to"),
    }
    shown["open_case"] = {True: "yes", False: "no"}.get(conditions.facts.get(facts.OPEN_CASE), "")  # type: ignore[arg-type]
    sample = audience.sample
    shown |= {"percent": sample.percent, "number": sample.number, "most_per_account": sample.per_account}
    if not sample.is_all:
        shown["seed"] = sample.seed
    for n, attribute in enumerate(conditions.attributes, start=1):
        shown |= {f"attribute_{n}_{part}": value for part, value in asdict(attribute).items()}
    return shown


def keys(rows: "QuerySet[Any]") -> tuple[int, ...]:
    return tuple(row.pk for row in rows)


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
