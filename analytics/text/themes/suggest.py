"""Suggestions of new themes, from what customers wrote in the last year and no theme covers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Left
from django.utils import timezone

from analytics.text import passes
from analytics.text.models import Sentiment
from analytics.text.themes.catalogue import revision
from analytics.text.themes.models import Theme
from analytics.text.themes.subjects import Subject, subjects_of
from analytics.text.themes.suggestion_models import SuggestionMark, ThemeSuggestion
from feedback_site.access.models import User
from feedback_site.personal import MARKS, masked
from surveys.collection.models import Answer, AnswerQuerySet, identified

LANGUAGES = ("he", "en")
LOOKED_BACK = timedelta(days=365)
EVERY = timedelta(days=7)
MOST_TEXTS, MOST_LETTERS = 20_000, 2_000  # the newest texts, and the beginning of each: memory stays bounded
LEAST_TEXTS = 50  # in fewer nothing repeats itself
LEAST_OF_ONE = 5  # texts that have a term of a suggestion
EXAMPLES_KEPT = 20
ALIKE = 0.5  # share of its terms that an earlier decision knew already: it is not asked again
NOTHING = dict.fromkeys(MARKS, " ")  # in the place of personal data: no address becomes a term
State = ThemeSuggestion.State


class Text(NamedTuple):
    """A text that no theme covers."""

    answer: int
    text: str
    label: str


# --- When -----------------------------------------------------------------------------------------


def mark() -> SuggestionMark:
    """As stored, or that of nothing asked and nothing made."""
    return SuggestionMark.objects.filter(pk=1).first() or SuggestionMark(pk=1)


def ask_for_suggestions() -> None:
    """A worker makes them soon; asking again while it has not begun changes nothing."""
    SuggestionMark.objects.get_or_create(pk=1)
    SuggestionMark.objects.filter(pk=1, wanted_at=None).update(wanted_at=timezone.now())


def is_due(of: SuggestionMark) -> bool:
    """Somebody asked; or the last ones are a week old, and no text waits to be searched for the themes that there are."""
    if of.wanted_at:
        return True
    is_old = of.made_at is None or of.made_at < timezone.now() - EVERY
    return is_old and not Sentiment.objects.filter(themes_revision__lt=revision()).exists()


def suggest_where_due() -> bool:
    """Make them where they are due, one worker at a time; whether this one did. What a dead worker began is done again."""
    if not is_due(mark()):
        return False
    with passes.alone("suggestions", seconds=None) as run:
        now = mark()
        if run is None or not is_due(now):
            return False
        _suggest(now, run.goes_on)
    return True


def _suggest(now: SuggestionMark, goes_on: Callable[[], bool]) -> None:
    """`goes_on` is told after each step that this worker is alive."""
    SuggestionMark.objects.update_or_create(pk=1, defaults={"begun_at": timezone.now(), "steps": 0})
    counts = {}
    for language in LANGUAGES:
        texts = uncovered(language)
        counts[language] = len(texts)
        _step(goes_on)
        found = subjects_of([one.text for one in texts], language) if len(texts) >= LEAST_TEXTS else []
        replace_open(language, found, texts)
        _step(goes_on)
    SuggestionMark.objects.filter(pk=1).update(made_at=timezone.now(), texts=counts)
    SuggestionMark.objects.filter(pk=1, wanted_at=now.wanted_at).update(wanted_at=None)  # whoever asked since waits for the next


STEPS = 2 * len(LANGUAGES)


def _step(goes_on: Callable[[], bool]) -> None:
    goes_on()
    SuggestionMark.objects.filter(pk=1).update(steps=F("steps") + 1)


# --- From what ------------------------------------------------------------------------------------


def uncovered(language: str) -> list[Text]:
    """The newest texts of the last year in which no theme was found, of surveys that are not anonymous; without personal data."""
    asked = Answer.objects.texts().filter(identified("response__"), response__set_aside="", themes=None)
    asked = asked.filter(response__started_at__gte=timezone.now() - LOOKED_BACK)
    searched = asked.filter(sentiment__language=language, sentiment__themes_revision__gte=max(revision(), 1))
    newest = searched.order_by("-response__started_at", "-pk").annotate(beginning=Left("text", MOST_LETTERS))
    rows = newest.values_list("pk", "beginning", "sentiment__label")[:MOST_TEXTS]
    return [Text(answer, masked(text, NOTHING), label) for answer, text, label in rows]


@transaction.atomic
def replace_open(language: str, subjects: list[Subject], texts: list[Text]) -> None:
    """The subjects in the place of the suggestions that nobody has decided on; what is like a decided one is left out."""
    ThemeSuggestion.objects.filter(language=language, state=State.OPEN).delete()
    known = [set(terms) for terms in ThemeSuggestion.objects.filter(language=language).values_list("terms", flat=True)]
    rows = (_suggestion(language, one, texts) for one in subjects if len(one.texts) >= LEAST_OF_ONE)
    ThemeSuggestion.objects.bulk_create(row for row in rows if not any(_is_like(row, terms) for terms in known))


def _suggestion(language: str, subject: Subject, texts: list[Text]) -> ThemeSuggestion:
    labels = [texts[place].label for place in subject.texts]
    different = {texts[place].text: texts[place].answer for place in reversed(subject.texts)}  # of equal texts the most typical
    return ThemeSuggestion(
        language=language,
        terms=subject.terms,
        n=len(labels),
        scored=sum(label != Sentiment.Label.NOT_SCORED for label in labels),
        negative=labels.count(Sentiment.Label.NEGATIVE),
        examples=list(reversed(different.values()))[:EXAMPLES_KEPT],
    )


def _is_like(row: ThemeSuggestion, terms: set[str]) -> bool:
    return len(terms.intersection(row.terms)) >= ALIKE * len(row.terms)


# --- Decisions ------------------------------------------------------------------------------------


def examples_for(user: User, suggestions: list[ThemeSuggestion], shown: int = 3) -> dict[int, list[Answer]]:
    """The most typical texts of each suggestion that `user` may see, by its key; one query for all."""
    keys = {key for one in suggestions for key in one.examples}
    visible: AnswerQuerySet = Answer.objects.visible_to(user).texts().filter(pk__in=keys)
    answers = {answer.pk: answer for answer in visible.select_related("response__account", "sentiment")}
    return {one.pk: [answers[key] for key in one.examples if key in answers][:shown] for one in suggestions}


def discard(user: User, suggestion: ThemeSuggestion) -> bool:
    """Whether it was open until now."""
    return _decide(user, suggestion, State.OPEN, State.DISCARDED)


def bring_back(user: User, suggestion: ThemeSuggestion) -> bool:
    """Whether it was discarded until now."""
    return _decide(user, suggestion, State.DISCARDED, State.OPEN)


@transaction.atomic
def accept(user: User, suggestion: ThemeSuggestion, add: Callable[[], Theme]) -> Theme | None:
    """The theme that `add` makes; None, and nothing is made, where somebody has decided before."""
    if not _decide(user, suggestion, State.OPEN, State.ACCEPTED):
        return None
    theme = add()
    ThemeSuggestion.objects.filter(pk=suggestion.pk).update(theme=theme)
    return theme


def _decide(user: User, suggestion: ThemeSuggestion, before: str, after: str) -> bool:
    changes: dict[str, Any] = {"state": after, "decided_at": timezone.now(), "decided_by": user}
    return ThemeSuggestion.objects.filter(pk=suggestion.pk, state=before).update(**changes) == 1
