"""Mailing alerts: to the account manager, or to somebody else who can act; each is mailed once."""

import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from feedback_site.access.models import Role, User
from feedback_site.access.permissions import MANAGES_SURVEYS
from feedback_site.mails import inlined, plain_look
from surveys.distribution.provider_transport import ProviderTransport, open_transport
from surveys.distribution.transport import Outcome, Transport
from surveys.followup.alert_models import Alert

logger = logging.getLogger(__name__)
BATCH = 500
NEWS = timedelta(days=7)
AGAIN = {Outcome.AWAY, Outcome.LATER, Outcome.BROKEN}  # the mail was surely not taken
MOST_AWAY = 3  # one after the other; then it is the server, and no reader's

Readers = tuple[User, ...]


def mail_new(now: datetime) -> None:
    """A mail to each with all that is new, and that they may see; what is a week old is no news.

    The trouble of one does not hold up the others, unless there is no mail server.
    """
    news = Alert.objects.filter(mailed_at=None, seen_at=None, created_at__gt=now - NEWS)
    away = 0
    with open_transport() as transport:
        for readers, alerts in by_readers(news).items():
            wanting = tuple(user for user in readers if user.mails_alerts)
            if alerts and wanting:
                outcomes = mail_to(wanting, alerts[:BATCH], now, transport)
                away = away + 1 if outcomes == {Outcome.AWAY} else 0
            if away == MOST_AWAY:
                return


def by_readers(news: "QuerySet[Alert]") -> dict[Readers, list[Alert]]:
    """Whom to tell of which alerts: account managers of their own accounts, and others where there is none who can act."""
    told: dict[Readers, list[Alert]] = defaultdict(list)
    rows = Alert.objects.filter(pk__in=news.order_by().values("pk")).select_related("account__account_manager", "contact", "distribution")
    for manager in User.objects.filter(pk__in=news.order_by().values("account__account_manager")):
        own = rows.filter(account__account_manager=manager)
        seen = own.visible_to(manager)
        told[(manager,)] += seen[:BATCH]
        if left := list(own.exclude(pk__in=seen.order_by().values("pk"))[:BATCH]):
            told[substitutes(manager)] += left
    if unmanaged := list(rows.filter(account__account_manager=None)[:BATCH]):
        told[administrators()] += unmanaged
    return told


def substitutes(manager: User) -> Readers:
    """Who acts for a manager that can not, having left or having another role: the team's leads, or else the administrators."""
    leads = User.objects.filter(role=Role.TEAM_LEAD, team=manager.team_id, is_active=True) if manager.team_id else User.objects.none()
    return tuple(leads.exclude(pk=manager.pk).order_by("pk")) or administrators()


def administrators() -> Readers:
    """All of them; the simulated one only where there is no other."""
    found = tuple(User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk"))
    return tuple(user for user in found if not user.is_simulated) or found


def mail_to(readers: Readers, alerts: list[Alert], now: datetime, transport: Transport | ProviderTransport) -> set[Outcome]:
    """A mail to each of `readers`, claimed before it is sent, so that two workers send one; returns what became of them.

    It goes again where none of them was taken, as the server was away or wants it later. Where one was, or nobody knows,
    it does not: the alert stands on its page anyway.
    """
    claimed = [alert for alert in alerts if Alert.objects.filter(pk=alert.pk, mailed_at=None).update(mailed_at=now)]
    outcomes = {sent_to(reader, claimed, transport) for reader in readers} if claimed else set()
    if outcomes and outcomes <= AGAIN:
        Alert.objects.filter(pk__in=[alert.pk for alert in claimed]).update(mailed_at=None)
    return outcomes


def sent_to(reader: User, alerts: list[Alert], transport: Transport | ProviderTransport) -> Outcome:
    """What became of one mail; whatever is wrong with it must not hold up the others."""
    outcome = Outcome.BROKEN  # as long as it is not written, nobody has it
    try:
        mail = message(reader, alerts)
        outcome = Outcome.UNCERTAIN
        result = transport.send(mail)
    except Exception:
        logger.exception("alerts could not be mailed to user %s", reader.pk)
        return outcome
    if result.outcome is not Outcome.SENT:
        logger.warning("alerts were not mailed to user %s: %s, %s", reader.pk, result.outcome.value, result.reason)
    return result.outcome


@dataclass(frozen=True)
class Told:
    """An alert as a mail shows it: with links, as far as the reader may open what they lead to."""

    alert: Alert
    is_own: bool  # the reader's own account
    opens_distributions: bool

    @property
    def account_link(self) -> str:
        return link("customers:account", self.alert.account_id)

    @property
    def contact_link(self) -> str:
        return link("distribution:contact", self.alert.contact_id) if self.alert.contact_id else ""

    @property
    def distribution_link(self) -> str:
        is_open = self.opens_distributions and self.alert.distribution_id
        return link("distribution:detail", self.alert.distribution_id) if is_open else ""


def link(view: str, *args: object) -> str:
    return settings.SITE_URL + reverse(view, args=args)


def told_to(reader: User, alert: Alert) -> Told:
    return Told(alert, alert.account.account_manager == reader, reader.has_role(*MANAGES_SURVEYS))


def message(reader: User, alerts: list[Alert]) -> EmailMultiAlternatives:
    """In the reader's language. To one alone, as a mail server answers for each recipient."""
    with translation.override(reader.language):
        context = {
            "rows": [told_to(reader, alert) for alert in alerts],
            "user": reader,
            "look": plain_look(),
            "language": reader.language,
            "direction": "rtl" if translation.get_language_bidi() else "ltr",
            "all": link("followup:alerts"),
            "profile": link("access:profile"),
        }
        subject, text, html = (render_to_string(f"emails/alert-{part}", context) for part in ("subject.txt", "text.txt", "html.html"))
    mail = EmailMultiAlternatives(" ".join(subject.split()), text, to=[reader.email])
    mail.attach_alternative(inlined(html), "text/html")
    return mail
