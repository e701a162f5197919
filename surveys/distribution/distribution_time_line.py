"""What happened to one distribution as a whole: from its being prepared to its being closed."""

from collections.abc import Iterable, Iterator
from typing import Any

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from surveys.distribution.models import Delivery, Distribution
from surveys.distribution.time_line import Event

State = Distribution.State
EDITED = ["name", "survey", "audience", "starts_at", "spread_days", "closes_at", "reminders", "reminder_days"]
PLANNED = {"reminders", "reminder_days"}


def distribution_time_line(distribution: Distribution) -> list[Event]:
    """Oldest first; three queries, whatever the size."""
    events = [Event(distribution.created_at, "clipboard", pgettext_lazy("event", "Prepared"), by=distribution.created_by)]
    events += [*noted_events(distribution), *mail_events(distribution)]
    if distribution.state in Distribution.UNDER_WAY:
        words = _("Closed by its date") if distribution.is_closed else _("Is to be closed")
        events.append(Event(distribution.closes_at, "door-closed", words))
    return sorted(events, key=lambda event: event.at)


def noted_events(distribution: Distribution) -> Iterator[Event]:
    """What people did to it, and it by itself: of this the audit log knows."""
    noted = list(audited(distribution))
    if distribution.confirmed_at and not any(is_confirming(entry) for entry in noted):
        yield Event(distribution.confirmed_at, "check2-circle", _("Confirmed"))
    for entry in noted:
        yield noted_event(entry, distribution.confirmed_at is not None)


def audited(distribution: Distribution) -> Iterable[LogEntry]:
    """Changes of its state, of how often silent people are reminded, and of what was filled in before it was confirmed."""
    found = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Distribution), object_id=distribution.pk)
    told = Q(changes__has_key="state") | Q(changes__has_any_keys=EDITED)
    entries = found.filter(told, action=LogEntry.Action.UPDATE).select_related("actor").order_by("timestamp", "pk")
    return [entry for entry in entries if not is_reminding(entry)]


def is_reminding(entry: LogEntry) -> bool:
    """That reminders were queued by hand, of which the mails tell: a number, with nothing that it was before."""
    return (entry.changes or {}).keys() == {"reminders"} and not entry.changes["reminders"][0]


def noted_event(entry: LogEntry, was_confirmed: bool) -> Event:
    state, changes = after(entry, "state"), entry.changes or {}
    if not state and changes.keys() & set(EDITED) != PLANNED:
        names = [str(field.verbose_name) for field in Distribution._meta.fields if field.name in EDITED and field.name in changes]
        return Event(entry.timestamp, "pencil", _("Changed: %(what)s") % {"what": ", ".join(names)}, by=entry.actor)
    if not state:
        words = _("Automatic reminders: %(n)s at most, %(days)s days after each mail")
        planned = {"n": after(entry, "reminders"), "days": after(entry, "reminder_days")}
        return Event(entry.timestamp, "bell", words % planned, by=entry.actor)
    if is_confirming(entry):
        counted = {name: intcomma(after(entry, name)) for name in ("invited", "skipped")}
        return Event(entry.timestamp, "check2-circle", _("Confirmed: %(invited)s invited, %(skipped)s skipped") % counted, by=entry.actor)
    if state == State.PAUSED:
        words = pgettext_lazy("event", "Paused") if entry.actor else _("Paused by itself, as nearly every mail was refused")
        return Event(entry.timestamp, "pause", words, by=entry.actor)
    if state == State.CANCELLED:
        words = pgettext_lazy("event", "Stopped") if was_confirmed else pgettext_lazy("distribution", "Discarded")
        return Event(entry.timestamp, "slash-circle", words, by=entry.actor)
    return Event(entry.timestamp, "play", _("Resumed"), by=entry.actor)


def is_confirming(entry: LogEntry) -> bool:
    return "invited" in (entry.changes or {})


def after(entry: LogEntry, name: str) -> str:
    """What the entry says that `name` is since, or empty."""
    pair: Any = (entry.changes or {}).get(name)
    return str(pair[1]) if pair else ""


def mail_events(distribution: Distribution) -> Iterator[Event]:
    """When the first mails and each round of reminders began, and when the last mail went."""
    mails = Delivery.objects.filter(invitation__distribution=distribution).order_by("number").values("number")
    sent = [row for row in mails.annotate(n=Count("sent_at"), first=Min("sent_at"), last=Max("sent_at")) if row["n"]]
    for row in sent:
        yield Event(row["first"], "bell" if row["number"] else "envelope-check", begun(row["number"], row["n"]))
    in_all = sum(row["n"] for row in sent)
    if in_all > 1:
        yield Event(max(row["last"] for row in sent), "envelope-check", _("Last of %(n)s mails so far") % {"n": intcomma(in_all)})


def begun(number: int, mails: int) -> Any:
    if not number:
        return _("First mail sent")
    words = ngettext_lazy("Reminder %(number)s begun: %(n)s mail", "Reminder %(number)s begun: %(n)s mails", mails)
    return words % {"number": number, "n": intcomma(mails)}
