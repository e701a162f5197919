"""Prints how fast invitations are made and mails are sent, and what a run with crashes leaves."""

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from tests.benchmarks.respond import environment, server

PORT, FOLDER = server.free_port(), Path(tempfile.mkdtemp(prefix="benchmark-send-"))
os.environ |= {
    "EMAIL_URL": f"smtp://127.0.0.1:{PORT}",
    "DATABASE_URL": os.environ.get("DATABASE_URL", "postgres://root@127.0.0.1:5432/kesher_bench_send"),
    "BROKER_URL": os.environ.get("BROKER_URL", "redis://127.0.0.1:6379/7"),
    "SENDING_HOURS": "",
    "WORKING_DAYS": "",
    "HOLIDAYS_OF": "",
}
environment.set_up()

import redis  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import OperationalError, connection  # noqa: E402
from django.db.models import QuerySet  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from feedback_site.models import User  # noqa: E402
from feedback_site.planner import count_anew  # noqa: E402
from surveys.distribution import send, tasks  # noqa: E402
from surveys.distribution.audience import Audience  # noqa: E402
from surveys.distribution.conditions import Conditions  # noqa: E402
from surveys.distribution.confirm import confirm  # noqa: E402
from surveys.models import Account, Contact, Delivery, Distribution, Invitation, Segment, Suppression, SurveyVersion  # noqa: E402
from tests.benchmarks.respond import prepare  # noqa: E402
from tests.benchmarks.send.workers import Workers  # noqa: E402

AIM, THEIRS = 250, 17  # mails per second; a widely used PHP survey server on the same machine
KILLS, FLUSHES, LONGEST = 5, 2, 900


def main() -> None:
    asked = arguments()
    prepare.database()
    version, owner = prepare.survey(), User.objects.create(email=f"bench-{time.time()}@example.com", role="survey_owner")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before; {asked.workers} workers\n")
    creation(version, owner, asked.audience)
    doubles = [run(confirmed(version, owner, asked.mails), asked, faults) for faults in (False, True)]
    sys.exit(1 if any(doubles) else 0)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.send", description=__doc__)
    parser.add_argument("--mails", type=int, default=10_000, help="invitations in each run")
    parser.add_argument("--workers", type=int, default=2, help="worker processes")
    parser.add_argument("--audience", type=int, default=100_000, help="contacts of the dry run and of the invitations that are made")
    parser.add_argument("--restart", default="", help="a command that restarts the database, run once in the middle of the fault run")
    return parser.parse_args()


def creation(version: SurveyVersion, owner: User, number: int) -> None:
    """The dry run and the invitations of a large audience with a past; nothing of it is sent."""
    distribution = prepared(version, owner, number)
    give_a_past(distribution, version)
    count_anew(Account, Contact, Invitation, Delivery, Suppression)
    client, path = Client(headers={"host": urlsplit(settings.SITE_URL).netloc}), reverse("distribution:detail", args=[distribution.pk])
    client.force_login(owner)
    begun = time.monotonic()
    page = client.get(path, secure=True)
    assert page.status_code == 200, page.status_code
    print(f"dry run of {number:,} contacts, the whole page: {time.monotonic() - begun:.1f} s (aim: under 3)")
    begun, before = time.monotonic(), memory()
    confirm(distribution, owner, timezone.now())
    grown = f"{memory()} MiB at most, {memory() - before} more than before"
    print(f"invitations for {number:,} contacts: {time.monotonic() - begun:.1f} s (aim: under 30); memory: {grown}\n")
    Delivery.objects.filter(invitation__distribution=distribution).update(state="cancelled")


