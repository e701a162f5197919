"""Taking answers in: kept half-way, complete when nothing that is required is missing, corrected until the way in closes."""

from collections.abc import Iterable, Mapping
from copy import copy
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from surveys.authoring.conditions import facts_of
from surveys.authoring.flow import shown
from surveys.authoring.frozen import frozen_version
from surveys.authoring.models import Question, SurveyVersion
from surveys.authoring.values import Value, as_columns, check
from surveys.collection.bands import band_of
from surveys.collection.models import Answer, Correction, Response
from surveys.collection.pages import values
from surveys.distribution.link_models import Link
from surveys.distribution.models import Delivery, Distribution, Invitation
from surveys.distribution.objections import ANSWERED

# What answering changes of a response that is stored, and of an answer.
CHANGING = ("state", "language", "completed_at", "finished_at", "score", "score_type", "band")
CONTENT = ("number", "text", "choices", "data", "updated_at")


class Closed(Exception):
    """Answers are no longer accepted."""


@transaction.atomic
def save_answers(response: Response, answers: Mapping[str, Value], now: datetime, finished: bool, language: str = "") -> Response:
    """Store `answers` (by question key) of a response that is stored, or new; it is complete when no required answer is missing any more.

    Where there is no score, it takes `finished` too: the last page was sent. A survey whose score is given
    is answered, even if the person never reaches the comment.

    Questions that are not named keep their answers; an empty value removes one, and so does an answer by which a
    question is no longer shown; answers to questions that are not shown are not taken. An answer that did not
    change keeps its time, so that nothing downstream is done again. A complete response stays complete.
    Raises ValidationError for a key or a value that the version does not know (then nothing is stored),
    Closed when the distribution takes no answers at `now`, IntegrityError where somebody else just stored a new response.
    """
    response = response if response.pk is None else locked(response)
    refuse_if_closed(response.invitation.distribution if response.invitation else response.link, now)
    response.version = frozen_version(response.version_id)
    stored = {answer.question_key: answer for answer in response.answers.all()} if response.pk else {}
    before = {key: answer.content() for key, answer in stored.items()}
    after, is_whole = _taken(response, stored, answers)
    changed = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    was_complete = response.completed_at is not None
    _set_headline(response, after)
    response.language = language or response.language
    if (finished or response.score is not None) and is_whole:
        _complete(response, now)
        response.finished_at = response.finished_at or (now if finished else None)
    response.save(update_fields=None if response.pk is None else [*CHANGING, "updated_at"])
    if was_complete:
        _remember(response, [stored[key] for key in changed if key in stored], now)
    _store(response, {key: after.get(key) for key in changed}, now)
    return response


def _taken(response: Response, stored: Mapping[str, Answer], answers: Mapping[str, Value]) -> tuple[dict[str, dict[str, Any]], bool]:
    """The columns of all answers once `answers` are taken, by question key, and whether nothing that is required is missing then."""
    questions = checked(response.version, answers)
    visible = shown(response.version, {**values(questions, stored.values()), **answers}, facts(response))
    given = {key: as_columns(questions[key], value) for key, value in answers.items() if key in visible}
    kept = {key: answer.content() for key, answer in stored.items()}
    # An answer to what is no longer shown, because an earlier answer was corrected, is no answer.
    after = {key: columns for key, columns in {**kept, **given}.items() if columns and key in visible}
    return after, not any(questions[key].is_required for key in visible - after.keys())


def locked(response: Response) -> Response:
    """The response as it is stored now, nobody else's until the transaction ends; what it refers to is not read again."""
    response = copy(response)
    response.refresh_from_db(fields=[*CHANGING, "answers"], from_queryset=Response.objects.select_for_update(of=("self",)))
    return response


def checked(version: SurveyVersion, answers: Mapping[str, Value]) -> dict[str, Question]:
    """The questions of `version` by key. Raises ValidationError for a key or a value of `answers` that it does not know."""
    questions = {question.key: question for question in version.questions.all()}
    for key, value in answers.items():
        if key not in questions:
            raise ValidationError(_("This survey has no such question."), code="unknown")
        check(questions[key], value)
    return questions


def facts(response: Response) -> dict[str, str]:
    """What rules may ask about who answers."""
    return facts_of(response.contact) if response.contact_id else facts_of(None, response.account)


def refuse_if_closed(way: Distribution | Link | None, now: datetime) -> None:
    """Raises Closed where the distribution or the link takes no answers at `now`; an interview has neither, and never closes."""
    if way is not None and way.is_closed_at(now):
        raise Closed


def _store(response: Response, changed: Mapping[str, dict[str, Any] | None], now: datetime) -> None:
    """Write the changed answers by question key; None removes one."""
    removed = [key for key, columns in changed.items() if columns is None]
    written = [Answer(response=response, question_key=key, updated_at=now, **columns) for key, columns in changed.items() if columns]
    if removed:
        response.answers.filter(question_key__in=removed).delete()
    Answer.objects.bulk_create(written, update_conflicts=True, unique_fields=["response", "question_key"], update_fields=CONTENT)


def _remember(response: Response, answers: Iterable[Answer], now: datetime) -> None:
    """Keep what the answers were. Before a response is complete nobody has read it: then a change is no correction yet."""
    Correction.objects.bulk_create(
        Correction(
            response=response, question_key=answer.question_key, before=answer.content(), answered_at=answer.updated_at, corrected_at=now
        )
        for answer in answers
    )


def _set_headline(response: Response, answers: Mapping[str, dict[str, Any]]) -> None:
    """Repeat the headline answer on the response, where lists and figures look for it."""
    headline = response.version.headline
    score = answers[headline.key]["number"] if headline and headline.key in answers else None
    if headline and score is not None:
        response.score, response.score_type, response.band = score, headline.type, band_of(headline.type, score)
    else:
        response.score, response.score_type, response.band = None, "", ""


def _complete(response: Response, now: datetime) -> None:
    """Count the response; who has answered is not reminded any more."""
    response.state = Response.State.COMPLETE
    if response.completed_at is not None:
        return
    response.completed_at = now
    if response.invitation is not None:
        Invitation.objects.filter(pk=response.invitation.pk, answered_at=None).update(answered_at=now)
        cancel_waiting_mails(response.invitation)


def cancel_waiting_mails(invitation: Invitation) -> None:
    Delivery.objects.waiting().filter(invitation=invitation).update(state=Delivery.State.CANCELLED, reason=ANSWERED)
