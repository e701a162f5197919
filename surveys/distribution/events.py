"""Asking after something happened: each event once by each schedule that waits for it."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from surveys.customers.models import Contact
from surveys.distribution.audience import Audience
from surveys.distribution.confirm import invite_among
from surveys.distribution.models import Distribution, Invitation, Skip
from surveys.distribution.pacing import can_mail, end_of
from surveys.distribution.sample import is_drawn
from surveys.distribution.schedule_models import CustomerEvent, HandledEvent, Schedule

BATCH = 500
TOO_LATE = timedelta(days=14)

OLD = gettext_noop("Came too late: nobody is asked about it any more.")
BEFORE = gettext_noop("Happened before this schedule was made.")
NOBODY_FITS = gettext_noop("Nobody at the account fits the audience.")
NOT_DRAWN = gettext_noop("Not drawn in the sample.")
STOPPED = gettext_noop("The distribution of this day was stopped.")
ALL_SKIPPED = gettext_noop("Everybody was skipped; the list of the distribution says why.")


def run(schedule: Schedule, now: datetime) -> None:
    """Deal with every event of the schedule that is due, in batches.

    They wait for another day where no mail of today's distribution could go before it closes, as on the eve of a holiday.
    """
    today = timezone.localdate(now, timezone.get_default_timezone())
    if not can_mail(now, closing(schedule, today)):
        return
    while batch := list(due_events(schedule, today)[:BATCH]):
        for event in batch:
            deal_with(schedule, event, today, now)


def due_events(schedule: Schedule, today: date) -> "QuerySet[CustomerEvent]":
    """Those whose delay is over, and that this schedule has not dealt with."""
    happened = CustomerEvent.objects.filter(occasion=schedule.occasion, happened_on__lte=today - timedelta(days=schedule.delay_days))
    dealt_with = HandledEvent.objects.filter(schedule=schedule).values("event")
    return happened.exclude(pk__in=dealt_with).select_related("account").order_by("happened_on", "pk")


def deal_with(schedule: Schedule, event: CustomerEvent, today: date, now: datetime) -> None:
    """Ask whoever is concerned, or note why nobody is; all of it or nothing, and once however many workers try."""
    try:
        with transaction.atomic():
            handled = HandledEvent.objects.create(schedule=schedule, event=event)
            handled.reason = objection(schedule, event, today) or ask(handled, today, now)
            handled.save()
    except IntegrityError:
        if not HandledEvent.objects.filter(schedule=schedule, event=event).exists():
            raise


def objection(schedule: Schedule, event: CustomerEvent, today: date) -> str:
    """Why nobody is asked about this event, or empty."""
    due_on = event.happened_on + timedelta(days=schedule.delay_days)
    if due_on < timezone.localdate(schedule.created_at, timezone.get_default_timezone()):
        return BEFORE
    return OLD if today - due_on > TOO_LATE else ""


def ask(handled: HandledEvent, today: date, now: datetime) -> str:
    """Invite into the schedule's distribution of today; returns why nobody was, or empty."""
    schedule, event = handled.schedule, handled.event
    assert schedule.created_by is not None, "schedules.trouble_of() says so before"
    audience = Audience.from_json(schedule.audience)
    contacts = audience.contacts(schedule.created_by).filter(account=event.account)
    if event.contact_id:
        contacts = contacts.filter(pk=event.contact_id)
    if not contacts.exists():
        return NOBODY_FITS
    if not is_drawn(audience.sample.percent, audience.sample.seed, event.pk):
        return NOT_DRAWN
    distribution = distribution_of(schedule, today, now)
    if distribution.state not in Distribution.UNDER_WAY:
        return STOPPED
    handled.distribution = distribution
    return "" if invite_into(distribution, event, contacts, audience, now) else ALL_SKIPPED


def closing(schedule: Schedule, today: date) -> datetime:
    """When the distribution of today closes, or would."""
    made = schedule.distributions.filter(scheduled_for=today).values_list("closes_at", flat=True).first()
    return made or end_of(today + timedelta(days=schedule.days_open))


def distribution_of(schedule: Schedule, today: date, now: datetime) -> Distribution:
    """The one in which the people asked today are gathered, confirmed from the first.

    Held until the transaction ends, so that whoever stops it stops what is written into it just now as well.
    """
    plan = {
        "name": f"{schedule.name} · {today.isoformat()}"[:150],
        "survey": schedule.survey,
        "version": schedule.survey.published,
        "audience": schedule.audience,
        "state": Distribution.State.CONFIRMED,
        "confirmed_at": now,
        "reminders": schedule.reminders,
        "reminder_days": schedule.reminder_days,
        "closes_at": end_of(today + timedelta(days=schedule.days_open)),
        "created_by": schedule.created_by,
        "is_simulated": schedule.is_simulated,
    }
    made, _is_new = Distribution.objects.get_or_create(schedule=schedule, scheduled_for=today, defaults=plan)
    return Distribution.objects.select_for_update(of=("self",), no_key=True).select_related("survey", "version").get(pk=made.pk)


def invite_into(distribution: Distribution, event: CustomerEvent, contacts: "QuerySet[Contact]", audience: Audience, now: datetime) -> int:
    """Invite those of `contacts` who are not invited into it yet; returns how many. Earlier events of the day count in the sample."""
    invited_before = Invitation.objects.filter(distribution=distribution, contact__account=event.account_id)
    waiting = contacts.exclude(invitations__distribution=distribution)
    left = replace(audience, sample=audience.sample.of_one_event(invited_before.count()))
    invited, _skipped = invite_among(waiting, distribution, left, now)
    Skip.objects.filter(distribution=distribution, contact__invitations__distribution=distribution).delete()
    return invited
