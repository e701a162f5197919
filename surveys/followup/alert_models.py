"""What an account manager is told without having looked."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback_site.access.models import User
from feedback_site.access.visibility import visible_rows
from surveys.customers.models import Account, Contact
from surveys.distribution.models import Distribution


class AlertQuerySet(models.QuerySet["Alert"]):
    def visible_to(self, user: User) -> "AlertQuerySet":
        return self.filter(visible_rows(user, "account"))

    def unseen(self) -> "AlertQuerySet":
        return self.filter(seen_at=None)


class Alert(models.Model):
    """One thing worth knowing about an account, told once: `occasion` says which."""

    class Kind(models.TextChoices):
        CONTACT_BOUNCES = "contact_bounces", _("A key contact's address bounces")
        ACCOUNT_SILENT = "account_silent", _("A key account stays silent")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    account = models.ForeignKey(Account, models.CASCADE, related_name="alerts", verbose_name=pgettext_lazy("customer", "account"))
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, blank=True, related_name="alerts", verbose_name=_("contact"))
    distribution = models.ForeignKey(
        Distribution, models.SET_NULL, null=True, blank=True, related_name="alerts", verbose_name=_("distribution")
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="alerts", verbose_name=_("told to"))
    occasion = models.CharField(max_length=100, unique=True)
    facts: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("at"), auto_now_add=True)
    mailed_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(_("seen at"), null=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("seen by"))

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["account"], condition=Q(seen_at=None), name="unseen_alerts")]
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.account}"

    @property
    def since(self) -> date | None:
        """The day of the first mail that nobody has answered."""
        return date.fromisoformat(self.facts["since"]) if "since" in self.facts else None
