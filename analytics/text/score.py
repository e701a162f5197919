"""Scoring of the texts that wait for it. Analytics pulls: nothing calls this when an answer comes in."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import isfinite
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F, prefetch_related_objects

from analytics.text import mixed, passes
from analytics.text.engines import endpoint
from analytics.text.engines.built_in import NOT_UNDERSTOOD, Engine, Score
from analytics.text.engines.errors import EngineUnavailable
from analytics.text.engines.personal import nameless
from analytics.text.learning import choice
from analytics.text.learning.choice import LineUp
from analytics.text.models import SEARCHED_BEFORE, Judgement, Sentiment
from analytics.text.other_parts import OtherPart, written
from analytics.text.waiting import EVERYTHING, fingerprint, recent, waiting, waiting_batches
from surveys.collection.models import Answer

__all__ = ["Alive", "score", "score_pass", "score_texts", "score_waiting", "store", "waiting"]
log = logging.getLogger(__name__)
WRITTEN = [
    *("language", "label", "engine_label", "polarity", "confidence", "words", "engine", "engine_version"),
    *("other_engines", "answer_updated_at", "scored_at", "themes_revision"),
]
MADE_BY = ("answer_id", "answer_updated_at", "engine", "engine_version", "other_engines")
Alive = Callable[[], bool]
AfterEach = Callable[[int], None]
Found = tuple[Engine | None, Score]


class Outcome(NamedTuple):
    """`is_finished` is False where another worker was at it, or came in between, or the time was up."""

    done: int
    is_finished: bool


def score_waiting(batch: int = 500, seconds: float | None = passes.LONGEST_RUN, after_each: AfterEach = lambda done: None) -> int:
    """Score the waiting texts, `batch` at a time and for `seconds` at most, and return how many that were."""
    return score_pass(batch, seconds, after_each).done


def score_pass(batch: int, seconds: float | None, after_each: AfterEach) -> Outcome:
    """As `score_waiting`, and whether nothing waited at the end.

    One worker does it at a time, and what it leaves the next run finds. Should two ever hold the same text, both write the
    same row. A text that was corrected meanwhile keeps waiting, as the time of the text that was scored is stored with its score.
    `after_each` batch is told how many are done.
    """
    with passes.alone("sentiment", seconds) as run:
        if run is None:
            return Outcome(0, is_finished=False)
        is_finished = _score_in(run, batch, after_each)
        return Outcome(run.done, is_finished)


def _score_in(run: passes.Run, batch: int, after_each: AfterEach) -> bool:
    """First what came in lately; then everything, where that is due. False where something may be left."""
    line_ups = choice.line_ups()
    under = fingerprint(line_ups)
    is_due = run.seconds is None or run.is_due(EVERYTHING, under)
    goes_on = _go_through(waiting_batches(recent(Sentiment), choice.line_ups, batch), run, after_each)
    if goes_on and is_due:
        goes_on = _go_through(waiting_batches(Answer.objects.all(), choice.line_ups, batch), run, after_each)
        return goes_on and run.note_finished(under)
    return goes_on


def _go_through(batches: Iterable[list[Answer]], run: passes.Run, after_each: AfterEach) -> bool:
    """False where the run ended before the batches did."""
    for answers in (step for batch in batches for step in _steps(batch)):
        goes_on = run.goes_on(store(score(answers, run.goes_on)))
        after_each(run.done)
        if not goes_on:
            return False
    return True


def _steps(answers: list[Answer]) -> Iterator[list[Answer]]:
    """What is read here at once; what goes to an address a few at a time, stored after each, as that takes long."""
    line_ups = choice.line_ups() if endpoint.engines() else {}
    far = {language: line_up.most_texts for language, line_up in line_ups.items() if line_up.most_texts}
    is_slow = [any(part.language in far for part in parts) for parts in _parts(answers)] if far else [False] * len(answers)
    quick = [answer for answer, slow in zip(answers, is_slow, strict=True) if not slow]
    slow = [answer for answer, slow in zip(answers, is_slow, strict=True) if slow]
    size = min(far.values(), default=1)
    yield from filter(None, (quick, *(slow[first : first + size] for first in range(0, len(slow), size))))


def declared_language(answer: Answer) -> str:
    """The language of the page; where the contact speaks one that the survey was not written in, that one.

    A Portuguese contact who is asked in Hebrew or English probably writes Portuguese.
    """
    response = answer.response
    own = _another_language(answer)
    return own if own and own not in response.version.texts else response.language


def _another_language(answer: Answer) -> str:
    """Of the contact, where the product does not speak it."""
    contact = answer.response.contact
    return contact.language if contact and contact.language not in dict(settings.LANGUAGES) else ""


def _parts(answers: list[Answer]) -> list[list[mixed.Part]]:
    prefetch_related_objects([answer for answer in answers if _another_language(answer)], "response__version")
    return [mixed.parts_of(answer.text, declared_language(answer)) for answer in answers]


def score(answers: list[Answer], alive: Alive = lambda: True) -> list[Sentiment]:
    """The sentiment of each answer, not stored yet, in the same order."""
    parts = _parts(answers)
    flat = [part for of_answer in parts for part in of_answer]
    of = [answer.pk for answer, members in zip(answers, parts, strict=True) for _part in members]
    found = iter(score_texts([part.text for part in flat], [part.language for part in flat], of, alive))
    read = [[mixed.Read(part, *next(found)) for part in of_answer] for of_answer in parts]
    return [_sentiment(answer, of_answer) for answer, of_answer in zip(answers, read, strict=True)]


def score_texts(texts: Sequence[str], languages: Sequence[str], of: Sequence[int], alive: Alive = lambda: True) -> list[Found]:
    """What the engines in use say of each text, read in its language, and which engine that was; in the same order.

    `of` has the key of each text's answer: the names of its customer do not go to an address. `alive` is told between
    requests to a slow engine that this worker still works.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for place, language in enumerate(languages):
        places[language].append(place)
    found: dict[int, Found] = {}
    line_ups = choice.line_ups()
    for language, members in places.items():
        while members:
            line_up = line_ups.get(language)
            now, members = members[: _most(line_up, members)], members[_most(line_up, members) :]
            engine, scores = _read(line_up, [texts[place] for place in now], [of[place] for place in now])
            found.update({place: (engine, score) for place, score in zip(now, scores, strict=True)})
            if members:
                alive()
                line_ups = choice.line_ups()  # the engine may have failed
    return [found[place] for place in range(len(texts))]


