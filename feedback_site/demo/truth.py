"""The true effects of the simulation: what an honest report should find. docs/demo.md repeats them in words."""

from dataclasses import dataclass

SEED = 20_170_624
ACCOUNTS = 400
FULL_QUARTERS = 12

# The latent satisfaction of an account: a level of its own plus an AR(1) deviation, in sum of variance about 1.
LEVEL_SPREAD = 0.75
DEVIATION_SPREAD = 0.65
PERSISTENCE = 0.6

# A score is CENTRE + SEGMENT SHIFT + SLOPE × latent + what is the contact's own + chance, rounded and cut to its scale.
NPS_CENTRE, NPS_SLOPE, NPS_CONTACT, NPS_CHANCE = 7.9, 1.5, 0.6, 0.9
CSAT_CENTRE, CSAT_SLOPE, CSAT_CHANCE = 3.9, 0.65, 0.6

# Quarterly growth of log revenue = drift + the account's own + slope × latent satisfaction of the
# quarter before + chance.
OWN_GROWTH_SPREAD = 0.03  # each account also grows or shrinks for reasons of its own
GROWTH_CHANCE = 0.05
MONTH_CHANCE = 0.025

# Whether a delivered mail is answered: logit = segment + TASTE × contact's own + CARE × latent; about 45 % in all.
ANSWER_TASTE, ANSWER_CARE = 0.8, 0.2
BOUNCES, UNSUBSCRIBES, STOP_AFTER_THE_SCORE, COMMENTS = 0.02, 0.03, 0.02, 0.5
BOUGHT_LATER = 0.30  # share of accounts that were won within the period
WIN_BY_SATISFACTION = 0.06  # added to an expansion's win rate per unit of latent satisfaction
OPPORTUNITIES_A_QUARTER = 0.30


@dataclass(frozen=True)
class SegmentTruth:
    """One segment. `slope` is the growth of the next quarter per unit of latent satisfaction."""

    name: str
    accounts: int
    slope: float
    drift: float
    monthly_revenue: float  # the median account, in the reporting currency
    spread: float  # of log revenue between accounts
    margin: float
    shift: float  # of the NPS score
    churn: float  # hazard per quarter at average satisfaction
    churn_by_satisfaction: float  # log hazard per unit of latent satisfaction
    win_rate: float
    answer: float
    industries: tuple[str, ...]
    topics: dict[str, float]


SEGMENTS = (
    SegmentTruth(
        name="Retail",
        accounts=92,
        slope=0.04,
        drift=0.004,
        monthly_revenue=16_000,
        spread=0.7,
        margin=0.42,
        shift=0.1,
        churn=0.014,
        churn_by_satisfaction=-0.8,
        win_rate=0.34,
        answer=-0.2,
        industries=("Fashion", "Food retail", "Home and garden", "Pharmacies"),
        topics={"price": 2, "delivery": 2},
    ),
    SegmentTruth(
        name="Manufacturing",
        accounts=76,
        slope=0.04,
        drift=0.006,
        monthly_revenue=42_000,
        spread=0.8,
        margin=0.36,
        shift=0.3,
        churn=0.01,
        churn_by_satisfaction=-0.8,
        win_rate=0.29,
        answer=-0.25,
        industries=("Plastics", "Metal", "Electronics", "Food processing"),
        topics={"quality": 2, "delivery": 2},
    ),
    SegmentTruth(
        name="Hospitality",
        accounts=62,
        slope=0.045,
        drift=-0.004,
        monthly_revenue=11_000,
        spread=0.6,
        margin=0.47,
        shift=-0.3,
        churn=0.02,
        churn_by_satisfaction=-0.8,
        win_rate=0.38,
        answer=-0.15,
        industries=("Hotels", "Restaurants", "Catering", "Event venues"),
        topics={"service": 2, "ease": 2},
    ),
    SegmentTruth(
        name="Healthcare",
        accounts=64,
        slope=0.018,
        drift=0.01,
        monthly_revenue=36_000,
        spread=0.7,
        margin=0.44,
        shift=0.5,
        churn=0.008,
        churn_by_satisfaction=-0.5,
        win_rate=0.31,
        answer=-0.1,
        industries=("Clinics", "Laboratories", "Medical devices"),
        topics={"service": 2, "quality": 2},
    ),
    SegmentTruth(
        name="Public sector",
        accounts=50,
        slope=0.0,
        drift=0.005,
        monthly_revenue=52_000,
        spread=0.6,
        margin=0.3,
        shift=-0.1,
        churn=0.006,
        churn_by_satisfaction=0.0,
        win_rate=0.22,
        answer=-0.45,
        industries=("Municipalities", "Education", "Utilities"),
        topics={"billing": 2, "ease": 2},
    ),
    SegmentTruth(
        name="Logistics",
        accounts=56,
        slope=-0.018,
        drift=0.02,
        monthly_revenue=30_000,
        spread=0.8,
        margin=0.27,
        shift=-0.7,
        churn=0.012,
        churn_by_satisfaction=0.0,
        win_rate=0.27,
        answer=-0.3,
        industries=("Freight", "Couriers", "Warehousing"),
        topics={"price": 3},
    ),
)


@dataclass(frozen=True)
class CampaignTruth:
    """One campaign. `cac` is what it spends, in the long run, for each new customer."""

    external_id: str
    name: str
    channel: str
    cac: float
    share: float  # of the new customers


CAMPAIGNS = (
    CampaignTruth("DEMO-referral", "Partner referrals", "Referral", 6_000, 0.18),
    CampaignTruth("DEMO-webinar", "Expert webinars", "Webinar", 9_000, 0.13),
    CampaignTruth("DEMO-search", "Search ads", "Paid search", 14_000, 0.20),
    CampaignTruth("DEMO-newsletter", "Industry newsletter", "E-mail", 11_000, 0.10),
    CampaignTruth("DEMO-linkedin", "LinkedIn for operations managers", "Paid social", 22_000, 0.13),
    CampaignTruth("DEMO-outbound", "Outbound calls", "Outbound", 28_000, 0.14),
    CampaignTruth("DEMO-fair", "Trade fairs, Tel Aviv and Haifa", "Event", 45_000, 0.12),
)

# region: (share of accounts, the team that looks after it)
REGIONS = {
    "North": (0.13, 0),
    "Haifa": (0.14, 0),
    "Jerusalem": (0.13, 0),
    "Center": (0.24, 1),
    "Tel Aviv": (0.24, 1),
    "South": (0.12, 1),
}
CURRENCIES = {"ILS": 0.87, "USD": 0.08, "EUR": 0.05}
RATES = {"USD": 3.65, "EUR": 3.95}
