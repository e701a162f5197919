"""How a survey reaches people: distributions, invitations, and each mail as a row with a state."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback_site.access.models import User
from feedback_site.access.visibility import sees_every_account, visible_rows
from surveys.authoring.models import Survey, SurveyVersion
from surveys.customers.models import Contact
from surveys.distribution.references import new_reference
from surveys.distribution.schedule_models import Schedule


class DistributionQuerySet(models.QuerySet["Distribution"]):
    def open(self, now: datetime) -> "DistributionQuerySet":
        """Confirmed, paused or not, and answers are still accepted."""
        return self.filter(state__in=Distribution.UNDER_WAY, closes_at__gt=now)


class Distribution(models.Model):
    """One survey version sent to one audience. Confirmed once, however often the button is pressed."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("Prepared")
        CONFIRMED = "confirmed", _("Confirmed")
        PAUSED = "paused", _("Paused")
        CANCELLED = "cancelled", _("Stopped")

    UNDER_WAY = [State.CONFIRMED, State.PAUSED]

    name = models.CharField(_("name"), max_length=150)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="distributions", verbose_name=_("survey"))
    version = models.ForeignKey(SurveyVersion, models.PROTECT, related_name="distributions")
    audience: "models.JSONField[dict[str, Any]]" = models.JSONField(_("audience"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PREPARED)
    paused_because = models.TextField(_("reason"), blank=True, editable=False)  # where no person has paused it
    paused_at_domain = models.CharField(max_length=255, blank=True, editable=False)  # whose mail server it was, where it was one alone
    resumed_at = models.DateTimeField(null=True, editable=False)
    trusts_refusals = models.BooleanField(default=False, editable=False)  # a person says that the addresses are dead
    starts_at = models.DateTimeField(_("first mails on"), null=True, blank=True, help_text=_("Empty: as soon as it is confirmed."))
    spread_days = models.PositiveSmallIntegerField(
        _("spread over days"), default=1, help_text=_("So that answers arrive steadily. 1: all on the first day.")
    )
    reminders = models.PositiveSmallIntegerField(_("automatic reminders"), default=0)
    reminder_days = models.PositiveSmallIntegerField(_("days before each reminder"), default=5)
    closes_at = models.DateTimeField(_("closes at"), help_text=_("Until then answers are accepted and can be corrected."))
    schedule = models.ForeignKey(
        Schedule, models.SET_NULL, null=True, blank=True, related_name="distributions", verbose_name=_("schedule"), editable=False
    )
    scheduled_for = models.DateField(null=True, editable=False)  # the day of the schedule that made it
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True)
    is_simulated = models.BooleanField(_("simulated"), default=False, editable=False)

    objects = DistributionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("distribution")
        verbose_name_plural = _("distributions")
        constraints = [models.UniqueConstraint(fields=["schedule", "scheduled_for"], name="one_distribution_a_day_of_a_schedule")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_closed(self) -> bool:
        return self.is_closed_at(timezone.now())

    def is_closed_at(self, now: datetime) -> bool:
        return self.state == self.State.CANCELLED or now >= self.closes_at

    is_yet_to_open = False  # whoever was mailed may answer at once

    @property
    def is_stopped(self) -> bool:
        """By a person, after people were invited."""
        return self.state == self.State.CANCELLED and self.confirmed_at is not None

    @property
    def is_discarded(self) -> bool:
        """By a person, before anybody was invited."""
        return self.state == self.State.CANCELLED and self.confirmed_at is None

    @property
    def has_ended(self) -> bool:
        """Confirmed, and closed by its date rather than by a person."""
        return self.state in self.UNDER_WAY and self.is_closed


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: User) -> "InvitationQuerySet":
        return self.filter(visible_rows(user, "contact__account"))


class Invitation(models.Model):
    """One contact asked once in one distribution. What became of its mails stands in its deliveries."""

    distribution = models.ForeignKey(Distribution, models.CASCADE, related_name="invitations")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="invitations")
    reference = models.CharField(max_length=32, unique=True, default=new_reference)
    language = models.CharField(_("language"), max_length=8)
    created_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [models.UniqueConstraint(fields=["distribution", "contact"], name="one_invitation_each")]

    def __str__(self) -> str:
        return f"{self.distribution}: {self.contact}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: User) -> "DeliveryQuerySet":
        return self.filter(visible_rows(user, "invitation__contact__account"))

    def with_recipient(self) -> "DeliveryQuerySet":
        """With all that a mail is made of, and `suppressed_as`: why its address must not be mailed, or None."""
        address = Suppression.objects.of_outer("invitation__contact__email", OuterRef("invitation__distribution__survey"))
        found = self.select_related("invitation__contact__account__segment", "invitation__distribution")
        return found.annotate(suppressed_as=address.first_reason())

    def due(self, now: datetime) -> "DeliveryQuerySet":
        """What may go now: a paused distribution sends nothing."""
        going = self.waiting().filter(invitation__distribution__state=Distribution.State.CONFIRMED)
        return going.filter(not_before__lte=now).order_by("not_before", "id")

    def not_to(self, domains: Iterable[str]) -> "DeliveryQuerySet":
        """Without those to addresses of `domains`."""
        found = self
        for domain in domains:
            found = found.exclude(invitation__contact__email__iendswith=f"@{domain}")
        return found

    def waiting(self) -> "DeliveryQuerySet":
        """Not handed over yet, and nobody is just doing so."""
        return self.filter(state__in=[Delivery.State.QUEUED, Delivery.State.DEFERRED])