def _most(line_up: LineUp | None, members: list[int]) -> int:
    return (line_up.most_texts if line_up else None) or len(members)


def _read(line_up: LineUp | None, texts: list[str], of: list[int]) -> tuple[Engine | None, list[Score]]:
    """The scores of the first engine that is available."""
    for engine in line_up.in_order if line_up else ():
        try:
            scores = scores_of(engine, nameless(texts, of) if engine.name == endpoint.NAME else texts)
        except EngineUnavailable as problem:
            choice.note_problem(line_up.language, engine, problem)  # type: ignore[union-attr]
            continue
        if line_up and line_up.has_problem and engine is line_up.chosen:
            choice.note_recovery(line_up.language, engine)
        return engine, scores
    return None, [NOT_UNDERSTOOD] * len(texts)


def scores_of(engine: Engine, texts: list[str]) -> list[Score]:
    """What the engine says; where it fails on the whole, each text by itself, so that one bad text costs only itself.

    Raises EngineUnavailable.
    """
    try:
        scores = engine.score(texts)
        if len(scores) == len(texts):
            return [_sound(score) for score in scores]
        log.error("%s gave %d scores for %d texts", engine.name, len(scores), len(texts))
    except EngineUnavailable:
        raise
    except Exception:
        log.warning("%s failed on a batch of %d texts; trying each by itself", engine.name, len(texts), exc_info=True)
    return [_score_alone(engine, text) for text in texts]


