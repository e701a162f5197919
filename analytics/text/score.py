"""Scoring of the texts that wait for it. Analytics pulls: nothing calls this when an answer comes in."""

import logging
from collections import defaultdict
from collections.abc import Iterator

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from analytics.text import engines
from analytics.text.engines import NOT_UNDERSTOOD, Engine, Score
from analytics.text.language import language_of
from analytics.text.models import Sentiment, awaiting_sentiment
from surveys.collection.anonymous import MOST_KEYS
from surveys.collection.models import Answer, AnswerQuerySet

log = logging.getLogger(__name__)
WRITTEN = ["language", "label", "polarity", "engine", "engine_version", "answer_updated_at", "scored_at"]


def score_waiting(batch: int = 500) -> int:
    """Score every waiting text, `batch` at a time, and return how many there were.

    Safe to run twice at once: both write the same row. A text that was corrected meanwhile keeps waiting,
    as the time of the text that was scored is stored with its score.
    """
    return sum(store(score(answers)) for answers in waiting_batches(batch))


def waiting() -> AnswerQuerySet:
    """Texts never scored, changed since, or left aside when no engine covered their language and one does now."""
    covered_now = Q(sentiment__engine="", sentiment__language__in=engines.covered_languages())
    return awaiting_sentiment() | Answer.objects.texts().filter(covered_now)


def waiting_batches(size: int) -> Iterator[list[Answer]]:
    """Each waiting answer once, by its key: what can not be stored does not come back in the same run."""
    last = -MOST_KEYS - 1  # the keys of anonymous answers are negative
    while answers := list(waiting().filter(pk__gt=last).select_related("response__contact", "response__version").order_by("pk")[:size]):
        yield answers
        last = answers[-1].pk


def declared_language(answer: Answer) -> str:
    """The language of the page; where the contact speaks one that the survey was not written in, that one.

    A Portuguese contact who is asked in Hebrew or English probably writes Portuguese.
    """
    response = answer.response
    own = response.contact.language if response.contact else ""
    return own if own and own not in dict(settings.LANGUAGES) and own not in response.version.texts else response.language


def score(answers: list[Answer]) -> list[Sentiment]:
    """The sentiment of each answer, not stored yet, in the same order."""
    languages = [language_of(answer.text, declared_language(answer)) for answer in answers]
    places: dict[str, list[int]] = defaultdict(list)
    for place, language in enumerate(languages):
        places[language].append(place)
    found: dict[int, tuple[Engine | None, Score]] = {}
    for language, members in places.items():
        engine = engines.engine_for(language)
        scores = scores_of(engine, [answers[place] for place in members])
        found.update({place: (engine, score) for place, score in zip(members, scores, strict=True)})
    return [_sentiment(answer, languages[place], *found[place]) for place, answer in enumerate(answers)]


def scores_of(engine: Engine | None, answers: list[Answer]) -> list[Score]:
    """What the engine says; where it fails on the whole, each text by itself, so that one bad text costs only itself."""
    if engine is None:
        return [NOT_UNDERSTOOD] * len(answers)
    try:
        scores = engine.score([answer.text for answer in answers])
        if len(scores) == len(answers):
            return scores
        log.error("%s gave %d scores for %d texts", engine.name, len(scores), len(answers))
    except Exception:
        log.warning("%s failed on a batch of %d texts; trying each by itself", engine.name, len(answers), exc_info=True)
    return [_score_alone(engine, answer) for answer in answers]


def _score_alone(engine: Engine, answer: Answer) -> Score:
    try:
        [score] = engine.score([answer.text])
    except Exception:
        log.exception("%s can not score answer %s (%d characters)", engine.name, answer.pk, len(answer.text))
        return NOT_UNDERSTOOD
    return score


def _sentiment(answer: Answer, language: str, engine: Engine | None, score: Score) -> Sentiment:
    return Sentiment(
        pk=answer.pk if answer.pk < 0 else None,  # the random key of an anonymous answer: a running number would tell when
        answer=answer,
        language=language,
        label=score.label,
        polarity=score.polarity,
        engine=engine.name if engine else "",
        engine_version=engine.version if engine else "",
        answer_updated_at=answer.updated_at,
    )


@transaction.atomic
def store(sentiments: list[Sentiment]) -> int:
    """Write them, one row for each answer whoever comes first; answers deleted meanwhile are left out."""
    keys = [sentiment.answer_id for sentiment in sentiments]
    # The lock keeps the answers from vanishing, and two workers from writing in each other's way.
    there = set(Answer.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    rows = [sentiment for sentiment in sentiments if sentiment.answer_id in there]
    Sentiment.objects.bulk_create(rows, update_conflicts=True, unique_fields=["answer"], update_fields=WRITTEN)
    # Soon after an anonymous answer came in, its score is made: that moment would tell the other.
    of_nobody = Sentiment.objects.filter(answer__in=there, answer__response__survey__is_anonymous=True)
    of_nobody.update(scored_at=F("answer_updated_at"))
    return len(rows)
