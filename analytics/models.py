"""Re-exports, so that Django finds the models where it looks for them."""

from analytics.linkage.models import MoneyQuarter, RollupMark, SatisfactionQuarter
from analytics.sales.models import Campaign, ExchangeRate, Opportunity, RevenueEntry, Spend
from analytics.text.models import Sentiment
from analytics.text.search_models import SearchMark, SearchText

__all__ = [
    "Campaign",
    "ExchangeRate",
    "MoneyQuarter",
    "Opportunity",
    "RevenueEntry",
    "RollupMark",
    "SatisfactionQuarter",
    "SearchMark",
    "SearchText",
    "Sentiment",
    "Spend",
]
