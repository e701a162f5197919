"""The themes of the answers, found anew wherever the text, its sentiment or the catalogue is another than when they were found.

Which answers wait is read from them: each sentiment row notes the revision of the catalogue whose themes its answer has, and
is SEARCHED_BEFORE when the same text is scored again, which keeps its themes meanwhile, and 0 when the text is another.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.db import transaction
from django.db.models import QuerySet

from analytics.text import passes
from analytics.text.mixed import parts_of
from analytics.text.models import Sentiment
from analytics.text.score import Alive, score_texts
from analytics.text.sentences import sentences
from analytics.text.themes.catalogue import create_starting_set, revision
from analytics.text.themes.models import AnswerTheme, Term, Theme
from analytics.text.themes.terms import Matcher, most_specific
from surveys.collection.anonymous import MOST_KEYS, random_key
from surveys.collection.models import Answer

MOST_SPANS = 20  # of one theme in one text that are kept


@dataclass(frozen=True)
class Catalogued:
    """The themes in use at one revision, ready to be looked for."""

    revision: int
    keys: dict[str, int] = field(default_factory=dict)
    parent_of: dict[str, str] = field(default_factory=dict)
    terms: dict[str, list[str]] = field(default_factory=dict)

    @cached_property
    def matcher(self) -> Matcher:
        return Matcher(self.terms)


@dataclass(frozen=True)
class Progress:
    """How many answers have the themes of today's catalogue."""

    done: int
    total: int

    @property
    def is_moving(self) -> bool:
        return self.done < self.total


def apply_themes_waiting(batch: int = 500, seconds: float | None = passes.LONGEST_RUN) -> int:
    """Find the themes of the answers that wait, `batch` at a time and for `seconds` at most; how many answers that were.

    One worker does it at a time. A batch is written whole or not at all, so that what a dead worker leaves is found again.
    """
    create_starting_set()
    done = 0
    with passes.alone("themes", seconds) as run:
        if run is None:
            return 0
        for answers, catalogue in batches(batch):
            done += store(found_in(answers, catalogue, run.goes_on), answers, catalogue)
            if not run.goes_on():
                break
    return done


def waiting(of: int) -> "QuerySet[Sentiment]":
    return Sentiment.objects.filter(themes_revision__lt=of)


def progress() -> Progress:
    total = Sentiment.objects.count()
    return Progress(total - waiting(revision()).count(), total)


def batches(size: int) -> Iterator[tuple[list[Sentiment], Catalogued]]:
    """Each waiting answer once, by its key, with the catalogue as it is when its batch begins."""
    if not waiting(revision()).exists():  # mostly: then there is no need to read all terms
        return
    last, catalogue = -MOST_KEYS - 1, catalogued()
    while rows := list(waiting(catalogue.revision).filter(answer_id__gt=last).select_related("answer").order_by("answer_id")[:size]):
        yield rows, catalogue
        last = rows[-1].answer_id
        if revision() != catalogue.revision:
            catalogue = catalogued()


@transaction.atomic
def catalogued() -> Catalogued:
    number = revision()
    themes = list(Theme.objects.active().select_related("parent"))
    terms: dict[str, list[str]] = defaultdict(list)
    for key, text in Term.objects.filter(theme__is_active=True).values_list("theme__key", "text"):
        terms[key].append(text)
    parents = {theme.key: theme.parent.key for theme in themes if theme.parent}
    return Catalogued(number, {theme.key: theme.pk for theme in themes}, parents, terms)


