"""The database of the benchmark: one published starter survey, and as many invitations as will be answered."""

from datetime import timedelta
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from psycopg import sql

from surveys.authoring.drafts import create_survey
from surveys.authoring.publish import publish
from surveys.authoring.starters import STARTERS
from surveys.distribution.tokens import answer_token
from surveys.models import Account, Answer, Contact, Delivery, Distribution, Invitation, Response, Segment, SurveyVersion

CONTACTS_OF_AN_ACCOUNT = 10


def database() -> None:
    """Make the database where it is missing, and bring it up to date."""
    address = urlsplit(settings.DATABASE_URL)
    name = address.path.lstrip("/")
    with psycopg.connect(address._replace(path="/postgres", scheme="postgresql").geturl(), autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    call_command("migrate", verbosity=0)


def survey() -> SurveyVersion:
    """The relationship NPS survey of the starters, published; each run has one of its own."""
    starter = STARTERS["relationship-nps"]
    made = create_survey("Benchmark", ["en", "he"], None, starter)
    publish(made.draft, None)
    return made.published


def invitations(version: SurveyVersion, number: int) -> list[str]:
    """The paths of the personal links of `number` new invitations, each mailed an hour ago, as the sender does it."""
    segment, _created = Segment.objects.get_or_create(name="Benchmark")
    distribution = Distribution.objects.create(
        name="Benchmark", survey=version.survey, version=version, state="confirmed", closes_at=timezone.now() + timedelta(days=14)
    )
    first = f"benchmark-{distribution.pk}"
    accounts = Account.objects.bulk_create(
        Account(external_id=f"{first}-{n}", name=f"Company {n}", segment=segment, region="North", currency="ILS")
        for n in range(number // CONTACTS_OF_AN_ACCOUNT + 1)
    )
    contacts = Contact.objects.bulk_create(
        (
            Contact(account=accounts[n // CONTACTS_OF_AN_ACCOUNT], email=f"{first}-{n}@example.com", name=f"Person {n}", language="en")
            for n in range(number)
        ),
        batch_size=2000,
    )
    asked = Invitation.objects.bulk_create(
        (Invitation(distribution=distribution, contact=contact, language="en") for contact in contacts), batch_size=2000
    )
    sent_at = timezone.now() - timedelta(hours=1)
    Delivery.objects.bulk_create((Delivery(invitation=one, state="sent", sent_at=sent_at) for one in asked), batch_size=2000)
    return [f"/a/{answer_token(one)}/" for one in asked]


def stored(version: SurveyVersion) -> dict[str, int]:
    """What lies in the database after a run: responses, those complete, those sent to the end, and their answers."""
    responses = Response.objects.filter(version=version)
    return {
        "responses": responses.count(),
        "invitations answered": responses.values("invitation").distinct().count(),
        "complete": responses.complete().count(),
        "finished": responses.filter(finished_at__isnull=False).count(),
        "scores": Answer.objects.filter(response__version=version, question_key="recommend", number=9).count(),
        "comments": Answer.objects.filter(response__version=version, question_key="reason").exclude(text="").count(),
    }
