"""A few key accounts and contacts, and what their account managers were told of them."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain

from feedback_site.demo.people import People
from surveys.customers.models import Account, Contact
from surveys.followup.alert_models import Alert
from surveys.followup.alerts import bounces, silences

OTHER_KEY_ACCOUNTS = 2  # of each account manager, whether they answer or not


def create_alerts(people: People, now: datetime) -> None:
    """Each account manager has a key contact whose address bounces, and a key account that stays silent; nobody is mailed about it."""
    accounts, contacts = Account.objects.filter(is_simulated=True), Contact.objects.filter(is_simulated=True)
    accounts.filter(pk__in=list(_key_accounts(people, now))).update(is_key=True)
    contacts.filter(pk__in=list(_key_contacts(people))).update(is_key=True)
    found = list(chain(bounces(contacts.filter(is_key=True), now), silences(accounts.filter(is_key=True), now)))
    for alert in found:
        alert.mailed_at = now
    Alert.objects.bulk_create(found)


def _key_accounts(people: People, now: datetime) -> Iterator[int]:
    for manager in chain(*people.managers):
        own = Account.objects.filter(account_manager=manager, is_simulated=True).order_by("pk")
        yield from own.filter(ended_on=None).values_list("pk", flat=True)[:OTHER_KEY_ACCOUNTS]
        silent = next(silences(own, now), None)
        if silent:
            yield silent.account.pk


def _key_contacts(people: People) -> Iterator[int]:
    for manager in chain(*people.managers):
        bouncing = Contact.objects.filter(account__account_manager=manager, status=Contact.Status.BOUNCED, is_simulated=True)
        yield from bouncing.order_by("pk").values_list("pk", flat=True)[:1]
