"""Suppressed addresses from files and programs: an import adds, and never lifts what is stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from feedback_site.access.models import User
from feedback_site.imports.fields import KEEP, Field, Reference, Type, Words, of
from feedback_site.imports.formats import Cell, Formats
from feedback_site.imports.kinds import Key, Kind, Option, Row, ToCreate
from feedback_site.tables import as_meant
from surveys.authoring.models import Survey
from surveys.customers.imports import ACCOUNT, ACCOUNT_WORDS, CONTACT, ID_WORDS
from surveys.customers.models import Account, Contact
from surveys.distribution.audience_models import ExcludedAddress, ExclusionList
from surveys.distribution.models import Suppression
from surveys.distribution.schedule_models import CustomerEvent
from surveys.distribution.suppress import ONLY_UNSUBSCRIBED


@dataclass(frozen=True)
class Exported:
    """As `type`, of a text before which our own export may have put an apostrophe."""

    type: Type

    def parse(self, cell: Cell, formats: Formats) -> Any:
        return self.type.parse(meant(cell), formats)


class ExportedReference(Reference):
    """As `Exported`, of the name of another row."""

    def parse(self, cell: Cell, formats: Formats) -> str:
        return super().parse(meant(cell), formats)


def meant(cell: Cell) -> Cell:
    return as_meant(cell.strip()) if isinstance(cell, str) else cell


def as_exported(field: Field) -> Field:
    return replace(field, type=Exported(field.type))


SURVEY = Reference(Survey, "key")
BY_IMPORT = gettext_noop("import")


class SuppressionKind(Kind):
    key = "suppressions"
    page = "distribution:suppressions"
    label = _("Suppressed addresses")
    description = _("Addresses that must not be mailed, as another system knows them. An import adds, and never lifts what is stored.")
    model = Suppression
    key_fields = ("email", "reason")
    fields = (
        as_exported(of(Suppression, "email", "e-mail", "mail", "email address", "דואל", "דואר אלקטרוני", "אימייל", "מייל")),
        of(Suppression, "reason", "סיבה", help=_("unsubscribed, bounced or complained.")),
        of(Suppression, "survey", "סקר", type=SURVEY, help=_("The key of a survey that alone is unwanted; empty: all.")),
        as_exported(of(Suppression, "source", "by way of", "מקור")),
        of(Suppression, "created_at", "since", "date", "מתאריך", help=_("When it was asked for; empty: now.")),
    )

    def key_of(self, values: dict[str, Any]) -> Key:
        survey = values.get("survey", KEEP)
        return (values["email"].lower(), values["reason"], survey.pk if isinstance(survey, Survey) else None)

    def check(self, row: Row, user: User | None) -> Iterable[tuple[str, Words]]:
        if isinstance(row.values.get("survey"), Survey) and row.values.get("reason") != Suppression.Reason.UNSUBSCRIBED:
            yield "survey", ONLY_UNSUBSCRIBED

    def existing(self, keys: Sequence[Key], lock: bool = False) -> dict[Key, models.Model]:
        rows = Suppression.objects.annotate(_lower=Lower("email")).filter(_lower__in={key[0] for key in keys})
        rows = rows.select_for_update(of=("self",)) if lock else rows
        return {(row.email.lower(), row.reason, row.survey_id): row for row in rows}

    def assign(self, instance: models.Model, row: Row) -> set[str]:
        """What is stored stays as it is."""
        if row.existing is not None:
            return set()
        values = {**row.values, "email": row.values["email"].lower()}
        if values.get("source", KEEP) in (KEEP, ""):
            values["source"] = BY_IMPORT
        if values.get("created_at") is None:
            values["created_at"] = KEEP
        return super().assign(instance, Row(row.number, values))


def new_list(name: str) -> ExclusionList:
    return ExclusionList(name=name)


CREATE_LISTS = Option("create_missing_lists", _("Create missing exclusion lists"))
LIST = ExportedReference(ExclusionList, "name", any_case=True, create_option=CREATE_LISTS.name, create=new_list)


class ExcludedAddressKind(Kind):
    key = "excluded_addresses"
    page = "distribution:exclusion_lists"
    label = _("Excluded addresses")
    description = _("Addresses that stand on exclusion lists, which an audience may leave out.")
    model = ExcludedAddress
    key_fields = ("exclusion_list", "email")
    options = (CREATE_LISTS,)
    fields = (
        of(ExcludedAddress, "exclusion_list", "list", "רשימה", "רשימת החרגה", type=LIST),
        as_exported(of(ExcludedAddress, "email", "e-mail", "mail", "email address", "דואל", "דואר אלקטרוני", "אימייל", "מייל")),
    )

    def key_of(self, values: dict[str, Any]) -> Key:
        return (key_part(values["exclusion_list"]), values["email"].lower())

    def existing(self, keys: Sequence[Key], lock: bool = False) -> dict[Key, models.Model]:
        rows = ExcludedAddress.objects.filter(email__in={key[1] for key in keys}).select_related("exclusion_list")
        rows = rows.select_for_update(of=("self",)) if lock else rows
        return {(key_part(row.exclusion_list), row.email): row for row in rows}

    def assign(self, instance: models.Model, row: Row) -> set[str]:
        return super().assign(instance, Row(row.number, {**row.values, "email": row.values["email"].lower()}, row.existing))


def key_part(chosen: ExclusionList | ToCreate) -> str:
    """By its name, as a list that is yet to be made has no other key."""
    return (chosen.value if isinstance(chosen, ToCreate) else chosen.name).casefold()


class CustomerEventKind(Kind):
    key = "customer_events"
    page = "distribution:events"
    label = _("Customer events")
    description = _("What happened at customers: schedules ask after it. The same event is found again by its kind and external id.")
    model = CustomerEvent
    key_fields = ("occasion", "external_id")
    fields = (
        of(CustomerEvent, "occasion", "event", "type", "kind", "אירוע", "סוג"),
        of(CustomerEvent, "external_id", *ID_WORDS, "event id", "ticket", "order", "מספר פנייה", "מספר הזמנה"),
        of(CustomerEvent, "account", *ACCOUNT_WORDS, type=ACCOUNT, help=_("The external id of an account.")),
        of(CustomerEvent, "contact", "e-mail", "email", "mail", "דואל", "אימייל", type=CONTACT),
        of(CustomerEvent, "happened_on", "date", "day", "תאריך", "יום"),
    )

    def check(self, row: Row, user: User | None) -> Iterable[tuple[str, Words]]:
        contact, account = row.value("contact"), row.value("account")
        if isinstance(contact, Contact) and isinstance(account, Account) and contact.account_id != account.pk:
            yield "contact", _("This contact belongs to another account. Correct one of the two, or leave the contact empty.")


KINDS: tuple[Kind, ...] = (SuppressionKind(), ExcludedAddressKind(), CustomerEventKind())
