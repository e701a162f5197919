"""Segments, accounts and contacts of the simulated company."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from feedback_site.demo import names, truth
from feedback_site.demo.calendar import Calendar
from feedback_site.demo.people import People
from feedback_site.demo.world import STAYS, Floats, Integers, World
from surveys.customers.models import Account, Contact, Segment

SAYS_IT_LEFT = 0.75  # share of the lost accounts whose last day is known; the others just stop buying
HEBREW_COMPANIES, HEBREW_PEOPLE = 0.5, 0.55


@dataclass(frozen=True)
class Customers:
    """Rows and, beside them, what only the simulation knows: `of[i]` is the account index of contact i."""

    segments: list[Segment]
    accounts: list[Account]
    contacts: list[Contact]
    of: Integers
    taste: Floats  # for answering surveys
    leaning: Floats  # of the scores


def create_customers(rng: Generator, world: World, calendar: Calendar, people: People) -> Customers:
    segments = [Segment.objects.create(name=one.name, is_simulated=True) for one in truth.SEGMENTS]
    accounts = _accounts(rng, world, calendar, people, segments)
    contacts, of = _contacts(rng, accounts)
    size = len(contacts)
    return Customers(segments, accounts, contacts, of, rng.normal(0, 1, size), rng.normal(0, truth.NPS_CONTACT, size))


def _accounts(rng: Generator, world: World, calendar: Calendar, people: People, segments: list[Segment]) -> list[Account]:
    regions = rng.choice(list(truth.REGIONS), size=len(world.segment), p=[share for share, _team in truth.REGIONS.values()])
    currencies = rng.choice(list(truth.CURRENCIES), size=len(world.segment), p=list(truth.CURRENCIES.values()))
    taken: set[str] = set()
    served = [0, 0]
    rows = []
    for index, number in enumerate(world.segment):
        segment, team = truth.SEGMENTS[number], truth.REGIONS[regions[index]][1]
        managers = people.managers[team]
        ended = int(world.ended[index])
        rows.append(
            Account(
                external_id=f"DEMO-{index + 1:04d}",
                name=company_name(rng, segment.name, taken),
                segment=segments[number],
                region=regions[index],
                industry=str(rng.choice(segment.industries)),
                account_manager=managers[served[team] % len(managers)],
                sales_representative=people.representatives[int(rng.integers(len(people.representatives)))],
                currency=currencies[index],
                attributes={"employees": int(rng.lognormal(4.2, 0.9)) + 5},
                ended_on=calendar.last_day(ended) if ended != STAYS and rng.random() < SAYS_IT_LEFT else None,
                is_simulated=True,
            )
        )
        served[team] += 1
    return Account.objects.bulk_create(rows, batch_size=500)


def company_name(rng: Generator, segment: str, taken: set[str]) -> str:
    """A name that no other simulated company bears."""
    while True:
        if rng.random() < HEBREW_COMPANIES:
            name, kind = str(rng.choice(names.COMPANY_HE)), str(rng.choice(names.SUFFIX_HE[segment]))
            full = f"{kind} {name}" if segment in names.KIND_FIRST_HE else f"{name} {kind}"
        else:
            full = f"{rng.choice(names.COMPANY_EN)} {rng.choice(names.SUFFIX_EN[segment])}"
        if full not in taken:
            taken.add(full)
            return full


def _contacts(rng: Generator, accounts: list[Account]) -> tuple[list[Contact], Integers]:
    rows: list[Contact] = []
    of = []
    for index, account in enumerate(accounts):
        for _one in range(int(rng.choice([2, 3, 4, 5], p=[0.30, 0.42, 0.20, 0.08]))):
            hebrew = rng.random() < HEBREW_PEOPLE
            first, last, roles = names.HEBREW_PERSON if hebrew else names.LATIN_PERSON
            number = len(rows) + 1
            rows.append(
                Contact(
                    account=account,
                    email=f"contact{number}@customer{index + 1}.example",
                    name=f"{rng.choice(first)} {rng.choice(last)}",
                    role=str(rng.choice(roles)),
                    language="he" if hebrew else "en",
                    is_simulated=True,
                )
            )
            of.append(index)
    return Contact.objects.bulk_create(rows, batch_size=500), np.array(of)
