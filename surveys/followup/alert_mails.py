"""Mailing alerts: to the account manager, or to somebody else who can act; each is mailed once."""

import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from feedback_site.access.models import Role, User
from feedback_site.access.permissions import MANAGES_SURVEYS
from feedback_site.defaults import organisation_language
from feedback_site.mails import inlined, plain_look
from surveys.followup.alert_models import Alert

logger = logging.getLogger(__name__)
BATCH = 500
NEWS = timedelta(days=7)

Readers = tuple[User, ...]


def mail_new(now: datetime) -> None:
    """One mail to each with all that is new, and that they may see; what is a week old is no news."""
    news = Alert.objects.filter(mailed_at=None, seen_at=None, created_at__gt=now - NEWS)
    for readers, alerts in by_readers(news).items():
        wanting = tuple(user for user in readers if user.mails_alerts)
        if alerts and wanting and not mail_to(wanting, alerts[:BATCH], now):
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


def mail_to(readers: Readers, alerts: list[Alert], now: datetime) -> bool:
    """One mail to all of `readers`, claimed before it is sent, so that two workers send one. False where the mail server is away.

    Where nobody knows whether the server has taken it, it is not sent again: the alert stands on its page anyway.
    """
    connection = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        logger.warning("alerts wait for the mail server: %s", error)
        return False
    claimed = [alert for alert in alerts if Alert.objects.filter(pk=alert.pk, mailed_at=None).update(mailed_at=now)]
    try:
        if claimed:
            connection.send_messages([message(readers, claimed)])
    except (OSError, SMTPException) as error:
        logger.warning("alerts could not be mailed to users %s: %s", [user.pk for user in readers], error)
        if isinstance(error, SMTPResponseException) and error.smtp_code < 500:
            Alert.objects.filter(pk__in=[alert.pk for alert in claimed]).update(mailed_at=None)
    finally:
        connection.close()
    return True


@dataclass(frozen=True)
class Told:
    """An alert as a mail shows it: with links, as far as the readers may open what they lead to."""

    alert: Alert
    is_own: bool  # the one reader's account
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


def told_to(readers: Readers, alert: Alert) -> Told:
    opens = all(user.has_role(*MANAGES_SURVEYS) for user in readers)
    return Told(alert, alert.account.account_manager in readers, opens)


def message(readers: Readers, alerts: list[Alert]) -> EmailMultiAlternatives:
    languages = {user.language for user in readers}
    language = languages.pop() if len(languages) == 1 else organisation_language()
    with translation.override(language):
        context = {
            "rows": [told_to(readers, alert) for alert in alerts],
            "user": readers[0] if len(readers) == 1 else None,
            "look": plain_look(),
            "language": language,
            "direction": "rtl" if translation.get_language_bidi() else "ltr",
            "all": link("followup:alerts"),
            "profile": link("access:profile"),
        }
        subject, text, html = (render_to_string(f"emails/alert-{part}", context) for part in ("subject.txt", "text.txt", "html.html"))
    mail = EmailMultiAlternatives(" ".join(subject.split()), text, to=[user.email for user in readers])
    mail.attach_alternative(inlined(html), "text/html")
    return mail
