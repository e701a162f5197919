"""Addresses of the rows behind the figures of the report, and of the page that a form stood on."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def rows_link(query: dict[str, Any], figure: str, group: str = "total", quarter: date | None = None) -> str:
    """The page with the rows behind `figure` of the row `group`, or of one quarter, under the filters in `query`."""
    within = {"quarter": quarter.isoformat()} if quarter else {}
    return f"{reverse('reports:rows')}?{urlencode({'figure': figure, 'group': group, **within, **query})}"


def wanted_page(request: HttpRequest, otherwise: str) -> str:
    """The page that the form stood on (its field `next`), if it is one of ours."""
    wanted = request.POST.get("next", "")
    is_own = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if is_own else otherwise
