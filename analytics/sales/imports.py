"""Campaigns, opportunities, revenue, spend and exchange rates from files and programs."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from analytics.sales.models import Campaign, ExchangeRate, Opportunity, RevenueEntry, Spend
from feedback_site.access.models import User
from feedback_site.imports.fields import KEEP, Currency, Reference, Words, of
from feedback_site.imports.kinds import Kind, Option, Row
from surveys.customers.imports import (
    ACCOUNT,
    ACCOUNT_WORDS,
    CREATE_REPRESENTATIVES,
    CREATE_SEGMENTS,
    ID_WORDS,
    REPRESENTATIVE,
    REPRESENTATIVE_WORDS,
    SEGMENT,
)
from surveys.customers.models import Account

CREATE_CAMPAIGNS = Option("create_missing_campaigns", _("Create missing marketing campaigns"))
CAMPAIGN = Reference(
    Campaign,
    create_option=CREATE_CAMPAIGNS.name,
    create=lambda external_id: Campaign(external_id=external_id, name=external_id),
)
CAMPAIGN_WORDS = ("marketing campaign", "campaign id", "origin", "lead source", "source", "קמפיין", "מקור")
DATE_WORDS = ("date", "day", "תאריך")
AMOUNT_WORDS = ("sum", "total", "value", "סכום", "סהכ")
ACCOUNT_HELP = _("The external id of an account.")
CURRENCY_HELP = _("Three letters, as ILS; without it, a new row gets the account's currency, or else the reporting currency.")
BEFORE_START = _("The last day lies before the first.")


class CampaignKind(Kind):
    key = "campaigns"
    page = "sales:campaigns"
    label = _("Marketing campaigns")
    description = _("Campaigns, or the channels that leads come from.")
    model = Campaign
    fields = (
        of(Campaign, "external_id", "campaign id", *ID_WORDS),
        of(Campaign, "name", "campaign", "campaign name", "קמפיין", "שם", "שם הקמפיין"),
        of(Campaign, "channel", "origin", "medium", "ערוץ"),
        of(Campaign, "starts_on", "start", "start date", "תאריך התחלה"),
        of(Campaign, "ends_on", "end", "end date", "תאריך סיום"),
    )

    def check(self, row: Row, user: User | None) -> Iterable[tuple[str, Words]]:
        if _reversed(row, "starts_on", "ends_on"):
            yield "ends_on", BEFORE_START


class AccountMoney(Kind):
    """Rows of an account that are in its currency unless they say otherwise."""

    def check(self, row: Row, user: User | None) -> Iterable[tuple[str, Words]]:
        if user is not None and row.value("account") is None:
            yield "account", _("Name an account: you would not see the row without one.")

    def build(self, row: Row) -> models.Model:
        account = row.values.get("account")
        if row.values.get("currency", KEEP) is KEEP and isinstance(account, Account):
            row.values["currency"] = account.currency
        return super().build(row)


class OpportunityKind(AccountMoney):
    key = "opportunities"
    page = "sales:opportunities"
    label = _("Opportunities")
    description = _("Chances to sell: open, won or lost. Won and lost ones need the day on which they closed.")
    model = Opportunity
    options = (CREATE_REPRESENTATIVES, CREATE_CAMPAIGNS)
    fields = (
        of(Opportunity, "external_id", "opportunity id", "deal id", "מזהה הזדמנות", *ID_WORDS),
        of(Opportunity, "name", "opportunity", "opportunity name", "deal", "deal name", "שם", "הזדמנות", "עסקה"),
        of(Opportunity, "account", *ACCOUNT_WORDS, type=ACCOUNT, help=ACCOUNT_HELP),
        of(Opportunity, "representative", *REPRESENTATIVE_WORDS, type=REPRESENTATIVE, help=_("The external id of a representative.")),
        of(Opportunity, "campaign", *CAMPAIGN_WORDS, type=CAMPAIGN, help=_("The external id of a campaign.")),
        of(Opportunity, "product", "item", "מוצר"),
        of(
            Opportunity,
            "stage",
            "deal stage",
            "status",
            "שלב",
            "סטטוס",
            help=_("open, won or lost; other words can be translated in the mapping."),
        ),
        of(Opportunity, "value", "deal value", "close value", "amount", *AMOUNT_WORDS, "שווי"),
        of(Opportunity, "currency", "מטבע", type=Currency(), help=CURRENCY_HELP),
        of(Opportunity, "created_on", "created", "create date", "engage date", "opened", "תאריך פתיחה", "תאריך יצירה"),
        of(Opportunity, "closed_on", "closed", "close date", "won date", "תאריך סגירה"),
    )

    def check(self, row: Row, user: User | None) -> Iterable[tuple[str, Words]]:
        yield from super().check(row, user)
        stage, closed = row.value("stage"), row.value("closed_on")
        if stage in (Opportunity.Stage.WON, Opportunity.Stage.LOST) and closed is None:
            yield "closed_on", _("A won or lost opportunity needs the day on which it closed.")
        if _reversed(row, "created_on", "closed_on"):
            yield "closed_on", _("The opportunity closed before it was created.")


class RevenueKind(AccountMoney):
    key = "revenue"
    page = "sales:revenue"
    label = _("Revenue")
    description = _("Revenue of an account on a day, or spread over the days of a period. Credit notes are negative.")
    model = RevenueEntry
    fields = (
        of(RevenueEntry, "external_id", "line id", "invoice", "invoice number", "חשבונית", "מספר חשבונית", *ID_WORDS),
        of(RevenueEntry, "account", *ACCOUNT_WORDS, type=ACCOUNT, help=ACCOUNT_HELP),
        of(RevenueEntry, "amount", "revenue", "price", *AMOUNT_WORDS, "הכנסה", "הכנסות"),
        of(RevenueEntry, "cost", "cost of revenue", "cogs", "עלות"),
        of(RevenueEntry, "currency", "מטבע", type=Currency(), help=CURRENCY_HELP),
        of(RevenueEntry, "recognised_on", "recognised", "invoice date", "order date", *DATE_WORDS, "תאריך חשבונית"),
        of(RevenueEntry, "ends_on", "until", "period end", "עד תאריך"),
        of(RevenueEntry, "product", "item", "מוצר"),
    )

    def check(self, row: Row, user: User | None) -> Iterable[tuple[str, Words]]:
        yield from super().check(row, user)
        if _reversed(row, "recognised_on", "ends_on"):
            yield "ends_on", BEFORE_START


class SpendKind(Kind):
    key = "spend"
    page = "sales:spend"
    label = _("Spend")
    description = _("Money spent to win customers (acquisition) or to keep them (retention).")
    model = Spend
    options = (CREATE_SEGMENTS, CREATE_CAMPAIGNS)
    fields = (
        of(Spend, "external_id", "spend id", *ID_WORDS),
        of(Spend, "kind", "type", "סוג", help=_("acquisition or retention.")),
        of(Spend, "campaign", *CAMPAIGN_WORDS, type=CAMPAIGN, help=_("The external id of a campaign.")),
        of(Spend, "segment", "פלח", type=SEGMENT, help=_("The name of a segment.")),
        of(Spend, "amount", "cost", "spend", *AMOUNT_WORDS, "הוצאה", "עלות"),
        of(Spend, "currency", "מטבע", type=Currency(), help=_("Three letters, as ILS; without it, a new row gets the reporting currency.")),
        of(Spend, "spent_on", *DATE_WORDS),
        of(Spend, "description", "note", "תיאור", "הערה"),
    )


class ExchangeRateKind(Kind):
    key = "rates"
    page = "sales:rates"
    label = _("Exchange rates")
    description = _("What one unit of a currency is worth in the reporting currency, from a day on.")
    model = ExchangeRate
    key_fields = ("currency", "valid_from")
    fields = (
        of(ExchangeRate, "currency", "מטבע", type=Currency()),
        of(ExchangeRate, "valid_from", "from", "valid on", *DATE_WORDS, "מתאריך"),
        of(ExchangeRate, "rate", "exchange rate", "שער", "שער חליפין"),
    )


def _reversed(row: Row, first: str, last: str) -> bool:
    start, end = row.value(first), row.value(last)
    return bool(start and end and end < start)


KINDS: tuple[Kind, ...] = (CampaignKind(), OpportunityKind(), RevenueKind(), SpendKind(), ExchangeRateKind())
