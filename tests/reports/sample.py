"""A report made by hand, so that pages can be tested without any computation."""

from datetime import date
from decimal import Decimal

from analytics.linkage.figures import AccountPoint, Figure, QuarterPoint, ReportRow, keyed, missing
from analytics.linkage.report import Report

FEW = "too few accounts: 6 of 10 needed"


def figures(few=False, nps=31.5):
    found = keyed(
        [
            Figure("accounts", 42, 42, "accounts"),
            Figure("responses", 180, 180, "responses"),
            Figure("mean_score", 7.9, 180, "responses", low=7.6, high=8.2),
            Figure("silent", 7.5, 40, "accounts", low=2.6, high=19.9),
            Figure("account_nps", 28.6, 42, "accounts", low=8.1, high=47.0),
            Figure("revenue", Decimal("1234567.80"), 42, "accounts"),
            Figure("growth", -4.25, 42, "accounts"),
            Figure("win_rate", 41.2, 68, "opportunities", low=30.3, high=53.0),
            Figure("cac", Decimal("15400"), 9, "new customers"),
            Figure("clv", Decimal("310000"), 42, "accounts"),
            missing("campaign_roi", 0, "campaigns", "no spend in the period"),
            missing("rho_growth", 6, "accounts", FEW)
            if few
            else Figure("rho_growth", 0.312, 42, "accounts", low=0.01, high=0.56, p=0.004, q=0.02),
            missing("rho_revenue", 6, "accounts", FEW)
            if few
            else Figure("rho_revenue", -0.085, 42, "accounts", low=-0.38, high=0.23, p=0.6, q=0.7),
        ]
    )
    return {**found, "satisfaction": Figure("nps", nps, 180, "responses", low=nps - 12, high=nps + 12)}


def points():
    bands = [("promoter", 9.2), ("passive", 7.5), ("detractor", 4.0), ("silent", None)]
    return [
        AccountPoint(
            number, f"Account {number}" if number % 3 else f"חברת {number}", "Retail" if number % 2 else "קמעונאות", "North",
            None if score is None else round(score - number % 5 * 0.1, 2), 0 if score is None else 3, Decimal(1000 * number), 5.0, band,
            group="1" if number % 2 else "2", before=Decimal(900 * number), growth_score=score, next_growth=0.1,
        )
        for number in range(1, 41)
        for band, score in [bands[number % 4]]
    ]  # fmt: skip


def quarters():
    return [
        QuarterPoint(
            day,
            Figure("nps", value, 40, "responses", low=value - 14, high=value + 14),
            Figure("revenue", Decimal(300000 + value * 1000), 42, "accounts"),
        )
        for day, value in [(date(2025, 10, 1), 25), (date(2026, 1, 1), 31), (date(2026, 4, 1), 28), (date(2026, 7, 1), 40)]
    ]


def report(filters, **changes):
    total = ReportRow("total", "All", figures())
    rows = [ReportRow("1", "Retail", figures(nps=12.0)), ReportRow("2", "קמעונאות", figures(few=True, nps=48.0))]
    made = {"score_type": "nps", "total": total, "rows": rows, "accounts": points(), "quarters": quarters(), "comparisons": 4}
    return Report(filters=filters, **{**made, "warnings": [], **changes})
