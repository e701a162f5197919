"""The counts that the report on themes is made of, read from the rollup in two queries."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

import numpy as np
from django.db.models import Q, QuerySet, Sum
from numpy.typing import NDArray

from analytics.linkage.filters import quarter_of
from analytics.linkage.models import ThemeMonth
from analytics.linkage.theme_filters import QUARTER, ThemeFilters
from analytics.statistics.impact import Counts
from analytics.text.themes.models import Theme
from feedback_site.access.models import User

BANDS = ("responses", "promoters", "detractors")
SUMMED = (*BANDS, "commented", *ThemeMonth.LABELS, "unread")
WHOLE: Final = "whole"  # every segment, where None stands for accounts that had none
Segment = int | None | Literal["whole"]
Place = tuple[int, int | None]  # an account, and the segment that it had then
Sums = Counter[str]


@dataclass
class Read:
    """Sums over the rollup, of each theme (None: of all responses).

    `places` are the accounts with the segment that they had then, `sums` of shape (places, 1 + themes, SUMMED) those of the
    period, all responses first. `by_step` are the sums of each month or quarter of it, `before` those of the period before.
    """

    themes: list[Theme]
    segments: dict[int | None, str]
    places: list[Place]
    sums: NDArray[np.int64]
    by_step: dict[int | None, dict[date, Sums]]
    before: dict[int | None, Sums]

    def total(self, theme: int | None, segment: Segment = WHOLE) -> Sums:
        found = self.sums[self._of(segment), self._column(theme)].sum(axis=0)
        return Counter(dict(zip(SUMMED, found.tolist(), strict=True)))

    def by_account(self, segment: Segment = WHOLE) -> tuple[Counts, Counts]:
        """All responses by account, and those of each theme by account: what impact is computed from."""
        chosen = self._of(segment)
        accounts = np.array([account for account, _segment in self.places], dtype=np.int64)[chosen]
        known, numbers = np.unique(accounts, return_inverse=True)
        found = np.zeros((len(known), 1 + len(self.themes), 3), dtype=np.int64)
        np.add.at(found, numbers, self.sums[chosen, :, : len(BANDS)])
        return Counts(*np.moveaxis(found[:, 0], -1, 0)), Counts(*np.moveaxis(found[:, 1:], -1, 0))

    def _of(self, segment: Segment) -> NDArray[np.bool_]:
        return np.array([segment in (WHOLE, had) for _account, had in self.places], dtype=bool)

    def _column(self, theme: int | None) -> int:
        return 0 if theme is None else 1 + next(number for number, one in enumerate(self.themes) if one.pk == theme)


def read(user: User, filters: ThemeFilters, score_type: str) -> Read:
    """What `user` may see of it."""
    themes = list(Theme.objects.active().filter(parent=filters.parent_id))
    rows = _rows(user, filters, score_type, themes)
    by_step, before = _in_time(rows, filters)
    segments, places, sums = _by_place(rows.filter(month__gte=filters.first), themes)
    return Read(themes, segments, places, sums, by_step, before)


def _by_place(rows: "QuerySet[ThemeMonth]", themes: list[Theme]) -> tuple[dict[int | None, str], list[Place], NDArray[np.int64]]:
    """Segments by their names, places, and the sums there."""
    columns: dict[int | None, int] = {None: 0, **{theme.pk: 1 + number for number, theme in enumerate(themes)}}
    found = list(rows.values("theme_id", "account_id", "segment_id", "segment__name").annotate(**_sums()))
    places = {place: number for number, place in enumerate({(row["account_id"], row["segment_id"]): None for row in found})}
    sums = np.zeros((len(places), len(columns), len(SUMMED)), dtype=np.int64)
    for row in found:
        sums[places[row["account_id"], row["segment_id"]], columns[row["theme_id"]]] = list(_counts(row).values())
    return {row["segment_id"]: row["segment__name"] or "" for row in found}, list(places), sums


def _in_time(rows: "QuerySet[ThemeMonth]", filters: ThemeFilters) -> tuple[dict[int | None, dict[date, Sums]], dict[int | None, Sums]]:
    """The sums of each step of the period, and of the period before."""
    by_step: dict[int | None, dict[date, Sums]] = defaultdict(lambda: defaultdict(Counter))
    before: dict[int | None, Sums] = defaultdict(Counter)
    for row in rows.values("theme_id", "month").annotate(**_sums()):
        step = quarter_of(row["month"]) if filters.step == QUARTER else row["month"]
        sums = before[row["theme_id"]] if row["month"] < filters.first else by_step[row["theme_id"]][step]
        sums.update(_counts(row))
    return by_step, before


def _rows(user: User, filters: ThemeFilters, score_type: str, themes: list[Theme]) -> "QuerySet[ThemeMonth]":
    """The rows of the period and of the one before, of all responses and of these themes."""
    found = ThemeMonth.objects.visible_to(user).filter(survey=filters.survey, score_type=score_type).order_by()
    found = found.filter(month__gte=filters.before, month__lt=filters.end)
    found = found.filter(Q(theme=None) | Q(theme__in=themes))
    if filters.segment_id:
        found = found.filter(segment=filters.segment_id)
    return found.filter(region=filters.region) if filters.region else found


def _sums() -> dict[str, Sum]:
    return {f"sum_{name}": Sum(name) for name in SUMMED}


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
