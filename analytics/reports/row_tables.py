"""The rows behind a figure as a table to export."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from analytics.reports.behind import Section
from analytics.reports.export import simulated
from analytics.reports.periods import quarter_name
from feedback_site.access.personal_data import readable, readable_person
from feedback_site.tables import Cell, Table


def rows_table(sections: list[Section], is_masked: bool) -> Table:
    """All sections below one another, each with its own heads; `is_masked`: without personal data in what was written."""
    first, *more = sections
    return Table(heads_of(first), _rows(first, more, is_masked))


def heads_of(section: Section) -> list[str]:
    return [*(str(name) for name in HEADS[section.kind]()), _("Simulated")]


def _rows(first: Section, more: list[Section], is_masked: bool) -> Iterator[list[Cell]]:
    yield from _cells(first, is_masked)
    for section in more:
        yield []
        yield list(heads_of(section))
        yield from _cells(section, is_masked)


def _cells(section: Section, is_masked: bool) -> Iterator[list[Cell]]:
    cells = partial(response_cells, is_masked=is_masked) if section.kind == "responses" else CELLS[section.kind]
    return ([*cells(row), simulated(row)] for row in section.rows)


def account_cells(point: Any) -> list[Cell]:
    return [point.name, point.segment, point.region, point.score, point.responses, point.revenue, point.growth]


def growth_after_cells(point: Any) -> list[Cell]:
    return [point.name, point.segment, point.region, point.growth_score, 100 * point.next_growth]


def life_cells(life: Any) -> list[Cell]:
    state = _("left") if life.ended else _("still a customer")
    return [life.name, life.segment, life.region, quarter_name(life.first_paid), life.quarters, state]


def campaign_account_cells(point: Any) -> list[Cell]:
    return [point.name, point.segment, point.region, point.campaign[1], point.revenue, point.profit]


def response_cells(response: Any, is_masked: bool) -> list[Cell]:
    texts = "\n".join(readable(answer.text, is_masked) for answer in response.texts)
    contact = readable_person(response.contact, is_masked)
    return [response.score, str(response.account or ""), contact, response.completed_at, texts]


def opportunity_cells(row: Any) -> list[Cell]:
    people = [str(row.account or ""), str(row.representative or "")]
    return [str(row), *people, str(row.get_stage_display()), row.value, row.currency, str(row.closed_on)]


def spend_cells(row: Any) -> list[Cell]:
    names = [str(row.campaign or ""), str(row.segment or ""), str(row.get_kind_display())]
    return [str(row.spent_on), *names, row.amount, row.currency, row.description]


HEADS: dict[str, Callable[[], list[str]]] = {
    "accounts": lambda: [_("Account"), _("Segment"), _("Region"), _("Score"), _("Responses"), _("Revenue"), _("Growth")],
    "growth_after": lambda: [_("Account"), _("Segment"), _("Region"), _("Score"), _("Growth after")],
    "lives": lambda: [_("Account"), _("Segment"), _("Region"), _("First paid quarter"), _("Quarters as a customer"), _("State")],
    "campaign_accounts": lambda: [
        *(_("Account"), _("Segment"), _("Region"), _("Marketing campaign")),
        *(_("Revenue"), _("Gross profit")),
    ],
    "responses": lambda: [_("Score"), _("Account"), _("Contact"), _("Date"), _("Text")],
    "opportunities": lambda: [_("Opportunity"), _("Account"), _("Representative"), _("Stage"), _("Value"), _("Currency"), _("Closed")],
    "spend": lambda: [_("Date"), _("Marketing campaign"), _("Segment"), _("Kind"), _("Amount"), _("Currency"), _("Description")],
}
CELLS: dict[str, Callable[[Any], list[Cell]]] = {
    "accounts": account_cells,
    "growth_after": growth_after_cells,
    "lives": life_cells,
    "campaign_accounts": campaign_account_cells,
    "opportunities": opportunity_cells,
    "spend": spend_cells,
}