class Delivery(models.Model):
    """One mail of an invitation: the invitation itself (number 0) or its n-th reminder.

    queued → sending → sent | deferred → sending … | bounced | failed | uncertain (a worker died, or the
    line broke, between handing over and noting it: a person decides) ; queued → cancelled. What comes back
    later makes of a sent one: bounced | complained.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        DEFERRED = "deferred", _("Put off, will be tried again")
        BOUNCED = "bounced", _("Bounced")
        COMPLAINED = "complained", _("Reported as spam")
        FAILED = "failed", _("Failed")
        UNCERTAIN = "uncertain", _("Uncertain")
        CANCELLED = "cancelled", _("Cancelled")

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="deliveries")
    number = models.PositiveSmallIntegerField(_("number"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    not_before = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    email = models.EmailField(_("sent to"), blank=True)  # as it was when the mail was taken for sending
    failed_at = models.DateTimeField(null=True)  # when it was refused, or came back
    resends = models.PositiveSmallIntegerField(default=0)  # how often it began anew: a person decided so, or a server was broken
    message_id = models.CharField(max_length=200, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["invitation", "number"]
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = [models.UniqueConstraint(fields=["invitation", "number"], name="one_mail_per_number")]
        indexes = [
            # In the order in which they go, however many were sent before; and those in the hands of a worker.
            models.Index(fields=["not_before", "id"], condition=Q(state__in=["queued", "deferred"]), name="mails_that_wait"),
            models.Index(fields=["claimed_at"], condition=Q(state="sending"), name="mails_being_sent"),
            models.Index(fields=["failed_at"], condition=Q(state__in=["bounced", "failed"]), name="mails_that_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.invitation} #{self.number}"

    @property
    def is_reminder(self) -> bool:
        return self.number > 0

    def claim(self) -> bool:
        """Take this mail for sending; true for exactly one caller, and only while it is due.

        The number of attempts that was read must still hold, so that what was read together with it is no older either.
        """
        now, contact = timezone.now(), self.invitation.contact
        going = Distribution.objects.filter(pk=self.invitation.distribution_id, state=Distribution.State.CONFIRMED)
        due = Delivery.objects.filter(Exists(going), attempts=self.attempts, not_before__lte=now)
        taken = {"claimed_at": now, "attempts": self.attempts + 1, "email": contact.email}
        return self._move([self.State.QUEUED, self.State.DEFERRED], self.State.SENDING, due, **taken)

    def mark_sent(self, message_id: str) -> bool:
        """The server took it; true also where the worker was so slow that this attempt was taken for uncertain meanwhile."""
        this = Delivery.objects.filter(attempts=self.attempts, resends=self.resends)
        noted = {"sent_at": timezone.now(), "message_id": message_id, "reason": ""}
        return self._move([self.State.SENDING, self.State.UNCERTAIN], self.State.SENT, this, **noted)

    def mark_deferred(self, reason: str, pause: timedelta) -> bool:
        return self._move([self.State.SENDING], self.State.DEFERRED, reason=reason, not_before=timezone.now() + pause)

    def put_back(self, reason: str, pause: timedelta) -> bool:
        """The mail server was away: nobody's fault, so this attempt does not count."""
        again = timezone.now() + pause
        return self._move([self.State.SENDING], self.State.DEFERRED, reason=reason, not_before=again, attempts=F("attempts") - 1)

    def postpone(self, until: datetime) -> bool:
        """Claimed outside the hours in which the person may be mailed; this attempt does not count."""
        return self._move([self.State.SENDING], self.State.QUEUED, not_before=until, attempts=F("attempts") - 1)

    def mark_bounced(self, reason: str) -> bool:
        return self._move([self.State.SENDING], self.State.BOUNCED, reason=reason, failed_at=timezone.now())

    def mark_failed(self, reason: str) -> bool:
        return self._move([self.State.SENDING], self.State.FAILED, reason=reason, failed_at=timezone.now())

    def mark_uncertain(self, reason: str) -> bool:
        return self._move([self.State.SENDING], self.State.UNCERTAIN, reason=reason)

    def mark_returned(self, state: "Delivery.State", reason: str, at: datetime) -> bool:
        """It came back, or was complained of; that may be known before the worker has noted that it was sent."""
        return self._move([self.State.SENDING, self.State.SENT, self.State.UNCERTAIN], state, reason=reason, failed_at=at)

    def mark_needless(self, reason: str) -> bool:
        """Claimed, and then seen that it must not be sent any more."""
        return self._move([self.State.SENDING], self.State.CANCELLED, reason=reason)

    def cancel(self, reason: str) -> bool:
        return self._move([self.State.QUEUED, self.State.DEFERRED], self.State.CANCELLED, reason=reason)

    def settle_as_sent(self) -> bool:
        """A person says that an uncertain mail has arrived."""
        return self._move([self.State.UNCERTAIN], self.State.SENT, sent_at=self.claimed_at)

    def requeue(self) -> bool:
        """A person says that an uncertain or failed mail shall be sent again; only while its distribution is open."""
        now = timezone.now()
        is_open = Delivery.objects.filter(invitation__distribution__in=Distribution.objects.open(now))
        anew = {"not_before": now, "reason": "", "attempts": 0, "resends": F("resends") + 1}
        return self._move([self.State.UNCERTAIN, self.State.FAILED], self.State.QUEUED, is_open, **anew)

    def _move(self, before: Sequence[str], after: str, among: "models.QuerySet[Delivery] | None" = None, **changes: Any) -> bool:
        rows = Delivery.objects.all() if among is None else among
        moved = rows.filter(pk=self.pk, state__in=before).update(state=after, **changes)
        if moved and any(isinstance(value, Combinable) for value in changes.values()):
            self.refresh_from_db(fields=["state", *changes])
        elif moved:
            for name, value in {"state": after, **changes}.items():
                setattr(self, name, value)
        return moved == 1


