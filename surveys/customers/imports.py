"""Segments, representatives, accounts and contacts from files and programs."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from feedback_site.access.models import User
from feedback_site.imports.fields import KEEP, Currency, Language, Reference, Words, Zone, of
from feedback_site.imports.kinds import OWN, Key, Kind, Option, Row, put
from surveys.customers.models import Account, Contact, Representative, Segment

CREATE_SEGMENTS = Option("create_missing_segments", _("Create missing segments"))
CREATE_REPRESENTATIVES = Option("create_missing_representatives", _("Create missing sales representatives"))


def new_representative(external_id: str) -> Representative:
    return Representative(external_id=external_id, name=external_id)


SEGMENT = Reference(Segment, "name", any_case=True, create_option=CREATE_SEGMENTS.name, create=lambda name: Segment(name=name))
REPRESENTATIVE = Reference(Representative, create_option=CREATE_REPRESENTATIVES.name, create=new_representative)
USER = Reference(User, "email", any_case=True)
ACCOUNT = Reference(Account, follow=("segment", "account_manager", "sales_representative"))
CONTACT = Reference(Contact, "email", any_case=True)

ACCOUNT_WORDS = (
    "account id",
    "account number",
    "customer",
    "customer id",
    "customer number",
    "client",
    "client id",
    "לקוח",
    "מספר לקוח",
    "מזהה לקוח",
    "קוד לקוח",
)
ID_WORDS = ("id", "key", "number", "code", "מזהה", "מספר", "קוד")
REPRESENTATIVE_WORDS = ("representative", "rep", "sales rep", "sales agent", "salesperson", "נציג", "איש מכירות", "סוכן")


class SegmentKind(Kind):
    key = "segments"
    page = "customers:segments"
    label = _("Segments")
    description = _("Parts of the customer base; found again by their name.")
    model = Segment
    key_fields = ("name",)
    fields = (
        of(Segment, "name", "segment", "segment name", "פלח", "שם הפלח"),
        of(Segment, "inactivity_days", "inactivity", "days", "ימים ללא פעילות"),
    )

    def key_of(self, values: dict[str, Any]) -> Key:
        """Whatever the case, as where a segment is referred to."""
        return (values["name"].casefold(),)

    def existing(self, keys: Sequence[Key], lock: bool = False) -> dict[Key, models.Model]:
        rows = Segment.objects.select_for_update() if lock else Segment.objects.all()
        return {key: segment for segment in rows if (key := (segment.name.casefold(),)) in set(keys)}

    def assign(self, instance: models.Model, row: Row) -> set[str]:
        """The stored spelling of the name stays."""
        values = {name: value for name, value in row.values.items() if row.existing is None or name != "name"}
        return super().assign(instance, Row(row.number, values, row.existing))


class RepresentativeKind(Kind):
    key = "representatives"
    page = "sales:representatives"
    label = _("Sales representatives")
    description = _("Who sells; a login ties the books to a user.")
    model = Representative
    fields = (
        of(Representative, "external_id", *ID_WORDS, "rep id", "מזהה נציג", "קוד נציג"),
        of(Representative, "name", "full name", "representative", *REPRESENTATIVE_WORDS, "שם"),
        of(
            Representative,
            "user",
            "e-mail",
            "email",
            "login",
            "דואל",
            type=USER,
            help=_("The e-mail address of the user who is this representative."),
        ),
    )

    def check(self, row: Row, user: User | None) -> Iterable[tuple[str, Words]]:
        login = row.values.get("user")
        if isinstance(login, User):
            taken = Representative.objects.filter(user=login).exclude(external_id=row.values["external_id"]).exists()
            if taken:
                yield "user", _("This user is another representative already.")


class AccountKind(Kind):
    key = "accounts"
    page = "customers:accounts"
    label = _("Accounts")
    description = _("Customers that bring revenue; further columns can be kept as own attributes.")
    model = Account
    own_attributes = True
    options = (CREATE_SEGMENTS, CREATE_REPRESENTATIVES)
    fields = (
        of(Account, "external_id", *ACCOUNT_WORDS, *ID_WORDS),
        of(
            Account,
            "name",
            "account",
            "account name",
            "company",
            "company name",
            "customer name",
            "client name",
            "שם",
            "שם לקוח",
            "שם הלקוח",
            "חברה",
            "שם החברה",
        ),
        of(Account, "segment", "customer segment", "sector", "tier", "פלח", "מגזר", type=SEGMENT, help=_("The name of a segment.")),
        of(Account, "region", "state", "area", "country", "territory", "אזור", "מחוז", "מדינה"),
        of(Account, "industry", "branch", "ענף", "תעשייה"),
        of(
            Account,
            "account_manager",
            "manager",
            "owner",
            "account owner",
            "manager email",
            "מנהל לקוח",
            "מנהל תיק",
            type=USER,
            help=_("The e-mail address of a user."),
        ),
        of(Account, "sales_representative", *REPRESENTATIVE_WORDS, type=REPRESENTATIVE, help=_("The external id of a representative.")),
        of(Account, "currency", "מטבע", type=Currency()),
        of(Account, "is_key", "key account", "לקוח מפתח"),
        of(Account, "ended_on", "end date", "churned on", "left on", "תאריך סיום", "תאריך עזיבה"),
    )

    def check(self, row: Row, user: User | None) -> Iterable[tuple[str, Words]]:
        manager = row.values.get("account_manager")
        if user is not None and row.existing is None and (not isinstance(manager, User) or manager.pk != user.pk):
            yield "account_manager", _("You can add accounts of your own only: name yourself as the account manager.")

    def assign(self, instance: models.Model, row: Row) -> set[str]:
        return super().assign(instance, without_own(row)) | put_own(instance, row)


def put_own(instance: models.Model, row: Row) -> set[str]:
    """Own attributes are merged; an empty cell removes one."""
    assert isinstance(instance, Account | Contact)
    own = {name[len(OWN) :]: value for name, value in row.values.items() if name.startswith(OWN)}
    merged = {name: value for name, value in {**instance.attributes, **own}.items() if name not in own or value != ""}
    return {"attributes"} if put(instance, "attributes", merged) else set()


def without_own(row: Row) -> Row:
    return Row(row.number, {name: value for name, value in row.values.items() if not name.startswith(OWN)}, row.existing)


class ContactKind(Kind):
    key = "contacts"
    page = "customers:contacts"
    label = _("Contacts")
    description = _(
        "People who may be asked; found again by their e-mail address. Who unsubscribed stays unsubscribed, whatever is imported."
    )
    model = Contact
    own_attributes = True
    key_fields = ("email",)
    fields = (
        of(Contact, "email", "e-mail", "mail", "email address", "דואל", "דואר אלקטרוני", "אימייל", "מייל"),
        of(Contact, "account", *ACCOUNT_WORDS, type=ACCOUNT, help=_("The external id of an account.")),
        of(Contact, "name", "full name", "contact", "contact name", "שם", "שם מלא", "איש קשר"),
        of(Contact, "role", "title", "job title", "position", "תפקיד"),
        of(Contact, "language", "lang", "locale", "שפה", type=Language(), help=_("A code, as he or en.")),
        of(Contact, "time_zone", "timezone", "אזור זמן", type=Zone(), help=_("A name, as Asia/Jerusalem.")),
        of(Contact, "is_key", "key contact", "איש קשר מרכזי"),
        of(Contact, "status", "סטטוס", help=_("active, left or bounced; an address that bounces is never made active again by an import.")),
    )

    def key_of(self, values: dict[str, Any]) -> Key:
        return (values["email"].lower(),)

    def existing(self, keys: Sequence[Key], lock: bool = False) -> dict[Key, models.Model]:
        rows = Contact.objects.annotate(_lower=Lower("email")).filter(_lower__in=[key[0] for key in keys])
        rows = rows.select_for_update(of=("self",)) if lock else rows
        return {(contact.email.lower(),): contact for contact in rows}

    def assign(self, instance: models.Model, row: Row) -> set[str]:
        """The stored spelling of the address stays, and so does what is known about it."""
        assert isinstance(instance, Contact)
        values = dict(row.values)
        if row.existing is not None:
            del values["email"]
        if instance.status == Contact.Status.BOUNCED:
            values["status"] = KEEP
        plain = without_own(Row(row.number, values, row.existing))
        return super().assign(instance, plain) | put_own(instance, row)


KINDS: tuple[Kind, ...] = (SegmentKind(), RepresentativeKind(), AccountKind(), ContactKind())
