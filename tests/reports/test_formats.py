"""Figures as people read them."""

from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

from analytics.linkage.figures import Figure, missing
from analytics.reports import formats


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [(1234567, 0, "1,234,567"), (-4.25, 1, "−4.2"), (0.5, 0, "0"), (-0.001, 1, "0.0"), (None, 2, "–"), (Decimal("12.345"), 2, "12.34")],
)
def test_a_number_has_separators_a_true_minus_and_never_a_negative_zero(value, decimals, shown):
    assert formats.number(value, decimals) == shown


@pytest.mark.parametrize("language", ["en", "he"])
def test_both_languages_write_numbers_alike(language):
    with translation.override(language):
        assert formats.number(-1234.5, 1) == "−1,234.5"


def test_money_shows_whole_units_from_a_hundred_on(settings):
    settings.CURRENCY = "ILS"
    assert [formats.money(amount) for amount in (Decimal("1234567.80"), -250, 12.5, 0, None)] == [
        "₪1,234,568",
        "−₪250",
        "₪12.50",
        "₪0",
        "–",
    ]


def test_a_currency_without_a_sign_is_named(settings):
    settings.CURRENCY = "CHF"
    assert formats.money(200) == "CHF\u00a0200"


def rendered(figure, **context):
    html = Template('{% load figures %}{% include "partials/figure.html" %}').render(Context({"figure": figure, **context}))
    return " ".join(html.split())


def test_a_figure_shows_value_interval_q_and_n():
    html = rendered(Figure("rho_growth", 0.3123, 42, "accounts", low=0.01, high=0.56, p=0.004, q=0.0002), url="/rows/")
    assert '<a class="k-figure" href="/rows/"' in html
    assert [text in html for text in (">0.312<", ">0.010 – 0.560<", "q &lt;0.001", "42")] == [True] * 4


def test_a_missing_figure_says_why_and_is_never_zero():
    html = rendered(missing("rho_growth", 6, "accounts", "too few accounts: 6 of 10 needed"))
    assert html == '<span class="k-reason">too few accounts: 6 of 10 needed</span>'


def test_text_in_a_reason_is_escaped():
    assert "<b>" not in rendered(missing("cac", 0, "accounts", "<b>"))


@pytest.mark.parametrize(
    ("value", "key", "shown"),
    [
        (Decimal("201938745.43"), "revenue", "₪201.9M"),
        (Decimal("-2500000"), "revenue", "₪−2.5M"),
        (Decimal("773616"), "clv", "₪774K"),
        (Decimal("99999"), "revenue", "₪99,999"),
        (41.25, "nps", "41.2"),
    ],
)
def test_much_money_fits_a_tile_and_a_column(value, key, shown):
    assert formats.short(value, key) == shown
