"""The counts that the report on themes is made of, read from the rollup in two queries.

Sums by theme, segment and month are few, and the database makes them. By account they are as many as accounts times themes: they
are read for impact alone, and of the period alone.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Any, Final, Literal

import numpy as np
from django.db.models import Q, QuerySet, Sum
from numpy.typing import NDArray

from analytics.linkage.filters import quarter_of
from analytics.linkage.models import ThemeMonth
from analytics.linkage.theme_filters import QUARTER, ThemeFilters
from analytics.linkage.theme_kept import kept_for
from analytics.statistics.estimate import Estimate
from analytics.statistics.impact import Counts, impacts
from analytics.text.themes.models import Theme
from feedback_site.access.models import User
from surveys.customers.models import Segment as SegmentRow

BANDS = ("responses", "promoters", "detractors")
SUMMED = (*BANDS, "commented", *ThemeMonth.LABELS, "unread")
WHOLE: Final = "whole"  # every segment, where None stands for accounts that had none
ROWS = 20_000  # fetched at once
ALL = 0  # stands for no theme, and for no segment, in arrays of keys
Segment = int | None | Literal["whole"]
Sums = Counter[str]
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class ByAccount:
    """Sums of the period: `counts` of shape (rows, BANDS), each of one of `accounts`, `segments` and `themes` (`ALL` for none)."""

    accounts: Numbers
    segments: Numbers
    themes: Numbers
    counts: Numbers


@dataclass(frozen=True)
class Summed:
    """Sums over all accounts, by theme (None: all responses): of the period in each segment and in all, of each of its months or
    quarters, and of the period before."""

    totals: dict[tuple[int | None, Segment], Sums]
    by_step: dict[int | None, dict[date, Sums]]
    before: dict[int | None, Sums]


class Read:
    """What `user` may see of the rollup. Sums are read at once, those by account when impact is asked for; both are kept."""

    def __init__(self, user: User, filters: ThemeFilters, score_type: str) -> None:
        self.filters = filters
        self.themes = list(Theme.objects.active().filter(parent=filters.parent_id))
        self.kept = kept_for(user, filters, score_type, self.themes)
        self.rows = _rows(user, filters, score_type, self.themes)

    @property
    def is_kept(self) -> bool:
        return self.kept.has("sums")

    @cached_property
    def sums(self) -> Summed:
        return self.kept.get("sums", lambda: _summed(self.rows, self.filters))

    @cached_property
    def segments(self) -> dict[int | None, str]:
        """Those of the period by their names, "" for None."""
        found: set[Any] = {segment for _theme, segment in self.sums.totals} - {WHOLE}
        names = dict(SegmentRow.objects.filter(pk__in=found - {None}).values_list("pk", "name"))
        return {segment: names.get(segment, "") for segment in found}

    def total(self, theme: int | None, segment: Segment = WHOLE) -> Sums:
        return self.sums.totals.get((theme, segment), Sums())

    def before(self, theme: int | None) -> Sums:
        return self.sums.before.get(theme, Sums())

    def step(self, theme: int | None, step: date) -> Sums:
        return self.sums.by_step.get(theme, {}).get(step, Sums())

    def impacts(self, segment: Segment = WHOLE) -> list[Estimate]:
        """Of each theme."""
        return self.kept.get(f"impacts-{segment}", lambda: impacts(*self.by_account(segment)))

    def by_account(self, segment: Segment = WHOLE) -> tuple[Counts, Counts]:
        """All responses by account, and those of each theme by account."""
        chosen = slice(None) if segment == WHOLE else self._accounts.segments == (segment or ALL)
        known, numbers = np.unique(self._accounts.accounts[chosen], return_inverse=True)
        found = np.zeros((len(known), 1 + len(self.themes), len(BANDS)), dtype=np.int64)
        np.add.at(found, (numbers, self._columns(self._accounts.themes[chosen])), self._accounts.counts[chosen])
        return Counts(*np.moveaxis(found[:, 0], -1, 0)), Counts(*np.moveaxis(found[:, 1:], -1, 0))

    @cached_property
    def _accounts(self) -> ByAccount:
        return _by_account(self.rows.filter(month__gte=self.filters.first))

    def _columns(self, themes: Numbers) -> Numbers:
        """The places of themes: all responses first, then as in `themes`."""
        keys = np.array([ALL, *(theme.pk for theme in self.themes)], dtype=np.int64)
        order = np.argsort(keys)
        return order[np.searchsorted(keys, themes, sorter=order)]


def _summed(rows: "QuerySet[ThemeMonth]", filters: ThemeFilters) -> Summed:
    totals: dict[tuple[int | None, Segment], Sums] = defaultdict(Counter)
    by_step: dict[int | None, dict[date, Sums]] = defaultdict(partial(defaultdict, Counter))  # the cache takes no lambda
    before: dict[int | None, Sums] = defaultdict(Counter)
    for theme, segment, month, *numbers in rows.values_list("theme_id", "segment_id", "month").annotate(**_sums()):
        sums = Counter(dict(zip(SUMMED, numbers, strict=True)))
        if month < filters.first:
            before[theme].update(sums)
            continue
        step = quarter_of(month) if filters.step == QUARTER else month
        for into in (by_step[theme][step], totals[theme, segment], totals[theme, WHOLE]):
            into.update(sums)
    return Summed(totals, by_step, before)


def _by_account(rows: "QuerySet[ThemeMonth]") -> ByAccount:
    found = rows.values_list("account_id", "segment_id", "theme_id").annotate(**_sums(BANDS))
    numbers = [(account, segment or ALL, theme or ALL, *sums) for account, segment, theme, *sums in found.iterator(ROWS)]
    table = np.array(numbers, dtype=np.int64).reshape(-1, 3 + len(BANDS))
    return ByAccount(table[:, 0], table[:, 1], table[:, 2], table[:, 3:])


def _rows(user: User, filters: ThemeFilters, score_type: str, themes: list[Theme]) -> "QuerySet[ThemeMonth]":
    """The rows of the period and of the one before, of all responses and of these themes."""
    found = ThemeMonth.objects.visible_to(user).filter(survey=filters.survey).order_by()
    if score_type:  # a survey that asks for no score is read whole
        found = found.filter(score_type=score_type)
    found = found.filter(month__gte=filters.before, month__lt=filters.end)
    found = found.filter(Q(theme=None) | Q(theme__in=themes))
    if filters.segment_id:
        found = found.filter(segment=filters.segment_id)
    return found.filter(region=filters.region) if filters.region else found


def _sums(names: Sequence[str] = SUMMED) -> dict[str, Sum]:
    return {f"sum_{name}": Sum(name) for name in names}


def _counts(row: Any) -> Sums:
    return Counter({name: row[f"sum_{name}"] for name in SUMMED})


@dataclass(frozen=True)
class Spoken:
    """What one account says of a theme: how many answers do, and by which label."""

    theme: Theme
    n: int
    labels: dict[str, int]


def spoken_of(user: User, account: int, since: date, shown: int = 5) -> list[Spoken]:
    """The top themes that this account's answers to all surveys speak of most, from the month `since` on, if `user` may see them."""
    rows = ThemeMonth.objects.visible_to(user).filter(account=account, month__gte=since).order_by()
    rows = rows.filter(theme__is_active=True, theme__parent=None)
    found = {row["theme_id"]: _counts(row) for row in rows.values("theme_id").annotate(**_sums())}
    themes = sorted(Theme.objects.filter(pk__in=found), key=lambda theme: -found[theme.pk]["responses"])
    return [_spoken(theme, found[theme.pk]) for theme in themes[:shown]]


def _spoken(theme: Theme, sums: Sums) -> Spoken:
    return Spoken(theme, sums["responses"], {label: sums[label] for label in ThemeMonth.LABELS})
