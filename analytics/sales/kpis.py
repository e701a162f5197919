"""What each figure means: one registry for pages, help texts, API and docs/metrics.md."""

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
# points: −100…100; percent: 0…100 (growth: −200…200); score: on the survey's scale; money: in the reporting currency;
# correlation: −1…1; count: whole numbers.
Unit = Literal["points", "percent", "score", "money", "correlation", "count"]


@dataclass(frozen=True)
class KPI:
    """One figure: its name, unit, formula, an explanation in plain words, and where its definition comes from."""

    key: str
    name: Text
    unit: Unit
    formula: Text
    explanation: Text
    source: Text


PRODUCT = _("Kesher's own definition")
BOOKS = _("Rows of revenue, opportunities and spend")

_ALL = [
    KPI(
        "accounts",
        _("Accounts"),
        "count",
        _("number of accounts"),
        _(
            "How many customers this row is about: those with an answer, revenue or a closed opportunity in the period, or with revenue "
            "in the period before."
        ),
        PRODUCT,
    ),
    KPI(
        "responses",
        _("Responses"),
        "count",
        _("number of complete responses that carry a score"),
        _("How many answers the satisfaction figures of this row are made of."),
        PRODUCT,
    ),
    KPI(
        "satisfaction",
        _("Satisfaction"),
        "score",
        _("NPS, CSAT or CES, whichever the survey's first score question asks"),
        _("The survey's main score. Which one it is depends on what the survey asks: recommendation, satisfaction or ease."),
        _("Reichheld (2003); Sauro & Lewis, Quantifying the User Experience"),
    ),
    KPI(
        "nps",
        _("NPS"),
        "points",
        _("100 × (promoters − detractors) ÷ responses; promoter 9–10, passive 7–8, detractor 0–6"),
        _(
            "The share of customers who would recommend us, less the share of those who would not, in points from −100 to 100. "
            "The interval shows where the NPS of all customers like these may lie."
        ),
        _("Reichheld (2003), The One Number You Need to Grow; interval: adjusted Wald, Rocks (2016), The American Statistician 70(4)"),
    ),
    KPI(
        "csat",
        _("CSAT"),
        "percent",
        _("100 × answers 4 or 5 ÷ responses, on a scale of 1–5"),
        _("The share of answers that were satisfied or very satisfied: the top two of five."),
        _("Interval: Wilson (1927), score interval"),
    ),
    KPI(
        "ces",
        _("CES"),
        "score",
        _("mean of the answers on a scale of 1–7, where 7 is very easy"),
        _("How easy customers find it to deal with us, on average. Higher is easier."),
        _("Dixon, Freeman & Toman (2010), Stop Trying to Delight Your Customers; interval: Student's t"),
    ),
    KPI(
        "easy",
        _("Found it easy"),
        "percent",
        _("100 × answers 5, 6 or 7 ÷ responses, on a scale of 1–7"),
        _("The share of answers that found it easy to deal with us. It stands beside the mean, which hides how many did not."),
        _("Interval: Wilson (1927), score interval"),
    ),
    KPI(
        "share",
        _("Share of answers"),
        "percent",
        _("responses with this answer ÷ responses that answer the question"),
        _("How many of those who answered the question gave this answer. Where several may be chosen, the shares add to more than 100%."),
        _("Wilson (1927), score interval"),
    ),
    KPI(
        "mean_answer",
        _("Mean answer"),
        "score",
        _("sum of the answers ÷ their number, in the question's own unit"),
        _("The average of the answers to one question: of a rating or a number, or of the places in a ranking, where 1 is the best."),
        _("Student (1908), t interval"),
    ),
    KPI(
        "mean_score",
        _("Mean score"),
        "score",
        _("sum of scores ÷ responses"),
        _("The plain average of all scores in the period, on the survey's own scale."),
        _("Interval: Student's t"),
    ),
    KPI(
        "account_nps",
        _("Account-level NPS"),
        "points",
        _("100 × (promoter accounts − detractor accounts) ÷ accounts with an answer, by account score"),
        _(
            "As NPS, but each account counts once, however many of its people answered. An account's score is the mean of each "
            "contact's latest answer."
        ),
        _("Interval: adjusted Wald, Rocks (2016), The American Statistician 70(4)"),
    ),
    KPI(
        "silent",
        _("Silent accounts"),
        "percent",
        _("100 × accounts with revenue and no answer in the period ÷ accounts with revenue in the period"),
        _("The share of paying customers from whom we have heard nothing. Silence is no consent: silent customers may leave unnoticed."),
        _("Interval: Wilson (1927), score interval"),
    ),
    KPI(
        "revenue",
        _("Revenue"),
        "money",
        _("sum of revenue entries recognised in the period; an entry with a start and an end is spread evenly over its days"),
        _("What customers brought in during the period, in the reporting currency, at the exchange rate of the day."),
        BOOKS,
    ),
    KPI(
        "growth",
        _("Revenue growth"),
        "percent",
        _("100 × (revenue − revenue of the preceding period of the same length) ÷ revenue of that preceding period"),
        _("How much more, or less, revenue came in than in the period of the same length before."),
        BOOKS,
    ),
    KPI(
        "win_rate",
        _("Win rate"),
        "percent",
        _("100 × won ÷ (won + lost) among opportunities closed in the period"),
        _("Of all the sales opportunities that were decided in the period, the share that we won."),
        _("Interval: Wilson (1927), score interval"),
    ),
    KPI(
        "cac",
        _("CAC"),
        "money",
        _("acquisition spend in the period ÷ new customers in the period"),
        _(
            "What it cost to win one new customer. A row of a segment counts only the spend that is recorded for that segment; the "
            "total counts all."
        ),
        BOOKS,
    ),
    KPI(
        "clv",
        _("CLV"),
        "money",
        _(
            "Σ over the coming quarters t of gross profit per account and quarter × survival(t) ÷ (1 + quarterly discount rate) to "
            "the power of t"
        ),
        _(
            "What a new account is expected to bring in gross profit after its first quarter, up to the horizon: some leave on the way, "
            "and later money is worth less than present money."
        ),
        _("Gupta & Lehmann (2003), Customers as Assets, Journal of Interactive Marketing 17(1); survival: Kaplan & Meier (1958)"),
    ),
    KPI(
        "campaign_roi",
        _("ROI of campaigns"),
        "percent",
        _(
            "100 × (gross profit in the period of the accounts that these campaigns won in it − spend on campaigns in the period) ÷ that "
            "spend"
        ),
        _(
            "What marketing campaigns have brought back so far for each unit of money spent on them. Gain: booked gross profit, from new "
            "accounts, until the end of the period. An account counts for the campaign of its first won opportunity (first touch); "
            "campaigns without spend in the period are left out."
        ),
        BOOKS,
    ),
    KPI(
        "rho_revenue",
        _("Score and revenue"),
        "correlation",
        _("Spearman's ρ between account score and revenue, both over the whole period, one point per account"),
        _(
            "Whether happier accounts are also the larger ones: 1 always, 0 no association, −1 the reverse. An association is no proof "
            "that one causes the other."
        ),
        _("Spearman (1904); interval: Bonett & Wright (2000), Psychometrika 65(1); q: Benjamini & Hochberg (1995)"),
    ),
    KPI(
        "rho_growth",
        _("Score and next quarter's growth"),
        "correlation",
        _(
            "Spearman's ρ between account score in a quarter and growth of revenue from it to the next quarter, each averaged over the "
            "quarters of the period, one point per account"
        ),
        _(
            "Whether accounts that were happier then grew more in the quarter that followed. An association is no proof that one causes "
            "the other."
        ),
        _(
            "Spearman (1904); interval: Bonett & Wright (2000), Psychometrika 65(1); q: Benjamini & Hochberg (1995); growth: midpoint "
            "growth, Davis & Haltiwanger (1992), Quarterly Journal of Economics 107(3)"
        ),
    ),
    KPI(
        "gross_profit",
        _("Gross profit"),
        "money",
        _("revenue − cost of revenue"),
        _("What is left of revenue after the direct cost of what was sold. Unknown where an entry does not state its cost."),
        BOOKS,
    ),
    KPI(
        "new_customers",
        _("New customers"),
        "count",
        _("accounts whose first won opportunity or first revenue, whichever came first, falls in the period"),
        _("How many accounts became customers in the period."),
        BOOKS,
    ),
    KPI(
        "spend",
        _("Spend"),
        "money",
        _("sum of spend in the period"),
        _("What was spent in the period to win or to keep customers, in the reporting currency."),
        BOOKS,
    ),
    KPI(
        "theme_volume",
        _("Answers that mention it"),
        "count",
        _("number of responses in which at least one text speaks of the theme or of a part of it"),
        _("How many customers' answers speak of this theme. Each answer counts once, however often it mentions the theme."),
        PRODUCT,
    ),
    KPI(
        "theme_share",
        _("Share of comments"),
        "percent",
        _("100 × responses that mention the theme ÷ responses with a comment"),
        _(
            "Of all who wrote something, the share who wrote of this theme. One comment may speak of several, so that shares add to more "
            "than 100%."
        ),
        _("Interval: Wilson (1927), score interval"),
    ),
    KPI(
        "theme_change",
        _("Change of the share"),
        "points",
        _("share of comments in the period − share of comments in the period of the same length before, in percentage points"),
        _("Whether customers speak of this theme more or less often than before. A rise or fall is marked where q is below 0.05."),
        _(
            "Interval: Newcombe (1998), hybrid score, Statistics in Medicine 17; p: Pearson's χ²; q: Benjamini & Hochberg (1995), over the "
            "themes on the page"
        ),
    ),
    KPI(
        "theme_negative",
        _("Share negative"),
        "percent",
        _("100 × responses whose sentences about the theme are negative ÷ those whose sentences about it could be scored"),
        _(
            "Of the answers that mention the theme, the share that speaks badly of it: the sentiment is that of the sentences about the "
            "theme, not of the whole text. What no engine understood is left out."
        ),
        _("Interval: Wilson (1927), score interval"),
    ),
    KPI(
        "theme_impact",
        _("Impact on NPS"),
        "points",
        _("NPS of all answers − NPS of the answers that do not mention the theme"),
        _(
            "How far NPS with the answers that mention the theme lies from NPS without them: below 0 they are associated with lower "
            "scores. An association is no proof that one causes the other."
        ),
        _(
            "Kesher's own definition; interval: bootstrap over accounts, Efron & Tibshirani (1993), An Introduction to the Bootstrap; "
            "Davison & Hinkley (1997), section 3.8"
        ),
    ),
]

KPIS: dict[str, KPI] = {kpi.key: kpi for kpi in _ALL}
