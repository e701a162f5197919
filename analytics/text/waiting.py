"""Which texts wait to be scored, so that a batch costs the same however many there are, and a look that finds nothing little."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta

from django.db.models import F, FilteredRelation, Max, Model, Q
from django.utils import timezone

from analytics.text.learning import choice
from analytics.text.learning.choice import LineUp, LineUps
from analytics.text.other_parts import beginning_of, line_of
from surveys.collection.anonymous import MOST_KEYS
from surveys.collection.models import Answer, AnswerQuerySet

FIRST = -MOST_KEYS - 1  # below every key: those of anonymous answers are negative
RECENT = timedelta(days=2)  # an anonymous answer has only its day
EVERYTHING = timedelta(minutes=10)  # how often all answers are gone through, whatever came in


def waiting() -> AnswerQuerySet:
    """Texts never scored, changed since, or not scored by the engine that is in use for their language now."""
    return waiting_of(Answer.objects.all(), choice.line_ups())


def waiting_of(answers: AnswerQuerySet, line_ups: LineUps, after: int = FIRST) -> AnswerQuerySet:
    """Those of `answers` with keys above `after`."""
    # The key stands on both sides of the join, so that the database begins there on both: a batch then costs as much as the first.
    found = answers.texts().filter(pk__gt=after).annotate(read=FilteredRelation("sentiment", condition=Q(sentiment__answer__gt=after)))
    is_read = Q(read__answer_updated_at=F("updated_at"))  # of the same text
    return found.filter(Q(read__isnull=True) | ~is_read | read_otherwise(line_ups, "read__"))


def read_otherwise(line_ups: LineUps, path: str = "") -> Q:
    """Sentiments that another engine made, or another version, as a whole or in part. While the chosen engine is away, its stand-in's
    scores stay.
    """
    found, in_part = Q(pk__in=[]), Q(pk__in=[])
    for line_up in line_ups.values():
        made_by = Q(**{f"{path}engine": line_up.chosen.name, f"{path}engine_version": line_up.chosen.version})
        if not line_up.is_waiting:
            found |= Q(**{f"{path}language": line_up.language}) & ~made_by
            in_part |= part_read_otherwise(line_up, path)
    # Of nearly all rows the first condition is false, and the others are not looked at.
    return found | (Q(**{f"{path}other_engines__gt": ""}) & in_part)


def part_read_otherwise(line_up: LineUp, path: str = "") -> Q:
    """Texts that are mainly of another language, and whose part in this one another engine has read, or none."""
    line = line_of(f"{line_up.language} {line_up.chosen.name} {line_up.chosen.version}")
    is_there = Q(**{f"{path}other_engines__contains": beginning_of(line_up.language)})
    return is_there & ~Q(**{f"{path}other_engines__contains": line})


def recent(made: type[Model]) -> AnswerQuerySet:
    """Where new and changed answers are: written or corrected lately, or imported since a row of `made` was last made of an answer."""
    newest = made._default_manager.aggregate(newest=Max("answer"))["newest"] or FIRST
    return Answer.objects.filter(Q(updated_at__gt=timezone.now() - RECENT) | Q(pk__gt=newest))


def fingerprint(line_ups: LineUps) -> str:
    """Of the engines in use: with others, or with one that was away and is back, everything is gone through at once."""
    engines = [(one.language, one.chosen.name, one.chosen.version, one.is_waiting) for one in line_ups.values()]
    return hashlib.sha256(repr(engines).encode()).hexdigest()


def waiting_batches(answers: AnswerQuerySet, line_ups: Callable[[], LineUps], size: int) -> Iterator[list[Answer]]:
    """Each of `answers` that waits once, by its key: what can not be stored does not come back in the same run.

    The line-ups are asked for anew before each batch: an engine may have failed in the one before.
    """
    last, is_full = FIRST, True
    while is_full and (keys := list(waiting_of(answers, line_ups(), last).order_by("pk").values_list("pk", flat=True)[:size])):
        yield list(with_what_scoring_needs(Answer.objects.filter(pk__in=keys)).order_by("pk"))
        last, is_full = keys[-1], len(keys) == size


def with_what_scoring_needs(answers: AnswerQuerySet) -> AnswerQuerySet:
    """Not the survey's version with all its texts: that is needed of few, see `score.declared_language`."""
    contact = ("response__contact__id", "response__contact__language")
    columns = ("text", "updated_at", "response__language", "response__version", *contact)
    return answers.select_related("response__contact").only(*columns)
