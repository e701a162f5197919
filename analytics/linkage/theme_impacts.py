"""The impacts of themes on NPS, each computed once: with many accounts the draws take seconds."""

from contextlib import suppress
from hashlib import sha256

import numpy as np
from django.core.cache import cache
from redis.exceptions import RedisError

from analytics.statistics.estimate import Estimate
from analytics.statistics.impact import DRAWS, METHOD, SEED, Counts, impacts

WORTH_KEEPING = 500  # accounts; with fewer there is little to wait for
DAY = 24 * 60 * 60


def kept_impacts(everything: Counts, themes: Counts) -> list[Estimate]:
    """`impacts`, kept for a day under the very counts that they come from: right for every user, and after every refresh."""
    if np.size(everything.n) < WORTH_KEEPING:
        return impacts(everything, themes)
    key = _key(everything, themes)
    with suppress(RedisError):  # a page does without the cache
        if (kept := cache.get(key)) is not None:
            return list(kept)
    found = impacts(everything, themes)
    with suppress(RedisError):
        cache.set(key, found, DAY)
    return found


def _key(everything: Counts, themes: Counts) -> str:
    parts = [np.ascontiguousarray(part) for counts in (everything, themes) for part in vars(counts).values()]
    found = sha256(repr((METHOD, DRAWS, SEED, [(part.shape, part.dtype.str) for part in parts])).encode())
    for part in parts:
        found.update(part.data)
    return f"theme-impacts-{found.hexdigest()}"
