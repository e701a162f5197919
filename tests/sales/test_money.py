"""Money of many currencies and days, in the reporting currency."""

from datetime import date
from decimal import Decimal

import pytest

from analytics.models import ExchangeRate, RevenueEntry
from analytics.sales.money import NOTHING, Converter, Total, total, totals
from tests import factories

RATES = [("USD", date(2026, 1, 1), Decimal("3.5")), ("USD", date(2026, 2, 1), Decimal("3.7")), ("EUR", date(2026, 1, 1), Decimal("4"))]


@pytest.mark.parametrize(
    ("currency", "on", "converted"),
    [
        ("ILS", date(1999, 1, 1), Decimal(10)),
        ("USD", date(2026, 1, 1), Decimal(35)),
        ("USD", date(2026, 1, 31), Decimal(35)),
        ("USD", date(2026, 2, 1), Decimal(37)),
        ("USD", date(2030, 1, 1), Decimal(37)),
        ("USD", date(2025, 12, 31), None),
        ("GBP", date(2026, 1, 1), None),
    ],
)
def test_rate_of_the_day(currency, on, converted):
    assert Converter(RATES, "ILS").convert(Decimal(10), currency, on) == converted


def test_the_order_of_the_rates_does_not_matter():
    assert Converter(reversed(RATES), "ILS").rate("USD", date(2026, 1, 15)) == Decimal("3.5")


@pytest.mark.django_db
class TestTotals:
    @pytest.fixture
    def account(self):
        return factories.account()

    def test_each_row_at_the_rate_of_its_day_and_rows_without_a_rate_are_counted(self, account):
        ExchangeRate.objects.create(currency="USD", valid_from=date(2026, 2, 1), rate=Decimal("3.7"))
        factories.revenue(account, 100, on=date(2026, 1, 1))
        factories.revenue(account, 10, on=date(2026, 2, 1), currency="USD")
        factories.revenue(account, 10, on=date(2026, 1, 1), currency="USD")
        assert total(RevenueEntry.objects.all(), "amount", "recognised_on") == Total(Decimal("137.00"), 3, 1)

    def test_cents_stay_exact(self, account):
        for cents in ("0.10", "0.20", "1234567.89"):
            factories.revenue(account, cents)
        assert total(RevenueEntry.objects.all(), "amount", "recognised_on") == Total(Decimal("1234568.19"), 3)

    def test_rows_without_the_amount_do_not_count(self, account):
        factories.revenue(account, 100)
        factories.revenue(account, 100, cost=Decimal(60))
        assert total(RevenueEntry.objects.all(), "cost", "recognised_on") == Total(Decimal(60), 1)

    def test_by_group(self, account):
        factories.revenue(account, 100, product="a")
        factories.revenue(account, 50, product="b")
        factories.revenue(account, 1, product="b", on=date(2026, 3, 1))
        assert totals(RevenueEntry.objects.all(), "amount", "recognised_on", "product") == {
            "a": Total(Decimal(100), 1),
            "b": Total(Decimal(51), 2),
        }

    def test_nothing(self):
        assert total(RevenueEntry.objects.all(), "amount", "recognised_on") == NOTHING
