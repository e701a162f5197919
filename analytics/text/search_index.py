"""Keeping the searched texts up to date. Analytics pulls: nothing calls this when an answer comes in."""

from collections.abc import Iterable, Iterator

from django.db import transaction
from django.utils import timezone

from analytics.text.search_models import VERSION, SearchMark, SearchText, awaiting_search
from analytics.text.words import forms, words_of
from feedback_site.personal import MARKS, masked
from surveys.collection.models import Answer

LONGEST = 20_000  # characters; answers have at most half of that
KEYS = 20_000
NOTHING_INSTEAD = dict.fromkeys(MARKS, " · ")
WRITTEN = ["words", "forms", "is_masked", "masked_words", "masked_forms", "version", "answer_updated_at"]


def index_waiting(batch: int = 500) -> int:
    """Take up every text that waits, `batch` at a time, and return how many there were.

    Safe to run twice at once, and to be killed: each batch is whole, and what it left out waits for the next run.
    """
    begun = timezone.now()
    done = sum(store([search_text(answer) for answer in answers]) for answers in waiting_batches(batch))
    mark = SearchMark(version=VERSION, complete_at=begun)
    SearchMark.objects.bulk_create([mark], update_conflicts=True, unique_fields=["version"], update_fields=["complete_at"])
    return done


def waiting_batches(size: int) -> Iterator[list[Answer]]:
    """Each waiting answer once, by its key. Many keys at a time, as finding them goes through all answers; few texts, as they are long."""
    last = 0  # the keys below are those of anonymous answers
    while keys := list(awaiting_search().filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:KEYS]):
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