def _score_alone(engine: Engine, text: str) -> Score:
    try:
        [score] = engine.score([text])
    except EngineUnavailable:
        raise
    except Exception:
        log.exception("%s can not score a text of %d characters", engine.name, len(text))
        return NOT_UNDERSTOOD
    return _sound(score)


def _sound(score: Score) -> Score:
    """No database and no reader could do anything with a polarity that is no number: the whole batch would be lost."""
    polarity, confidence = score.polarity, score.confidence
    is_sound = (polarity is None or -1 <= polarity <= 1) and (confidence is None or 0 <= confidence <= 1)
    return score if is_sound and all(isfinite(weight) for _word, weight in score.words) else NOT_UNDERSTOOD


def _sentiment(answer: Answer, read: Sequence[mixed.Read]) -> Sentiment:
    whole = mixed.together(read)
    language, score = whole.part.language, whole.score
    name, version = _made_by(whole.engine)
    return Sentiment(
        pk=answer.pk if answer.pk < 0 else None,  # the random key of an anonymous answer: a running number would tell when
        answer=answer,
        language=language,
        label=score.label,
        engine_label=score.label,
        polarity=score.polarity,
        confidence=score.confidence,
        words=list(score.words),
        engine=name,
        engine_version=version,
        other_engines=written(OtherPart(one.part.language, *_made_by(one.engine)) for one in read if one.part.language != language),
        answer_updated_at=answer.updated_at,
    )


def _made_by(engine: Engine | None) -> tuple[str, str]:
    return (engine.name, engine.version) if engine else ("", "")


@transaction.atomic
def store(sentiments: list[Sentiment]) -> int:
    """Write them, one row for each answer whoever comes first, and return how many were written.

    Answers deleted meanwhile are left out, and what the same engine made of the same text before: while a chosen engine is
    tried again in vain, its stand-in would write what it wrote.
    """
    keys = [sentiment.answer_id for sentiment in sentiments]
    # The lock keeps the answers from vanishing, and two workers or a person who judges from writing in each other's way.
    there = set(Answer.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    before = list(Sentiment.objects.filter(answer__in=there).only(*MADE_BY, "themes_revision"))
    made = {_made(row) for row in before}
    rows = [row for row in sentiments if row.answer_id in there and _made(row) not in made]
    keep_judgements(rows)
    keep_themes(rows, before)
    Sentiment.objects.bulk_create(rows, update_conflicts=True, unique_fields=["answer"], update_fields=WRITTEN)
    # Soon after an anonymous answer came in, its score is made: that moment would tell the other.
    of_nobody = Sentiment.objects.filter(answer__in=[row.answer_id for row in rows], answer__response__survey__is_anonymous=True)
    of_nobody.update(scored_at=F("answer_updated_at"))
    return len(rows)


def _made(row: Sentiment) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in MADE_BY)


def keep_themes(sentiments: list[Sentiment], before: Iterable[Sentiment]) -> None:
    """The same text has the same themes, whatever engine reads it: they count until its sentences are read again too."""
    known = {(row.answer_id, row.answer_updated_at) for row in before if row.themes_revision}
    for sentiment in sentiments:
        sentiment.themes_revision = SEARCHED_BEFORE if (sentiment.answer_id, sentiment.answer_updated_at) in known else 0


def keep_judgements(sentiments: list[Sentiment]) -> None:
    """What a person said of a text counts, whatever engine reads it later; unless the text is another now."""
    judged = Judgement.objects.filter(answer__in=[sentiment.answer_id for sentiment in sentiments])
    labels = {(judgement.answer_id, judgement.answer_updated_at): judgement.label for judgement in judged}
    for sentiment in sentiments:
        sentiment.label = labels.get((sentiment.answer_id, sentiment.answer_updated_at), sentiment.label)
