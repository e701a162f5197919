"""Scored responses as rows of `SatisfactionQuarter`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from analytics.linkage.filters import quarter_of
from analytics.linkage.models import SatisfactionQuarter
from surveys.collection.models import Band, Response


@dataclass(frozen=True)
class Cell:
    """What the responses of one row have in common."""

    survey_id: int
    score_type: str
    account_id: int
    contact_id: int | None
    quarter: date
    segment_id: int | None
    region: str


def rows(responses: "QuerySet[Response]") -> Iterable[SatisfactionQuarter]:
    """One row for each survey, account, contact, quarter, segment and region that occurs."""
    made: dict[Cell, SatisfactionQuarter] = {}
    fields = ("survey_id", "score_type", "account_id", "contact_id", "segment_id", "region", "completed_at", "score", "band")
    zone = ZoneInfo(settings.TIME_ZONE)
    for answered in responses.order_by("completed_at", "pk").values(*fields).iterator():
        moment, score, band = (answered.pop(name) for name in ("completed_at", "score", "band"))
        cell = Cell(**answered, quarter=quarter_of(moment.astimezone(zone).date()))
        row = made.setdefault(cell, _empty(cell))
        _add(row, score, band)
        row.latest_score, row.latest_at = score, moment
    return made.values()


def _empty(cell: Cell) -> SatisfactionQuarter:
    zeros: dict[str, Any] = dict.fromkeys(("responses", "promoters", "detractors", "score_sum", "score_squares"), 0)
    return SatisfactionQuarter(**vars(cell), **zeros)


def _add(row: SatisfactionQuarter, score: int, band: str) -> None:
    row.responses += 1
    row.promoters += band == Band.PROMOTER
    row.detractors += band == Band.DETRACTOR
    row.score_sum += score
    row.score_squares += score * score
