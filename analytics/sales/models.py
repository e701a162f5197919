"""Money: opportunities, revenue, spend, the marketing campaigns behind them, and exchange rates."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from feedback_site.access.models import Role, User
from feedback_site.access.visibility import sees_every_account, visible_rows
from feedback_site.defaults import reporting_currency
from surveys.customers.models import Account, Representative, Segment


class VisibleByAccount(models.QuerySet):  # type: ignore[type-arg]
    """Rows of an account; a row without one (spend of a whole campaign) only for those who see all accounts."""

    def visible_to(self, user: User) -> "VisibleByAccount":
        return self.filter(visible_rows(user, "account"))


class OpportunityQuerySet(VisibleByAccount):
    def visible_to(self, user: User) -> "OpportunityQuerySet":
        """Those of visible accounts, and for sales their own too, whoever's the account is and even without one."""
        seen = visible_rows(user, "account")
        return self.filter(seen | Q(representative__user=user) if user.has_role(Role.SALES) else seen)


class SpendQuerySet(models.QuerySet["Spend"]):
    def visible_to(self, user: User) -> "SpendQuerySet":
        return self.all() if sees_every_account(user) else self.none()


class Campaign(models.Model):
    """A marketing campaign, or the channel that a lead came from."""

    external_id = models.CharField(_("external id"), max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=200)
    channel = models.CharField(_("channel"), max_length=100, blank=True)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    is_simulated = models.BooleanField(_("simulated"), default=False, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("marketing campaign")
        verbose_name_plural = _("marketing campaigns")

    def __str__(self) -> str:
        return self.name


class Opportunity(models.Model):
    """A chance to sell. Won or lost, it has the day on which it closed."""

    class Stage(models.TextChoices):
        OPEN = "open", _("Open")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    external_id = models.CharField(_("external id"), max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    account = models.ForeignKey(Account, models.CASCADE, null=True, blank=True, related_name="opportunities", verbose_name=_("account"))
    representative = models.ForeignKey(
        Representative, models.SET_NULL, null=True, blank=True, related_name="opportunities", verbose_name=_("sales representative")
    )
    campaign = models.ForeignKey(
        Campaign, models.SET_NULL, null=True, blank=True, related_name="opportunities", verbose_name=_("marketing campaign")
    )
    product = models.CharField(_("product"), max_length=100, blank=True)
    stage = models.CharField(_("stage"), max_length=5, choices=Stage.choices, default=Stage.OPEN)
    value = models.DecimalField(
        _("value"), max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(Decimal(0))]
    )
    currency = models.CharField(_("currency"), max_length=3, default=reporting_currency)
    created_on = models.DateField(_("created on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True, db_index=True)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)
    is_simulated = models.BooleanField(_("simulated"), default=False, editable=False)

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        ordering = ["-closed_on", "-created_on", "id"]
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        constraints = [
            models.CheckConstraint(
                condition=Q(stage="open") | Q(closed_on__isnull=False),
                name="closed_has_a_day",
                violation_error_message=_("A won or lost opportunity needs the day on which it closed."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.external_id


class RevenueEntry(models.Model):
    """Revenue recognised on a day, or spread over the days from `recognised_on` to `ends_on`."""

    external_id = models.CharField(_("external id"), max_length=150, unique=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="revenue_entries", verbose_name=_("account"))
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    cost = models.DecimalField(_("cost of revenue"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default=reporting_currency)
    recognised_on = models.DateField(_("recognised on"), db_index=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    product = models.CharField(_("product"), max_length=100, blank=True)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)
    is_simulated = models.BooleanField(_("simulated"), default=False, editable=False)

    objects = VisibleByAccount.as_manager()

    class Meta:
        ordering = ["-recognised_on", "id"]
        verbose_name = _("revenue entry")
        verbose_name_plural = _("revenue entries")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("recognised_on")),
                name="revenue_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            )
        ]

    def __str__(self) -> str:
        return self.external_id


class Spend(models.Model):
    """Money spent to win or to keep customers."""

    class Kind(models.TextChoices):
        ACQUISITION = "acquisition", _("Acquisition")
        RETENTION = "retention", _("Retention")

    external_id = models.CharField(_("external id"), max_length=150, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.ACQUISITION)
    campaign = models.ForeignKey(
        Campaign, models.SET_NULL, null=True, blank=True, related_name="spend", verbose_name=_("marketing campaign")
    )
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, blank=True, related_name="spend", verbose_name=_("segment"))
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, validators=[MinValueValidator(Decimal(0))])
    currency = models.CharField(_("currency"), max_length=3, default=reporting_currency)
    spent_on = models.DateField(_("spent on"), db_index=True)
    description = models.CharField(_("description"), max_length=200, blank=True)
    is_simulated = models.BooleanField(_("simulated"), default=False, editable=False)

    objects = SpendQuerySet.as_manager()

    class Meta:
        ordering = ["-spent_on", "id"]
        verbose_name = _("spend")
        verbose_name_plural = _("spend")

    def __str__(self) -> str:
        return self.external_id


class ExchangeRate(models.Model):
    """What one unit of `currency` is worth in the reporting currency from `valid_from` on."""

    currency = models.CharField(_("currency"), max_length=3)
    valid_from = models.DateField(_("valid from"))
    rate = models.DecimalField(_("rate"), max_digits=14, decimal_places=6, validators=[MinValueValidator(Decimal("0.000001"))])

    updated_at = models.DateTimeField(auto_now=True)
    is_simulated = models.BooleanField(_("simulated"), default=False, editable=False)

    class Meta:
        ordering = ["currency", "-valid_from"]
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        constraints = [models.UniqueConstraint(fields=["currency", "valid_from"], name="one_rate_a_day")]

    def __str__(self) -> str:
        return f"{self.currency} {self.valid_from}: {self.rate}"
