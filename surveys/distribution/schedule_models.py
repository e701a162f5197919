"""Surveys that are sent by themselves: each quarter, or after something happened at a customer's."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback_site.access.models import User
from feedback_site.access.visibility import visible_rows
from surveys.authoring.models import Survey
from surveys.customers.models import Account, Contact
from surveys.distribution.audience_models import audience_field


class Occasion(models.TextChoices):
    """What may happen at a customer's."""

    OPPORTUNITY_WON = "opportunity_won", _("Opportunity won")
    ORDER_DELIVERED = "order_delivered", _("Order delivered")
    TICKET_CLOSED = "ticket_closed", _("Ticket closed")
    RENEWAL = "renewal", _("Renewal")


class Schedule(models.Model):
    """A rule that makes distributions and confirms them: on fixed days, or after events.

    Recurring: each `months` months from `starts_on` on; each account in `asks_a_year` of the rounds of a year.
    On an event: `delay_days` days after it (before it, where negative; only for what is known before).
    Whom it reaches, it reaches with the eyes of who made it.
    """

    class Kind(models.TextChoices):
        RECURRING = "recurring", _("Recurring")
        EVENT = "event", _("After an event")

    class Months(models.IntegerChoices):
        MONTH = 1, _("each month")
        QUARTER = 3, _("each quarter")
        HALF_YEAR = 6, _("each half-year")
        YEAR = 12, _("each year")

    name = models.CharField(_("name"), max_length=120)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="schedules", verbose_name=_("survey"))
    audience = audience_field()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    months = models.PositiveSmallIntegerField(_("how often"), choices=Months.choices, default=Months.QUARTER)
    asks_a_year = models.PositiveSmallIntegerField(
        _("each account is asked, times a year"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    starts_on = models.DateField(_("first day"), default=timezone.localdate)
    occasion = models.CharField(_("event"), max_length=20, choices=Occasion.choices, blank=True)
    delay_days = models.SmallIntegerField(
        _("days after the event"), default=1, validators=[MinValueValidator(-365), MaxValueValidator(365)]
    )
    spread_days = models.PositiveSmallIntegerField(
        _("spread over days"), default=1, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )
    days_open = models.PositiveSmallIntegerField(_("days open"), default=14, validators=[MinValueValidator(1), MaxValueValidator(365)])
    reminders = models.PositiveSmallIntegerField(_("automatic reminders"), default=0, validators=[MaxValueValidator(5)])
    reminder_days = models.PositiveSmallIntegerField(
        _("days before each reminder"), default=5, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )
    is_stopped = models.BooleanField(_("stopped"), default=False)
    trouble = models.TextField(_("last trouble"), blank=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    is_simulated = models.BooleanField(_("simulated"), default=False, editable=False)

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")

    def __str__(self) -> str:
        return self.name


class CustomerEventQuerySet(models.QuerySet["CustomerEvent"]):
    def visible_to(self, user: User) -> "CustomerEventQuerySet":
        return self.filter(visible_rows(user, "account"))


class CustomerEvent(models.Model):
    """Something that happened at a customer's, as another system told; the same `external_id` of a kind is the same event."""

    occasion = models.CharField(_("event"), max_length=20, choices=Occasion.choices)
    external_id = models.CharField(_("external id"), max_length=150)
    account = models.ForeignKey(Account, models.CASCADE, related_name="events", verbose_name=pgettext_lazy("customer", "account"))
    contact = models.ForeignKey(
        Contact,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("contact"),
        help_text=_("Empty: everybody at the account whom the schedule's audience includes."),
    )
    happened_on = models.DateField(_("day"), help_text=_("For a renewal, its day, which may lie ahead."))
    created_at = models.DateTimeField(auto_now_add=True)
    is_simulated = models.BooleanField(_("simulated"), default=False, editable=False)

    objects = CustomerEventQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_on", "-id"]
        verbose_name = _("customer event")
        verbose_name_plural = _("customer events")
        constraints = [models.UniqueConstraint(fields=["occasion", "external_id"], name="one_event_each")]
        indexes = [models.Index(fields=["occasion", "happened_on"])]

    def __str__(self) -> str:
        return f"{self.get_occasion_display()}: {self.account}"


class HandledEvent(models.Model):
    """That a schedule has dealt with an event, once; without a distribution nobody was asked, and `reason` says why."""

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="handled_events")
    event = models.ForeignKey(CustomerEvent, models.CASCADE, related_name="handled")
    distribution = models.ForeignKey("surveys.Distribution", models.SET_NULL, null=True, related_name="+")
    reason = models.TextField(_("reason"), blank=True)
    handled_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["schedule", "event"], name="event_handled_once")]

    def __str__(self) -> str:
        return f"{self.schedule}: {self.event}"
