"""Create the whole simulated company in one transaction."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from feedback_site.access.models import User
from feedback_site.demo import comments_en, comments_he, truth
from feedback_site.demo.alerts import create_alerts
from feedback_site.demo.calendar import PAUSE, WAVE_DAY, Calendar
from feedback_site.demo.customers import Customers, create_customers
from feedback_site.demo.money import create_money
from feedback_site.demo.people import create_people
from feedback_site.demo.pulse import create_pulse
from feedback_site.demo.surveys import create_surveys
from feedback_site.demo.waves import Field, Wave
from feedback_site.demo.world import World, simulate
from surveys.authoring.models import SurveyVersion
from surveys.collection.bands import Band
from surveys.collection.models import Response
from surveys.customers.models import Account
from surveys.distribution.audience import Audience
from surveys.distribution.conditions import Conditions
from surveys.distribution.models import Distribution
from surveys.followup.models import Handling

RESTING = ("Public sector", "Logistics")  # not asked in the latest wave, so that a newcomer can ask them
WAITING_FOR_A_NEWCOMER = ("Logistics", "Haifa")
SUPPORT_SHARE, SUPPORT_AFTER, SUPPORT_EAGERNESS = 0.12, (35, 50), 0.4
HANDLED_SHARE, HANDLED_AFTER = 0.7, 45
WORLD, CUSTOMERS, MONEY, WAVES, CARE, PULSE = range(6)  # each part draws from a stream of its own


class AlreadyThere(Exception):
    """The simulated company exists."""


@dataclass(frozen=True)
class Created:
    accounts: int
    contacts: int
    responses: int


def exists() -> bool:
    return Account.objects.filter(is_simulated=True).exists()


@transaction.atomic
def create(password: str | None) -> Created:
    """The company as of today; without `password` none of its people can log in. Raises AlreadyThere."""
    if exists():
        raise AlreadyThere
    calendar = Calendar(timezone.localdate())
    world = simulate(_stream(WORLD), len(calendar.months))
    people = create_people(password)
    customers = create_customers(_stream(CUSTOMERS), world, calendar, people)
    create_money(_stream(MONEY), world, calendar, customers)
    relationship, support = create_surveys(people.owner, _morning(calendar.first))
    field = Field(_stream(WAVES), world, customers, people.owner, timezone.now())
    for wave in _waves(calendar, world, customers, relationship, support):
        field.send(wave)
    field.close()
    create_alerts(people, timezone.now())
    _handle_most_complaints()
    _prepare_one(relationship, customers, people.owner)
    create_pulse(_stream(PULSE), people.owner, relationship, timezone.now())
    return Created(len(customers.accounts), len(customers.contacts), Response.objects.filter(is_simulated=True).count())


def _stream(part: int) -> np.random.Generator:
    return np.random.default_rng([truth.SEED, part])


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(8)))


def _waves(calendar: Calendar, world: World, customers: Customers, relationship: SurveyVersion, support: SurveyVersion) -> list[Wave]:
    """All waves in the order in which they went out."""
    rng, waves = _stream(CARE), []
    for number, day in enumerate(calendar.waves):
        active = _contacts_of(customers, world, number)
        waves.append(Wave(f"Relationship {_name(day)}", relationship, day, number, active))
        later = calendar.quarter(number) + timedelta(days=WAVE_DAY + int(rng.integers(*SUPPORT_AFTER)))
        if later < calendar.fresh_wave - timedelta(days=PAUSE):
            asked = [contact for contact in active if rng.random() < SUPPORT_SHARE]
            waves.append(Wave(f"Support {_name(day)}", support, later, number, asked, SUPPORT_EAGERNESS))
    quarter = calendar.number_of(calendar.fresh_wave)
    fresh = [contact for contact in _contacts_of(customers, world, quarter) if _segment_of(customers, contact) not in RESTING]
    waves.append(Wave("Relationship, latest", relationship, calendar.fresh_wave, quarter, fresh))
    return waves


def _contacts_of(customers: Customers, world: World, quarter: int) -> list[int]:
    """The contacts of the accounts that buy in this quarter."""
    return list(np.flatnonzero(world.active(quarter)[customers.of]))


def _segment_of(customers: Customers, contact: int) -> str:
    return str(customers.accounts[customers.of[contact]].segment)


def _name(day: date) -> str:
    return f"Q{(day.month - 1) // 3 + 1} {day.year}"


def _handle_most_complaints() -> None:
    """Account managers have dealt with most of the older low scores; the fresh ones wait."""
    rng = _stream(CARE)
    old = timezone.now() - timedelta(days=HANDLED_AFTER)
    complaints = (
        Response.objects.filter(is_simulated=True, band=Band.DETRACTOR, completed_at__lt=old)
        .select_related("account_manager")
        .order_by("pk")
    )
    notes = {"en": comments_en.HANDLED, "he": comments_he.HANDLED}
    rows = [
        Handling(response=response, note=str(rng.choice(notes[response.language])), handled_by=response.account_manager)
        for response in complaints
        if rng.random() < HANDLED_SHARE
    ]
    Handling.objects.bulk_create(rows, batch_size=2000)
    answered = Response.objects.filter(pk=OuterRef("response")).values("completed_at")
    handled = Handling.objects.filter(response__is_simulated=True)
    handled.update(handled_at=Subquery(answered))
    handled.update(handled_at=F("handled_at") + timedelta(days=2))


def _prepare_one(version: SurveyVersion, customers: Customers, owner: User) -> None:
    """A distribution that a newcomer only has to confirm: nobody in it was asked lately."""
    segment, region = WAITING_FOR_A_NEWCOMER
    segments = tuple(one.pk for one in customers.segments if one.name == segment)
    audience = Audience(Conditions(segments=segments, regions=(region,) if region else ()))
    Distribution.objects.create(
        name=f"{segment}, {region}: ready to send",
        survey=version.survey,
        version=version,
        audience=audience.as_json(),
        closes_at=timezone.now() + timedelta(days=30),
        created_by=owner,
        is_simulated=True,
    )