def found_in(rows: list[Sentiment], catalogue: Catalogued, alive: Alive = lambda: True) -> list[AnswerTheme]:
    """The themes of each answer with what is said of them, not stored yet."""
    found = [one for row in rows for one in _themes_of(row, catalogue)]
    said = [_said_of(theme, row_text) for theme, row_text in found]
    parts = [(theme, text) for (theme, _row), text in zip(found, said, strict=True) if text is not None]
    languages = [_language(text, row) for (_theme, row), text in zip(found, said, strict=True) if text is not None]
    scores = score_texts([text for _theme, text in parts], languages, [theme.answer_id for theme, _text in parts], alive)
    for (theme, _text), (_engine, score) in zip(parts, scores, strict=True):
        theme.label, theme.polarity = score.label, score.polarity
    return [theme for theme, _row in found]


def _language(sentences: str, row: Sentiment) -> str:
    """Of a text in several languages that of the sentences themselves, else the text's own."""
    if not row.other_engines:
        return row.language
    return max(parts_of(sentences, row.language), key=lambda part: len(part.text)).language


def _themes_of(row: Sentiment, catalogue: Catalogued) -> Iterator[tuple[AnswerTheme, Sentiment]]:
    """First with the sentiment of the whole text, a person's where one judged."""
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for mention in catalogue.matcher.matches(row.answer.text):
        spans[mention.theme].append((mention.start, mention.end))
    for key in sorted(most_specific(spans, catalogue.parent_of)):
        theme = AnswerTheme(answer=row.answer, theme_id=catalogue.keys[key], spans=spans[key][:MOST_SPANS])
        theme.label, theme.polarity = _said_in_all(row)
        if row.answer_id < 0:  # of nobody: a running number would tell when it came in
            theme.pk = random_key()
        yield theme, row


def _said_in_all(row: Sentiment) -> tuple[str, float | None]:
    """The label of the whole text with its polarity, which is the engine's: none beside another label of a person."""
    return row.label, row.polarity if row.label == row.engine_label else None


def follow_label(row: Sentiment) -> None:
    """Say the new label of `row` of its themes too, at once; its answer is locked.

    Which themes a text has does not depend on its label, nor does what single sentences say: only where a theme's sentences are the
    whole text there is something to change, and no engine is needed for it.
    """
    whole = [theme for theme in AnswerTheme.objects.filter(answer=row.answer_id) if _said_of(theme, row) is None]
    for theme in whole:
        theme.label, theme.polarity = _said_in_all(row)
    AnswerTheme.objects.bulk_update(whole, ["label", "polarity"])


def _said_of(theme: AnswerTheme, row: Sentiment) -> str | None:
    """The sentences that mention the theme; None where that is the whole text, whose sentiment is known."""
    text = row.answer.text
    spans = sentences(text)
    own = [(start, end) for start, end in spans if any(start < behind and first < end for first, behind in theme.spans)]
    return None if len(own) == len(spans) else " ".join(text[start:end] for start, end in own)


@transaction.atomic
def store(themes: list[AnswerTheme], rows: list[Sentiment], catalogue: Catalogued) -> int:
    """Write the themes in the place of the former; answers changed, scored again or deleted meanwhile keep waiting."""
    keys = [row.answer_id for row in rows]
    locked = Answer.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True)
    texts = dict(locked.values_list("pk", "updated_at"))
    known = set(Theme.objects.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    now = {row.answer_id: row for row in Sentiment.objects.filter(answer__in=keys)}
    same = [row for row in rows if row.answer_id in texts and _is_as_read(row, now.get(row.answer_id), texts[row.answer_id])]
    written = {row.answer_id for row in same}
    AnswerTheme.objects.filter(answer__in=written).delete()
    AnswerTheme.objects.bulk_create(theme for theme in themes if theme.answer_id in written and theme.theme_id in known)
    Sentiment.objects.filter(answer__in=written).update(themes_revision=catalogue.revision)
    return len(same)


def _is_as_read(read: Sentiment, now: Sentiment | None, text_updated_at: object) -> bool:
    if now is None or read.answer.updated_at != text_updated_at:
        return False
    names = ("label", "engine_label", "polarity", "answer_updated_at", "scored_at")
    return all(getattr(read, name) == getattr(now, name) for name in names)
