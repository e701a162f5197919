"""What of an anonymous survey may be shown by now: a handful at a time, each question and each row of a matrix by itself.

Whoever looks today and tomorrow must not learn from the difference what the one said who came between. A group is
shown once it is full, and what few answer once enough new answers to it came in groups that are full
(`metrics.md`: groups below the anonymity threshold, and pairs of views whose difference would reveal such a group).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Q

from surveys.collection.models import AnswerQuerySet, ResponseQuerySet

Counts = Counter[Any]


@dataclass(frozen=True)
class Release:
    """Up to which group answers and texts are shown, by question key; and of each row of a matrix how often each column was chosen.

    `responses` counts those in groups that are full.
    """

    responses: int
    answers: Mapping[str, int]
    texts: Mapping[str, int]
    rows: Mapping[str, Mapping[str, Counts]]


def release_of(responses: ResponseQuerySet, answers: AnswerQuerySet, matrices: Collection[str]) -> Release:
    """What may be shown of `answers`, which are those of `responses`, all of one anonymous survey; `matrices` are the keys of such."""
    sizes = dict(responses.filter(group__isnull=False).order_by().values_list("group").annotate(n=Count("pk")))
    full = sorted(group for group, n in sizes.items() if n >= settings.ANONYMITY_THRESHOLD)
    per_answer: dict[str, Counts] = defaultdict(Counter)
    per_text: dict[str, Counts] = defaultdict(Counter)
    counts = (
        answers.order_by().values_list("question_key", "response__group").annotate(n=Count("pk"), texts=Count("pk", filter=~Q(text="")))
    )
    for key, group, n, texts in counts:
        per_answer[key][group], per_text[key][group] = n, texts
    read = answers.filter(question_key__in=matrices).order_by().values_list("question_key", "response__group", "data")
    return Release(sum(sizes[group] for group in full), _cuts(per_answer, full), _cuts(per_text, full), _rows(read.iterator(), full))


def released(cuts: Mapping[str, int]) -> Q:
    """The condition for the answers that are shown."""
    found = Q(pk__in=[])
    for key, group in cuts.items():
        found |= Q(question_key=key, response__group__lte=group)
    return found


def cut_off(per_group: Mapping[int, int], full: Iterable[int]) -> int | None:
    """The last group up to which is shown; each step holds `ANONYMITY_THRESHOLD` new ones at least. None: nothing is shown."""
    last, fresh = None, 0
    for group in full:
        fresh += per_group.get(group, 0)
        if fresh >= settings.ANONYMITY_THRESHOLD:
            last, fresh = group, 0
    return last


def _cuts(counts: Mapping[str, Counts], full: list[int]) -> dict[str, int]:
    cuts = {key: cut_off(per_group, full) for key, per_group in counts.items()}
    return {key: cut for key, cut in cuts.items() if cut is not None}


def _rows(read: Iterable[tuple[str, int | None, Any]], full: list[int]) -> dict[str, dict[str, Counts]]:
    """Rows that may not be shown yet are left out."""
    given: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for key, group, data in read:
        if group is not None:
            for row, column in (data or {}).items():
                given[key, row].append((group, column))
    found: dict[str, dict[str, Counts]] = defaultdict(dict)
    for (key, row), answers in given.items():
        cut = cut_off(Counter(group for group, _column in answers), full)
        if cut is not None:
            found[key][row] = Counter(column for group, column in answers if group <= cut)
    return found
