"""Search in the texts of answers. Analytics does it; collection comes before that, and can not look there.

When the product starts, analytics names here how answers are narrowed to those that fit a query.
"""

from collections.abc import Callable

from surveys.collection.models import AnswerQuerySet

Search = Callable[[AnswerQuerySet, str, bool], AnswerQuerySet]
TEXTS = "texts"

SEARCHES: dict[str, Search] = {}


def matching(answers: AnswerQuerySet, query: str, is_masked: bool) -> AnswerQuerySet:
    """Those of `answers` whose text fits `query`; where `is_masked`, by what a masked text shows."""
    return SEARCHES[TEXTS](answers, query, is_masked)
