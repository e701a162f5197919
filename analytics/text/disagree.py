"""Responses whose score and text say opposite things: a wrong tap, irony, or an engine that erred. A person decides."""

from django.db.models import Exists, F, OuterRef, Q

from analytics.text.judging_models import Dismissal
from analytics.text.models import LOW_CONFIDENCE, Judgement, OfAnswerQuerySet, Sentiment
from feedback_site.access.models import User
from surveys.collection.models import Answer, Band, Response, ResponseQuerySet

Label = Sentiment.Label
FITTING = {Band.PROMOTER: Label.POSITIVE, Band.DETRACTOR: Label.NEGATIVE}
OPPOSITE = {Band.PROMOTER: Label.NEGATIVE, Band.DETRACTOR: Label.POSITIVE}
MOST_COUNTED = 99


def opposed(texts: OfAnswerQuerySet) -> OfAnswerQuerySet:
    """Of these sentiments those that oppose the score of their response, which is not set aside."""
    found = Q(pk__in=[])
    for band, label in OPPOSITE.items():
        found |= Q(label=label, answer__response__band=band)
    return texts.filter(found, answer_updated_at=F("answer__updated_at"), answer__response__set_aside="")


def disagreeing(responses: ResponseQuerySet) -> ResponseQuerySet:
    """Those with a text whose sentiment is the opposite of what the score says; dismissed and unclear ones are among them."""
    return responses.filter(_with(OPPOSITE, _texts()), set_aside="")


def clear() -> Q:
    """The condition that the engine is sure of it, or a person said it, and no other text of the response goes with the score."""
    judged = Exists(Judgement.objects.filter(answer=OuterRef("answer"), answer_updated_at=OuterRef("answer_updated_at")))
    sure = _texts().filter(Q(confidence__isnull=True) | Q(confidence__gte=LOW_CONFIDENCE) | judged)
    return _with(OPPOSITE, sure) & ~_with(FITTING, _texts())


def _texts() -> OfAnswerQuerySet:
    return Sentiment.objects.filter(answer__response=OuterRef("pk"), answer_updated_at=F("answer__updated_at"))


def _with(labels: dict[Band, Label], texts: OfAnswerQuerySet) -> Q:
    found = Q(pk__in=[])
    for band, label in labels.items():
        found |= Q(Exists(texts.filter(label=label)), band=band)
    return found


def dismissed() -> Exists:
    """The condition that somebody has said of this response that both are right."""
    return Exists(Dismissal.objects.in_force().filter(response=OuterRef("pk")))


def open_count(user: User) -> int:
    """How many clear ones wait for a person's word, counted no further than one beyond MOST_COUNTED."""
    found = disagreeing(Response.objects.visible_to(user)).filter(clear(), ~dismissed())
    return found.order_by()[: MOST_COUNTED + 1].count()


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