class Skip(models.Model):
    """A contact of the audience who was not invited, and the one reason."""

    class Reason(models.TextChoices):
        UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
        COMPLAINED = "complained", _("Reported an earlier mail as spam")
        BOUNCED = "bounced", _("The address bounces")
        LEFT = "left", _("Left the company")
        ASKED_RECENTLY = "asked_recently", _("Was asked recently")
        ASKED_OFTEN = "asked_often", _("Was asked often enough this year")
        STILL_OPEN = "still_open", _("Has not answered earlier ones yet")
        ACCOUNT_ENDED = "account_ended", _("The account has left")
        EXCLUDED = "excluded", _("On an exclusion list")
        NOT_DRAWN = "not_drawn", _("Not drawn in the sample")

    distribution = models.ForeignKey(Distribution, models.CASCADE, related_name="skips")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["distribution", "contact"], name="one_skip_each")]

    def __str__(self) -> str:
        return f"{self.contact}: {self.get_reason_display()}"


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def of_outer(self, email: str, survey: Any) -> "SuppressionQuerySet":
        """Those that hold for `survey` and the outer row's address (`email` is the path to it), whatever its case."""
        return self.annotate(address=Lower("email")).filter(address=Lower(OuterRef(email))).about(survey)

    def about(self, survey: Any) -> "SuppressionQuerySet":
        """Those that hold for `survey`: of all surveys, or of this one."""
        return self.filter(Q(survey=None) | Q(survey=survey))

    def first_reason(self) -> "models.Subquery":
        """Why an outer row's address is suppressed, or None: what its owner wished comes before what was found."""
        return models.Subquery(self.order_by("-reason").values("reason")[:1])  # unsubscribed, complained, bounced


class Suppression(models.Model):
    """An address that must not be mailed, once for each reason. It outlives the contact, so that no import undoes it.

    With a survey, its owner wants no more of that one; without, none at all.
    """

    class Reason(models.TextChoices):
        UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
        BOUNCED = "bounced", _("Bounced")
        COMPLAINED = "complained", _("Complained")

    email = models.EmailField(_("e-mail address"))
    reason = models.CharField(_("reason"), max_length=15, choices=Reason.choices)
    survey = models.ForeignKey(Survey, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("survey"))
    source = models.CharField(_("source"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        constraints = [
            models.UniqueConstraint(Lower("email"), "reason", condition=Q(survey=None), name="suppression_email_any_case"),
            models.UniqueConstraint(Lower("email"), "reason", "survey", name="suppression_of_one_survey"),
        ]

    def __str__(self) -> str:
        return self.email


class ReturnedMailQuerySet(models.QuerySet["ReturnedMail"]):
    def visible_to(self, user: User) -> "ReturnedMailQuerySet":
        """Those of people whom `user` may see; what belongs to nobody only for those who see everybody."""
        of_mails = self.filter(delivery__in=Delivery.objects.visible_to(user))
        return of_mails | self.filter(delivery=None) if sees_every_account(user) else of_mails


class ReturnedMail(models.Model):
    """A mail that came to the bounce address, kept once however often it is read; without a delivery it was nobody's."""

    class Kind(models.TextChoices):
        HARD = "hard", _("Bounced for good")
        SOFT = "soft", _("Bounced for now")
        COMPLAINT = "complaint", _("Reported as spam")
        DELAYED = "delayed", _("Delayed, the mail system still tries")
        AUTOMATIC = "automatic", _("Automatic reply")
        ORDINARY = "ordinary", _("An ordinary mail")

    delivery = models.ForeignKey(Delivery, models.CASCADE, null=True, related_name="returned_mails")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    reason = models.TextField(_("reason"), blank=True)
    received_at = models.DateTimeField(_("received at"))
    digest = models.CharField(max_length=64, unique=True)

    objects = ReturnedMailQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-id"]
        verbose_name = _("returned mail")
        verbose_name_plural = _("returned mails")

    def __str__(self) -> str:
        return self.get_kind_display()
