"""What happened to one response, in order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analytics.reports.answers import in_words
from analytics.reports.formats import MISSING
from analytics.text.models import Judgement, judged_label
from surveys.authoring.models import Question
from surveys.collection.models import Answer, Response


@dataclass(frozen=True)
class Event:
    at: datetime
    what: str
    icon: str
    note: str = ""


def events_of(response: Response, is_masked: bool) -> list[Event]:
    """From the first mail to the handling, oldest first; moments that are not known are left out. `is_masked`: without personal data."""
    events = [*_mails(response), *_answer(response), *_corrections(response, is_masked)]
    events += [*_scores(response), *_judgements(response), *_handling(response)]
    return sorted(events, key=lambda event: event.at)


def _mails(response: Response) -> list[Event]:
    if response.invitation is None:
        return [Event(response.asked_at, _("Asked"), "send")] if response.asked_at else []
    sent = [delivery for delivery in response.invitation.deliveries.all() if delivery.sent_at]
    return [Event(one.sent_at, _("Reminded") if one.is_reminder else _("Asked"), "send") for one in sent if one.sent_at]


def _answer(response: Response) -> list[Event]:
    started = Event(response.started_at, _("First answer"), "pencil")
    if response.completed_at is None:
        return [started]
    done = Event(response.completed_at, _("Completed"), "check2-circle")
    return [done] if response.completed_at == response.started_at else [started, done]


def _corrections(response: Response, is_masked: bool) -> list[Event]:
    """What the respondent changed, and what it was before, in words."""
    questions = {question.key: question for question in response.version.questions.all()}
    known = [one for one in response.corrections.all() if one.question_key in questions]
    notes = [_before(questions[one.question_key], one.answer, is_masked) for one in known]
    return [Event(one.corrected_at, _("Corrected"), "pencil-square", note) for one, note in zip(known, notes, strict=True)]


def _before(question: Question, answer: Answer, is_masked: bool) -> str:
    words = in_words(question, answer, get_language() or "en", is_masked)
    return _("%(question)s – before: %(answer)s") % {"question": question, "answer": ", ".join(words)}


def _scores(response: Response) -> list[Event]:
    sentiments: list[Any] = [answer.sentiment for answer in response.answers.all() if hasattr(answer, "sentiment")]
    return [Event(one.scored_at, _("Text looked at"), "chat-square-quote", str(one.get_engine_label_display())) for one in sentiments]


def _judgements(response: Response) -> list[Event]:
    """What people say of the texts, beside the engine."""
    judgements = Judgement.objects.filter(answer__response=response).select_related("judged_by")
    said = [(one.judged_at, f"{judged_label(one.label)}, {one.judged_by or MISSING}") for one in judgements]
    return [Event(at, _("Sentiment judged"), "hand-thumbs-up", note) for at, note in said]


def _handling(response: Response) -> list[Event]:
    handling = getattr(response, "handling", None)
    return [Event(handling.handled_at, _("Handled"), "person-check", str(handling.handled_by or ""))] if handling else []
