"""What was asked, what reached whom, and what they answered: one wave after the other."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext_noop
from numpy.random import Generator

from feedback_site.access.models import User
from feedback_site.demo import comments_en, comments_he, truth
from feedback_site.demo.customers import Customers
from feedback_site.demo.surveys import TOPICS
from feedback_site.demo.world import World
from surveys.authoring.models import Question, SurveyVersion
from surveys.collection.bands import band_of
from surveys.collection.begin import snapshot
from surveys.collection.models import Answer, Response
from surveys.customers.models import Contact
from surveys.distribution.models import Delivery, Distribution, Invitation, Skip, Suppression

OPEN_DAYS, REMINDED_AFTER = 30, 7
BY_SIMULATION = gettext_noop("simulated")
ANSWERS_TO_FIRST = 0.75  # of the answers, the share that needs no reminder
GENERAL_COMMENT, TWO_SENTENCES = 0.2, 0.15
COMMENTS = {"en": comments_en, "he": comments_he}


@dataclass(frozen=True)
class Wave:
    """One distribution: who of `contacts` (indexes) is asked what on `day`, in satisfaction quarter `quarter`."""

    name: str
    version: SurveyVersion
    day: date
    quarter: int
    contacts: list[int]
    eagerness: float = 0.0  # added to the logit of an answer


@dataclass
class _Batch:
    """The rows of one wave before they are written; responses are paired with their answers."""

    deliveries: list[Delivery] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    answers: list[list[Answer]] = field(default_factory=list)


class Field:
    """The waves in the field: addresses that begin to bounce or unsubscribe stay so in later waves."""

    def __init__(self, rng: Generator, world: World, customers: Customers, owner: User, now: datetime) -> None:
        self.rng, self.world, self.customers, self.owner, self.now = rng, world, customers, owner, now
        self.stopped: dict[int, str] = {}
        self.stopped_at: dict[int, datetime] = {}

    def send(self, wave: Wave) -> None:
        """Write one distribution with everything that hangs on it."""
        sent = timezone.make_aware(datetime.combine(wave.day, time(9, 30)))
        distribution = Distribution.objects.create(
            name=wave.name,
            survey=wave.version.survey,
            version=wave.version,
            state=Distribution.State.CONFIRMED,
            closes_at=sent + timedelta(days=OPEN_DAYS),
            created_by=self.owner,
            confirmed_at=sent,
            is_simulated=True,
        )
        asked = [number for number in wave.contacts if number not in self.stopped]
        skipped = [number for number in wave.contacts if number in self.stopped]
        people = self.customers.contacts
        Skip.objects.bulk_create(
            [Skip(distribution=distribution, contact=people[number], reason=self.stopped[number]) for number in skipped]
        )
        invitations = [Invitation(distribution=distribution, contact=people[number], language=people[number].language) for number in asked]
        batch = _Batch()
        for number, invitation in zip(asked, invitations, strict=True):
            self._deliver(batch, wave, number, invitation, sent + timedelta(seconds=0.4 * len(batch.deliveries)))
        _write(distribution, invitations, batch, sent)

    def _deliver(self, batch: _Batch, wave: Wave, number: int, invitation: Invitation, sent: datetime) -> None:
        delivery = Delivery(invitation=invitation, attempts=1, not_before=sent, claimed_at=sent, email=invitation.contact.email)
        batch.deliveries.append(delivery)
        if self.rng.random() < truth.BOUNCES:
            delivery.state, delivery.reason = Delivery.State.BOUNCED, "550 5.1.1 no such mailbox"
            delivery.failed_at = sent
            self._stop(number, Skip.Reason.BOUNCED, sent)
            return
        delivery.state, delivery.sent_at = Delivery.State.SENT, sent
        answered = self._answered_at(wave, number, sent)
        reminded = sent + timedelta(days=REMINDED_AFTER)
        if reminded < self.now and (answered is None or answered > reminded):
            batch.deliveries.append(
                Delivery(
                    invitation=invitation,
                    number=1,
                    attempts=1,
                    state=Delivery.State.SENT,
                    email=invitation.contact.email,
                    not_before=reminded,
                    claimed_at=reminded,
                    sent_at=reminded,
                )
            )
        if answered:
            invitation.answered_at = answered
            self._answer(batch, wave, number, invitation, sent, answered)
        elif self.rng.random() < truth.UNSUBSCRIBES / 4:
            self._stop(number, Skip.Reason.UNSUBSCRIBED, sent)

    def _stop(self, number: int, reason: str, at: datetime) -> None:
        self.stopped[number], self.stopped_at[number] = reason, at

    def _answered_at(self, wave: Wave, number: int, sent: datetime) -> datetime | None:
        account = self.customers.of[number]
        latent = self.world.latent[account, wave.quarter]
        segment = truth.SEGMENTS[self.world.segment[account]]
        logit = segment.answer + wave.eagerness + truth.ANSWER_TASTE * self.customers.taste[number] + truth.ANSWER_CARE * latent
        if self.rng.random() > 1 / (1 + np.exp(-logit)):
            return None
        days = (
            min(self.rng.exponential(1.2), 6.5)
            if self.rng.random() < ANSWERS_TO_FIRST
            else REMINDED_AFTER + min(self.rng.exponential(1.5), 12)
        )
        at = sent + timedelta(days=float(days), seconds=float(self.rng.integers(20, 3600)))
        return at if at < self.now else None

    def _answer(self, batch: _Batch, wave: Wave, number: int, invitation: Invitation, sent: datetime, at: datetime) -> None:
        contact = self.customers.contacts[number]
        kind = Question.Type.CSAT if wave.eagerness else Question.Type.NPS
        score = self._score(wave, number, kind)
        stops_early = self.rng.random() < truth.STOP_AFTER_THE_SCORE
        band = band_of(kind, score)
        batch.responses.append(
            Response(
                survey=wave.version.survey,
                version=wave.version,
                invitation=invitation,
                contact=contact,
                account=contact.account,
                state=Response.State.COMPLETE,
                language=contact.language,
                asked_at=sent,
                started_at=at - timedelta(seconds=70),
                completed_at=at,
                finished_at=None if stops_early else at,
                score=score,
                score_type=kind,
                band=band,
                is_simulated=True,
                **snapshot(contact.account),
            )
        )
        batch.answers.append(self._answers(kind, score, band, contact, at, stops_early))

    def _score(self, wave: Wave, number: int, kind: str) -> int:
        account = self.customers.of[number]
        latent = self.world.latent[account, wave.quarter]
        if kind == Question.Type.CSAT:
            return int(np.clip(round(truth.CSAT_CENTRE + truth.CSAT_SLOPE * latent + self.rng.normal(0, truth.CSAT_CHANCE)), 1, 5))
        shift = truth.SEGMENTS[self.world.segment[account]].shift + self.customers.leaning[number]
        return int(np.clip(round(truth.NPS_CENTRE + shift + truth.NPS_SLOPE * latent + self.rng.normal(0, truth.NPS_CHANCE)), 0, 10))

    def _answers(self, kind: str, score: int, band: str, contact: Contact, at: datetime, stops_early: bool) -> list[Answer]:
        answers = [Answer(question_key="score", number=score, updated_at=at)]
        if stops_early:
            return answers
        topic = "service" if kind == Question.Type.CSAT else self._topic(contact)
        if kind == Question.Type.NPS:
            answers.append(Answer(question_key="reason", choices=[topic], updated_at=at))
        if self.rng.random() < truth.COMMENTS:
            answers.append(Answer(question_key="comment", text=self._comment(contact.language, topic, band), updated_at=at))
        return answers

    def _topic(self, contact: Contact) -> str:
        segment = next(one for one in truth.SEGMENTS if contact.account.segment and one.name == contact.account.segment.name)
        weights = np.array([segment.topics.get(topic, 1.0) for topic in TOPICS])
        return str(self.rng.choice(list(TOPICS), p=weights / weights.sum()))

    def _comment(self, language: str, topic: str, band: str) -> str:
        said = COMMENTS[language]
        if self.rng.random() < GENERAL_COMMENT:
            return str(self.rng.choice(said.GENERAL[band]))
        first = str(self.rng.choice(said.TOPIC[topic][band]))
        if self.rng.random() < TWO_SENTENCES:
            return f"{first} {self.rng.choice(said.GENERAL[band][:5])}"
        return first

    def close(self) -> None:
        """Note on the contacts, and in the list of suppressed addresses, who can not be mailed any more."""
        contacts = self.customers.contacts
        bounced = [contacts[number].pk for number, reason in self.stopped.items() if reason == Skip.Reason.BOUNCED]
        Contact.objects.filter(pk__in=bounced).update(status=Contact.Status.BOUNCED)
        rows = (
            Suppression(email=contacts[number].email, reason=reason, source=BY_SIMULATION, created_at=self.stopped_at[number])
            for number, reason in self.stopped.items()
        )
        Suppression.objects.bulk_create(rows, ignore_conflicts=True)


def _write(distribution: Distribution, invitations: list[Invitation], batch: _Batch, sent: datetime) -> None:
    """Parents first, so that the children know their keys; then the days of creation as they would have been."""
    Invitation.objects.bulk_create(invitations, batch_size=2000)
    Delivery.objects.bulk_create(batch.deliveries, batch_size=2000)
    Response.objects.bulk_create(batch.responses, batch_size=2000)
    answers = []
    for response, of_response in zip(batch.responses, batch.answers, strict=True):
        for answer in of_response:
            answer.response = response
            answers.append(answer)
    Answer.objects.bulk_create(answers, batch_size=2000)
    Distribution.objects.filter(pk=distribution.pk).update(created_at=sent)
    Invitation.objects.filter(distribution=distribution).update(created_at=sent)
    Delivery.objects.filter(invitation__distribution=distribution).update(created_at=sent)
