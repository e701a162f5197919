"""Keeping the searched texts up to date. Analytics pulls: nothing calls this when an answer comes in."""

from collections.abc import Iterable, Iterator

from django.db import transaction
from django.utils import timezone

from analytics.text import passes
from analytics.text.search.models import VERSION, SearchMark, SearchText, awaiting_search
from analytics.text.search.words import forms, words_of
from analytics.text.waiting import EVERYTHING, recent
from feedback_site.personal import MARKS, masked
from surveys.collection.models import Answer, AnswerQuerySet

LONGEST = 20_000  # characters; answers have at most half of that
KEYS = 20_000
NOTHING_INSTEAD = dict.fromkeys(MARKS, " · ")
WRITTEN = ["words", "forms", "is_masked", "masked_words", "masked_forms", "version", "answer_updated_at"]


def index_waiting(batch: int = 500, seconds: float | None = passes.LONGEST_RUN) -> int:
    """Take up the texts that wait, `batch` at a time and for `seconds` at most, and return how many that were.

    One worker does it at a time; each batch is whole, and what is left out the next run finds.
    """
    with passes.alone("search", seconds) as run:
        if run:
            _index_in(run, batch)
        return run.done if run else 0


def _index_in(run: passes.Run, batch: int) -> None:
    """First what came in lately; then everything, where that is due."""
    begun = timezone.now()
    is_due = run.seconds is None or run.is_due(EVERYTHING, f"{VERSION}")
    goes_on = _go_through(waiting_batches(recent(SearchText), batch), run)
    if goes_on and is_due and _go_through(waiting_batches(Answer.objects.all(), batch), run):
        mark = SearchMark(version=VERSION, complete_at=begun)
        SearchMark.objects.bulk_create([mark], update_conflicts=True, unique_fields=["version"], update_fields=["complete_at"])
        SearchMark.objects.exclude(version=VERSION).delete()  # under other rules, as another PHONE_REGION, nothing is complete any more
        run.note_finished(f"{VERSION}")


def _go_through(batches: Iterable[list[Answer]], run: passes.Run) -> bool:
    """False where the run ended before the batches did."""
    return all(run.goes_on(store([search_text(answer) for answer in answers])) for answers in batches)


def waiting_batches(answers: AnswerQuerySet, size: int) -> Iterator[list[Answer]]:
    """Each of `answers` that waits once, by its key. Many keys at a time, as finding them goes through all; few texts, as they are long."""
    last, waiting = 0, awaiting_search(answers)  # the keys below are those of anonymous answers
    while keys := list(waiting.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:KEYS]):
        for place in range(0, len(keys), size):
            yield list(Answer.objects.filter(pk__in=keys[place : place + size]).order_by("pk").only("text", "updated_at"))
        last = keys[-1]


def search_text(answer: Answer) -> SearchText:
    """What is searched of an answer, not stored yet."""
    text = answer.text[:LONGEST]
    harmless = masked(text, NOTHING_INSTEAD)
    made = SearchText(answer=answer, version=VERSION, answer_updated_at=answer.updated_at, is_masked=harmless != text)
    made.words, made.forms = columns(text)
    if made.is_masked:
        made.masked_words, made.masked_forms = columns(harmless)
    return made


def columns(text: str) -> tuple[str, str]:
    """The words of `text` in their order, and all their forms."""
    words = [word for _start, _end, word in words_of(text)]
    return spaced(words), spaced(dict.fromkeys(form for word in words for form in forms(word)))


def spaced(words: Iterable[str]) -> str:
    return f" {' '.join(words)} "


@transaction.atomic
def store(rows: list[SearchText]) -> int:
    """Write them, one for each answer whoever comes first; answers deleted meanwhile are left out."""
    keys = [row.answer_id for row in rows]
    there = set(Answer.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    kept = [row for row in rows if row.answer_id in there]
    SearchText.objects.bulk_create(kept, update_conflicts=True, unique_fields=["answer"], update_fields=WRITTEN)
    return len(kept)
