"""What the report on themes is made of, computed once for each state of the rollup: with many answers that takes seconds."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar

from django.core.cache import cache
from redis.exceptions import RedisError

from analytics.linkage.models import RollupMark, ThemeMonth
from analytics.linkage.theme_filters import ThemeFilters
from analytics.statistics.impact import DRAWS, METHOD, SEED
from analytics.text.themes.models import Theme
from feedback_site.access.models import User
from feedback_site.access.visibility import visible_rows
from surveys.authoring.models import Survey
from surveys.customers.models import Account

FORMAT = 1  # to be raised whenever something else is kept, or computed otherwise
DAY = 24 * 60 * 60
MANY = 100_000  # rows of a survey in the rollup, from which a page takes more than about a second
Found = TypeVar("Found")


@dataclass(frozen=True)
class Kept:
    """Results kept for a day under `name`, which stands for all that they depend on; kept nowhere where it is ""."""

    name: str

    def get(self, what: object, compute: Callable[[], Found]) -> Found:
        """`what`, from the cache or computed now. A page does without the cache."""
        if not self.name:
            return compute()
        key = f"themes-{self.name}-{what}"
        with suppress(RedisError):
            if (kept := cache.get(key)) is not None:
                return kept  # type: ignore[no-any-return]
        found = compute()
        with suppress(RedisError):
            cache.set(key, found, DAY)
        return found

    def has(self, what: object) -> bool:
        with suppress(RedisError):
            return bool(self.name) and cache.get(f"themes-{self.name}-{what}") is not None
        return False


def kept_for(user: User, filters: ThemeFilters, score_type: str, themes: list[Theme]) -> Kept:
    """What is kept of this report, over the accounts that `user` may see, since the rollup was last made.

    Whoever sees the same accounts shares it. What is deleted is gone from the figures when the rollup follows, within minutes.
    """
    mark = RollupMark.objects.filter(name="rollups").exclude(seen={}).first()
    if mark is None:  # never made yet
        return Kept("")
    asked = (filters.survey.pk, filters.last, filters.months, filters.step, filters.segment_id, filters.region, score_type)
    whose = list(Account.objects.visible_to(user).order_by("pk").values_list("pk", flat=True)) if visible_rows(user) else None
    how: list[Any] = [FORMAT, METHOD, DRAWS, SEED, mark.refreshed_at.isoformat()]
    return Kept(sha256(repr([*how, asked, whose, [theme.pk for theme in themes]]).encode()).hexdigest())


def is_large(survey: Survey) -> bool:
    """Whether the rollup holds many rows of it."""
    return ThemeMonth.objects.filter(survey=survey).order_by().values("pk")[MANY : MANY + 1].exists()
