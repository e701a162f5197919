"""Taking answers in: one response for each invitation, kept half-way, corrected until the distribution closes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from surveys.authoring.conditions import facts_of
from surveys.authoring.flow import shown
from surveys.authoring.models import Question
from surveys.authoring.values import Value, as_columns, check
from surveys.collection.bands import band_of
from surveys.collection.models import Answer, Correction, Response
from surveys.collection.pages import stored_answers
from surveys.customers.models import Account
from surveys.distribution.models import Delivery, Distribution, Invitation
from surveys.distribution.send import ANSWERED


class Closed(Exception):
    """Answers are no longer accepted."""


def snapshot(account: Account) -> dict[str, Any]:
    """The account's segment, region and people as they are now: what a response keeps of them for good."""
    return {
        "segment": account.segment,
        "region": account.region,
        "account_manager": account.account_manager,
        "sales_representative": account.sales_representative,
    }


def start_response(invitation: Invitation, now: datetime) -> Response:
    """The one response of `invitation`, created where there is none. Safe when called twice at once.

    Raises Closed when the distribution takes no answers at `now`.
    """
    _refuse_if_closed(invitation.distribution, now)
    contact = invitation.contact
    response, _created = Response.objects.get_or_create(
        invitation=invitation,
        defaults={
            "survey_id": invitation.distribution.survey_id,
            "version_id": invitation.distribution.version_id,
            "contact": contact,
            "account": contact.account,
            "language": invitation.language,
            "asked_at": invitation.deliveries.aggregate(first=Min("sent_at"))["first"] or invitation.created_at,
            "started_at": now,
            "is_simulated": invitation.distribution.is_simulated,
            **snapshot(contact.account),
        },
    )
    return response


@transaction.atomic
def take(invitation: Invitation, answers: Mapping[str, Value], now: datetime, finished: bool, language: str) -> Response:
    """Both steps as one: either the response and all `answers` are on disk, or nothing is."""
    return save_answers(start_response(invitation, now), answers, now, finished, language)


@transaction.atomic
def save_answers(response: Response, answers: Mapping[str, Value], now: datetime, finished: bool, language: str = "") -> Response:
    """Store `answers` (by question key); the response is complete when no required answer is missing any more.

    Where there is no score, it takes `finished` too: the last page was sent. A survey whose score is given
    is answered, even if the person never reaches the comment.

    Questions that are not named keep their answers; an empty value removes one, and so does an answer by which a
    question is no longer shown; answers to questions that are not shown are not taken. An answer that did not
    change keeps its time, so that nothing downstream is done again. A complete response stays complete.
    Raises ValidationError for a key or a value that the version does not know (then nothing is stored),
    Closed when the distribution takes no answers at `now`.
    """
    locked = Response.objects.select_for_update(of=("self",))
    response = locked.select_related("version__survey", "invitation__distribution").get(pk=response.pk)
    if response.invitation is not None:
        _refuse_if_closed(response.invitation.distribution, now)
    questions = {question.key: question for question in response.version.questions.all()}
    for key, value in answers.items():
        if key not in questions:
            raise ValidationError(_("This survey has no such question."), code="unknown")
        check(questions[key], value)
    visible = shown(response.version, {**stored_answers(response), **answers}, facts(response))
    for key, value in answers.items():
        if key in visible:
            _store(response, questions[key], value, now)
    # An answer to what is no longer shown, because an earlier answer was corrected, is no answer.
    for answer in response.answers.exclude(question_key__in=visible):
        _remember(response, answer, now)
        answer.delete()
    _set_headline(response)
    response.language = language or response.language
    if (finished or response.score is not None) and not missing_answers(response, visible):
        _complete(response, now)
        response.finished_at = response.finished_at or (now if finished else None)
    response.save()
    return response


def missing_answers(response: Response, visible: set[str]) -> list[Question]:
    """The required questions among the `visible` ones that are not answered yet, in their order."""
    missing = visible - set(response.answers.values_list("question_key", flat=True))
    return [question for question in response.version.questions.all() if question.is_required and question.key in missing]


def facts(response: Response) -> dict[str, str]:
    """What rules may ask about who answers."""
    return facts_of(response.contact) if response.contact else {}


def _refuse_if_closed(distribution: Distribution, now: datetime) -> None:
    if distribution.state == Distribution.State.CANCELLED or now >= distribution.closes_at:
        raise Closed


def _store(response: Response, question: Question, value: Value, now: datetime) -> None:
    columns = as_columns(question, value)
    answer = response.answers.filter(question_key=question.key).first()
    if columns is None:
        if answer:
            _remember(response, answer, now)
            answer.delete()
    elif answer is None:
        Answer.objects.create(response=response, question_key=question.key, updated_at=now, **columns)
    elif answer.content() != columns:
        _remember(response, answer, now)
        Answer.objects.filter(pk=answer.pk).update(updated_at=now, **columns)


def _remember(response: Response, answer: Answer, now: datetime) -> None:
    """Keep what the answer was. Before the response is complete nobody has read it: then it is no correction yet."""
    if response.completed_at is not None:
        Correction.objects.create(
            response=response, question_key=answer.question_key, before=answer.content(), answered_at=answer.updated_at, corrected_at=now
        )


def _set_headline(response: Response) -> None:
    """Repeat the headline answer on the response, where lists and figures look for it."""
    headline = response.version.headline
    answer = response.answers.filter(question_key=headline.key).first() if headline else None
    if headline and answer and answer.number is not None:
        response.score, response.score_type = answer.number, headline.type
        response.band = band_of(headline.type, answer.number)
    else:
        response.score, response.score_type, response.band = None, "", ""


def _complete(response: Response, now: datetime) -> None:
    """Count the response; who has answered is not reminded any more."""
    response.state = Response.State.COMPLETE
    response.completed_at = response.completed_at or now
    invitation = response.invitation
    if invitation is None:
        return
    Invitation.objects.filter(pk=invitation.pk, answered_at=None).update(answered_at=now)
    for delivery in invitation.deliveries.filter(state__in=[Delivery.State.QUEUED, Delivery.State.DEFERRED]):
        delivery.cancel(ANSWERED)
