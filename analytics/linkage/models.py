"""The rollups that reports read: satisfaction and money by account and quarter.

A quarter is written as its first day, in the organisation's time zone. A rollup is thrown away and done
again whenever what it was made of has changed, so that running twice changes nothing.
"""

from django.conf import settings
from django.db import models

from analytics.text.themes.models import Theme
from feedback_site.access.models import User
from feedback_site.access.visibility import visible_rows
from surveys.authoring.models import Survey
from surveys.customers.models import Account, Contact, Segment


class RollupQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user: User) -> "RollupQuerySet":
        return self.filter(visible_rows(user, "account"))


class SatisfactionQuarter(models.Model):
    """The scores that one contact (or the account's nameless respondents) gave to one survey in one quarter.

    `segment` and `region` are those of the account at the time of the responses: two rows where it moved.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="+")
    score_type = models.CharField(max_length=10)  # no figure mixes two scales
    account = models.ForeignKey(Account, models.CASCADE, related_name="satisfaction_quarters")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="+")
    quarter = models.DateField(db_index=True)
    segment = models.ForeignKey(Segment, models.CASCADE, null=True, related_name="+")
    region = models.CharField(max_length=100, blank=True)
    responses = models.PositiveIntegerField()
    promoters = models.PositiveIntegerField()
    detractors = models.PositiveIntegerField()
    score_sum = models.PositiveIntegerField()
    score_squares = models.PositiveIntegerField()
    latest_score = models.PositiveSmallIntegerField()
    latest_at = models.DateTimeField()

    objects = RollupQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["survey", "quarter"])]

    def __str__(self) -> str:
        return f"{self.account} {self.quarter}: {self.responses}"


class MoneyQuarter(models.Model):
    """The money of one account in one quarter, in the reporting currency (`settings.CURRENCY`).

    Without an account: the opportunities that belong to none. `entries` are the revenue entries that begin in
    the quarter, `won` and `lost` the opportunities that closed in it; each is counted in one quarter only.
    """

    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="money_quarters")
    quarter = models.DateField(db_index=True)
    entries = models.PositiveIntegerField(default=0)
    revenue = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    cost = models.DecimalField(max_digits=16, decimal_places=2, null=True, default=0)  # unknown unless every entry states it
    won = models.PositiveIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0)
    won_value = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    unconverted = models.PositiveIntegerField(default=0)  # entries of the quarter left out: no exchange rate for their day

    objects = RollupQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "quarter"], name="one_money_row_a_quarter")]

    def __str__(self) -> str:
        return f"{self.account} {self.quarter}: {self.revenue} {settings.CURRENCY}"


class ThemeMonth(models.Model):
    """What the complete responses of one account to one survey said of one theme in one month; without a theme: all of them.

    Those without a score have rows of their own, of no scale (`score_type` "") and in no band. A month is written as its first day,
    `segment` and `region` are those of the account at the time. Each response counts once for a theme, however often it mentions it or
    a theme below it, and by one label: `positive` … `not_scored` add up to `commented`. Of all responses together, `commented` are
    those with a text, labelled by all that they say; `unread` are kept apart from everything else in the row, as nobody knows yet of
    what they speak. `signature` changes with the labels of the texts, and whenever their themes are searched.
    """

    LABELS = ("positive", "neutral", "negative", "mixed", "not_scored")

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="+")
    score_type = models.CharField(max_length=10)
    account = models.ForeignKey(Account, models.CASCADE, related_name="theme_months")
    month = models.DateField(db_index=True)
    segment = models.ForeignKey(Segment, models.CASCADE, null=True, related_name="+")
    region = models.CharField(max_length=100, blank=True)
    theme = models.ForeignKey(Theme, models.CASCADE, null=True, related_name="+")
    responses = models.PositiveIntegerField(default=0)
    promoters = models.PositiveIntegerField(default=0)
    passives = models.PositiveIntegerField(default=0)
    detractors = models.PositiveIntegerField(default=0)
    commented = models.PositiveIntegerField(default=0)
    positive = models.PositiveIntegerField(default=0)
    neutral = models.PositiveIntegerField(default=0)
    negative = models.PositiveIntegerField(default=0)
    mixed = models.PositiveIntegerField(default=0)
    not_scored = models.PositiveIntegerField(default=0)
    unread = models.PositiveIntegerField(default=0)
    signature = models.PositiveBigIntegerField(default=0)

    objects = RollupQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["survey", "month"], name="theme_months_by_survey")]

    def __str__(self) -> str:
        return f"{self.account} {self.month}: {self.responses}"


class RollupMark(models.Model):
    """What the rollups were made of when they were made last, so that a run redoes only what has changed.

    Locked while rows are replaced: two workers at once do not count anything twice.
    """

    name = models.CharField(max_length=40, unique=True)
    seen = models.JSONField(default=dict)
    refreshed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name
