"""The conditions of an audience: which contacts fit, before anything speaks against mailing them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, CharField, Exists, F, FloatField, OuterRef, Q, QuerySet, TextChoices, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback_site.access.models import User
from surveys.customers.models import Contact
from surveys.distribution import facts
from surveys.distribution.models import Delivery

A_NUMBER = r"^-?[0-9]{1,15}([.][0-9]{1,9})?$"
FORMERLY = {"region": "regions", "account_manager": "account_managers", "language": "languages"}


class Owner(TextChoices):
    """Whose attribute it is."""

    ACCOUNT = "account", _("Account's")
    CONTACT = "contact", _("Contact's")


class Comparison(TextChoices):
    IS = "is", _("is")
    IS_NOT = "is_not", _("is not")
    CONTAINS = "contains", _("contains")
    AT_LEAST = "at_least", _("is at least")
    AT_MOST = "at_most", _("is at most")


class Key(TextChoices):
    ACCOUNTS = "accounts", _("Key accounts only")
    CONTACTS = "contacts", _("Key contacts only")


class LastAsked(TextChoices):
    NEVER = "never", _("Never")
    BEFORE = "before", _("Not within so many days")
    WITHIN = "within", _("Within so many days")


@dataclass(frozen=True)
class AttributeIs:
    """One condition on an own attribute; a number is compared as one, a text whatever its case."""

    of: str
    name: str
    comparison: str
    value: str

    def narrowed(self, contacts: "QuerySet[Contact]", alias: str) -> "QuerySet[Contact]":
        kept = "account__attributes" if self.of == Owner.ACCOUNT else "attributes"
        known = contacts.alias(**{alias: Cast(KeyTextTransform(self.name, kept), CharField())})
        if self.comparison in (Comparison.AT_LEAST, Comparison.AT_MOST):
            number = Case(When(**{f"{alias}__regex": A_NUMBER}, then=Cast(F(alias), FloatField())), default=Value(None))
            lookup = "gte" if self.comparison == Comparison.AT_LEAST else "lte"
            return known.alias(**{f"{alias}_number": number}).filter(**{f"{alias}_number__{lookup}": float(self.value)})
        if self.comparison == Comparison.IS_NOT:
            return known.filter(~Q(**{f"{alias}__iexact": self.value}) | Q(**{alias: None}))
        return known.filter(**{f"{alias}__{'icontains' if self.comparison == Comparison.CONTAINS else 'iexact'}": self.value})


@dataclass(frozen=True)
class Conditions:
    """What is left empty does not narrow. `facts` are those of `facts.FACTS`, each with what is asked of it."""

    segments: tuple[int, ...] = ()
    regions: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    account_managers: tuple[int, ...] = ()
    languages: tuple[str, ...] = ()
    role: str = ""
    key: str = ""
    last_asked: str = ""
    last_asked_days: int = 0
    attributes: tuple[AttributeIs, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Conditions":
        """Reads the former form too, in which a region, a manager and a language stood alone."""
        read: dict[str, Any] = {name: value for name, value in kept.items() if name in {known.name for known in fields(cls)}}
        for former, name in FORMERLY.items():
            if kept.get(former):
                read.setdefault(name, [kept[former]])
        rows = tuple(AttributeIs(**row) for row in read.pop("attributes", ()))
        read = {name: tuple(value) if isinstance(value, list) else value for name, value in read.items()}
        return cls(**read, attributes=rows)

    def contacts(self, user: User, now: datetime | None = None) -> "QuerySet[Contact]":
        """The contacts that fit, among those whom `user` may see."""
        contacts: QuerySet[Contact] = Contact.objects.visible_to(user).filter(self._plain())
        for number, attribute in enumerate(self.attributes):
            contacts = attribute.narrowed(contacts, f"attribute_{number}")
        if self.last_asked:
            contacts = contacts.filter(self._asked(now or timezone.now()))
        return facts.narrowed(contacts, self.facts)

    def _plain(self) -> Q:
        wanted = {
            "account__segment__in": self.segments,
            "account__region__in": self.regions,
            "account__industry__in": self.industries,
            "account__account_manager__in": self.account_managers,
            "language__in": self.languages,
            "role__icontains": self.role,
            "account__is_key": self.key == Key.ACCOUNTS,
            "is_key": self.key == Key.CONTACTS,
        }
        return Q(**{path: value for path, value in wanted.items() if value})

    def _asked(self, now: datetime) -> Q:
        mails = Delivery.objects.filter(invitation__contact=OuterRef("pk"), sent_at__isnull=False)
        if self.last_asked == LastAsked.NEVER:
            return ~Q(Exists(mails))
        lately = Q(Exists(mails.filter(sent_at__gt=now - timedelta(days=self.last_asked_days))))
        return lately if self.last_asked == LastAsked.WITHIN else ~lately
