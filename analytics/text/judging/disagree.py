"""Responses whose score and text say opposite things: a wrong tap, irony, or an engine that erred. A person decides."""

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from analytics.text.judging.models import Dismissal
from analytics.text.models import LOW_CONFIDENCE, OfAnswerQuerySet, Sentiment
from feedback_site.access.models import User
from surveys.collection.models import Answer, Band, Response

Label = Sentiment.Label
FITTING = {Band.PROMOTER: Label.POSITIVE, Band.DETRACTOR: Label.NEGATIVE}
OPPOSITE = {Band.PROMOTER: Label.NEGATIVE, Band.DETRACTOR: Label.POSITIVE}
MOST_COUNTED = 99
# A text that was changed since is newer than what was read of it. "At the same time" would say so too, but PostgreSQL expects that of
# hardly any row, and then takes ten times as long among a million.
OF_THIS_TEXT = Q(answer_updated_at__gte=F("answer__updated_at"))


def opposed(texts: OfAnswerQuerySet) -> OfAnswerQuerySet:
    """Of these sentiments those that are the opposite of their response's score, unless the response is set aside."""
    return texts.filter(OF_THIS_TEXT, _said(OPPOSITE), answer__response__set_aside="")


def sure(texts: OfAnswerQuerySet) -> OfAnswerQuerySet:
    """Of these sentiments those of which the engine is not unsure, or that a person has judged."""
    judged = Q(answer__judgement__answer_updated_at=F("answer_updated_at"))
    return texts.filter(Q(confidence__isnull=True) | Q(confidence__gte=LOW_CONFIDENCE) | judged)


def disagreeing(user: User) -> Q:
    """The condition for a response with a text whose sentiment is the opposite of the score, clearly or not."""
    return Q(pk__in=_responses_of(opposed(Sentiment.objects.visible_to(user))))


def clear(user: User) -> Q:
    """The condition that they do, that engine or person are sure of it, and that no other text of the response fits the score."""
    return Q(pk__in=_responses_of(opposed(sure(Sentiment.objects.visible_to(user))))) & ~Q(_fitting("pk"))


def _responses_of(texts: OfAnswerQuerySet) -> "QuerySet[Any, Any]":
    """Found by joins from the texts, and once: asked for each response, a database reads a million texts anew."""
    return texts.order_by().values("answer__response")


def _fitting(response: str) -> Exists:
    return Exists(Sentiment.objects.filter(OF_THIS_TEXT, _said(FITTING), answer__response=OuterRef(response)))


def _said(labels: dict[Band, Label]) -> Q:
    """The condition for a sentiment that has the label of its response's band."""
    found = Q(pk__in=[])
    for band, label in labels.items():
        found |= Q(label=label, answer__response__band=band)
    return found


def dismissed(response: str = "pk") -> Exists:
    """The condition that somebody has said of this response that both are right."""
    return Exists(Dismissal.objects.in_force().filter(response=OuterRef(response)))


def open_count(user: User) -> int:
    """How many clear ones wait for a person's word; more than MOST_COUNTED are not counted any further."""
    texts = opposed(sure(Sentiment.objects.visible_to(user)))
    waiting = texts.filter(~_fitting("answer__response"), ~dismissed("answer__response"))
    return len(set(waiting.order_by().values_list("answer__response", flat=True)[: 2 * MOST_COUNTED]))


def dismiss(response: Response, user: User) -> Dismissal:
    """`user` says that score and text are both right; said again, it counts from now on."""
    return Dismissal.objects.update_or_create(response=response, defaults={"dismissed_by": user})[0]


def undo(response: Response) -> bool:
    """The response comes back to the list; false where nobody had said anything."""
    dismissal = Dismissal.objects.filter(response=response).first()
    if dismissal is None:
        return False
    dismissal.delete()
    return True


def opposes(answer: Answer) -> bool:
    """Whether this text is what makes its response disagree."""
    sentiment: Sentiment | None = getattr(answer, "sentiment", None)
    return bool(sentiment and answer.response.band and OPPOSITE.get(Band(answer.response.band)) == sentiment.label)