def memory() -> int:
    """The most that this process has taken so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def prepared(version: SurveyVersion, owner: User, number: int) -> Distribution:
    """A distribution to `number` new contacts, ten at each account."""
    name = f"bench-{time.time_ns()}"
    segment = Segment.objects.create(name=name)
    rows = (Account(external_id=f"{name}-{n}", name=f"Company {n}", segment=segment, currency="ILS") for n in range(number // 10 + 1))
    accounts = Account.objects.bulk_create(rows, batch_size=5000)
    people = (Contact(account=accounts[n // 10], email=f"{name}-{n}@example.com", name=f"Person {n}", language="he") for n in range(number))
    Contact.objects.bulk_create(people, batch_size=5000)
    audience = Audience(Conditions(segments=(segment.pk,))).as_json()
    closes_at = timezone.now() + timedelta(days=14)
    return Distribution.objects.create(
        name=name, survey=version.survey, version=version, audience=audience, closes_at=closes_at, created_by=owner
    )


def give_a_past(distribution: Distribution, version: SurveyVersion) -> None:
    """Everybody was asked once half a year ago, every tenth a week ago; every twentieth has unsubscribed."""
    people = list(Contact.objects.filter(account__segment__in=distribution.audience["segments"]).order_by("pk"))
    for days, some in ((180, people), (7, people[::10])):
        at = timezone.now() - timedelta(days=days)
        earlier = Distribution.objects.create(
            name=f"{distribution.name} {days}", survey=version.survey, version=version, state="confirmed", closes_at=at + timedelta(days=5)
        )
        rows = (Invitation(distribution=earlier, contact=person, language="he") for person in some)
        asked = Invitation.objects.bulk_create(rows, batch_size=5000)
        sent = (Delivery(invitation=one, state="sent", sent_at=at, claimed_at=at) for one in asked)
        Delivery.objects.bulk_create(sent, batch_size=5000)
    gone = (Suppression(email=person.email, reason="unsubscribed") for person in people[::20])
    Suppression.objects.bulk_create(gone, batch_size=5000)


def confirmed(version: SurveyVersion, owner: User, number: int) -> Distribution:
    distribution = prepared(version, owner, number)
    assert confirm(distribution, owner, timezone.now())
    return distribution


def run(distribution: Distribution, asked: argparse.Namespace, faults: bool) -> int:
    """Send all of it, with or without crashes on the way, and count what arrived; returns how many got two, or none and are not listed."""
    letters = FOLDER / f"letters-{distribution.pk}"
    post_office = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.send.post_office", str(PORT), str(letters)])
    server.wait_for(PORT)
    broker = redis.Redis.from_url(settings.CELERY_BROKER_URL)
    broker.flushdb()
    workers = Workers(asked.workers, FOLDER, clocks_apart=faults)
    try:
        seconds = wait_until_sent(distribution, asked, workers, broker, faults)
    finally:
        workers.stop()
        post_office.terminate()
        post_office.wait()
        broker.flushdb()
    return report(distribution, letters, asked.mails, seconds, workers.peak, what_happened(asked, workers) if faults else "the plain run")


def what_happened(asked: argparse.Namespace, workers: Workers) -> str:
    restarted = ", the database restarted once" if asked.restart else ""
    clocks = ", clocks a minute apart" if workers.are_apart else ""
    return f"the fault run: workers killed five times, the broker emptied twice{restarted}{clocks}"


def wait_until_sent(distribution, asked, workers, broker, faults):
    """Hint as a sweep does, and in the fault run kill and flush at moments that chance chooses; returns the seconds from the first mail."""
    mails = Delivery.objects.filter(invitation__distribution=distribution)
    chances = random.Random(4)
    kills = sorted(chances.uniform(0.05, 0.9) for _ in range(KILLS)) if faults else []
    flushes = sorted(chances.uniform(0.1, 0.8) for _ in range(FLUSHES)) if faults else []
    restarts = [asked.restart] if faults and asked.restart else []
    begun, last_hint, until = None, 0.0, time.monotonic() + LONGEST
    while waiting := counted(mails):
        done = 1 - waiting / asked.mails
        begun = begun or (time.monotonic() if done else None)
        if time.monotonic() - last_hint > 5:
            last_hint = time.monotonic()
            for _ in range(asked.workers):
                tasks.hint_sending()
        if kills and done >= kills[0]:
            kills.pop(0)
            workers.kill_one()
        if flushes and done >= flushes[0]:
            flushes.pop(0)
            broker.flushdb()
        if restarts and done >= 0.5:
            subprocess.run(restarts.pop(), shell=True, check=True)
            connection.close()
        workers.weigh()
        assert time.monotonic() < until, "the mails did not go out"
        time.sleep(0.25)  # often enough, and no load of its own
    return time.monotonic() - (begun or time.monotonic())


def counted(mails: QuerySet) -> int:
    """How many still wait; asked once more where the database has just restarted."""
    try:
        return mails.waiting().count()
    except OperationalError:
        time.sleep(1)
        connection.close()
        return mails.waiting().count()


def report(distribution: Distribution, letters: Path, number: int, seconds: float, memory: int, name: str) -> int:
    send.note_abandoned_mails(timedelta())  # every worker has ended by now
    mails = Delivery.objects.filter(invitation__distribution=distribution)
    states = dict(Counter(mails.values_list("state", flat=True)))
    uncertain = set(mails.filter(state="uncertain").values_list("invitation__contact__email", flat=True))
    arrived = Counter(letters.read_text().split())
    everybody = set(mails.values_list("invitation__contact__email", flat=True))
    none = [email for email in everybody if not arrived[email]]
    print(name)
    speed = number / seconds
    print(f"  {number:,} mails in {seconds:.1f} s: {speed:.0f} a second (aim {AIM}; {speed / THEIRS:.1f} times {THEIRS})")
    print(f"  memory of a worker: at most {memory} MiB; states: {states}")
    once, twice = (sum(fits(count) for count in arrived.values()) for fits in (lambda n: n == 1, lambda n: n > 1))
    print(f"  addresses with 0 mails: {len(none)}, of which uncertain: {len(uncertain & set(none))}")
    print(f"  addresses with 1 mail: {once}, of which uncertain: {sum(arrived[email] == 1 for email in uncertain)}")
    print(f"  addresses with 2 mails or more: {twice}\n")
    return twice + len(set(none) - uncertain)


if __name__ == "__main__":
    main()
