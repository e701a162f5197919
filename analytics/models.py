"""Re-exports, so that Django finds the models where it looks for them."""

from analytics.linkage.models import MoneyQuarter, RollupMark, SatisfactionQuarter, ThemeMonth
from analytics.sales.models import Campaign, ExchangeRate, Opportunity, RevenueEntry, Spend
from analytics.text.judging.models import Dismissal, Drawn
from analytics.text.learning.models import EngineChoice, TrainedModel
from analytics.text.models import Judgement, Sentiment
from analytics.text.pass_models import Lease
from analytics.text.search.models import SearchMark, SearchText
from analytics.text.themes.models import AnswerTheme, Catalogue, Term, Theme
from analytics.text.themes.suggestion_models import SuggestionMark, ThemeSuggestion

__all__ = [
    "AnswerTheme",
    "Campaign",
    "Catalogue",
    "Dismissal",
    "Drawn",
    "EngineChoice",
    "ExchangeRate",
    "Judgement",
    "Lease",
    "MoneyQuarter",
    "Opportunity",
    "RevenueEntry",
    "RollupMark",
    "SatisfactionQuarter",
    "SearchMark",
    "SearchText",
    "Sentiment",
    "Spend",
    "SuggestionMark",
    "Term",
    "Theme",
    "ThemeMonth",
    "ThemeSuggestion",
    "TrainedModel",
]
