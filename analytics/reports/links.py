"""Addresses of the rows behind the figures of the report."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse


def rows_link(query: dict[str, Any], figure: str, group: str = "total", quarter: date | None = None) -> str:
    """The page with the rows behind `figure` of the row `group`, or of one quarter, under the filters in `query`."""
    within = {"quarter": quarter.isoformat()} if quarter else {}
    return f"{reverse('reports:rows')}?{urlencode({'figure': figure, 'group': group, **within, **query})}"
