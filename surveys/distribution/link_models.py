"""Ways in that are not made for one person: links, and who of the own team took part over one."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from surveys.authoring.models import Survey
from surveys.customers.models import Account
from surveys.distribution.references import new_reference


class LinkQuerySet(models.QuerySet["Link"]):
    def open(self, now: datetime) -> "LinkQuerySet":
        """Those on which one can answer now."""
        return self.filter(is_stopped=False).exclude(opens_at__gt=now).exclude(closes_at__lte=now)


class Link(models.Model):
    """A way in that is not made for one person: an address to publish, print as a QR code, or embed in a site.

    Who comes over it answers the version that is published at that moment. With an `account`, the responses are
    that account's; without one, nobody knows whose they are. The link of a survey for the own team asks for the login.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="links", verbose_name=_("survey"))
    name = models.CharField(_("name"), max_length=150, help_text=_("Where it is used: the website, the shop, the invoice."))
    token = models.CharField(max_length=32, unique=True, default=new_reference)
    account = models.ForeignKey(
        Account, models.CASCADE, null=True, blank=True, related_name="links", verbose_name=pgettext_lazy("customer", "account")
    )
    opens_at = models.DateTimeField(_("opens at"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True)
    is_stopped = models.BooleanField(_("stopped"), default=False)
    one_per_browser = models.BooleanField(
        _("one response per browser"), default=True, help_text=_("Take this out for a tablet at the counter.")
    )
    origins: "models.JSONField[list[str]]" = models.JSONField(_("sites that may embed it"), default=list, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    is_simulated = models.BooleanField(_("simulated"), default=False, editable=False)

    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("link")
        verbose_name_plural = _("links")

    def __str__(self) -> str:
        return self.name

    @property
    def is_yet_to_open(self) -> bool:
        return self.opens_at is not None and timezone.now() < self.opens_at

    @property
    def is_closed(self) -> bool:
        return self.is_closed_at(timezone.now())

    def is_closed_at(self, now: datetime) -> bool:
        return self.is_stopped or self.is_yet_to_open or (self.closes_at is not None and now >= self.closes_at)


class Participation(models.Model):
    """That a member of the team took part over a link, where the survey is anonymous: no time, and no way to the response."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # in no order that tells who came when
    link = models.ForeignKey(Link, models.CASCADE, related_name="participations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "user"], name="one_participation_each")]

    def __str__(self) -> str:
        return f"{self.link}: {self.user}"
