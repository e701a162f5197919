"""Audiences kept under a name, and lists of addresses that an audience leaves out."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from feedback_site.access.models import User


def audience_field() -> "models.JSONField[dict[str, Any]]":
    """The conditions of an `audience.Audience`, as JSON."""
    return models.JSONField(_("audience"), default=dict)


class SavedAudienceQuerySet(models.QuerySet["SavedAudience"]):
    def usable_by(self, user: User) -> "SavedAudienceQuerySet":
        """One's own, and what others share."""
        return self.filter(Q(created_by=user) | Q(is_shared=True))


class SavedAudience(models.Model):
    """Conditions under a name, to be used again. Whom they include depends on who uses them, and when."""

    name = models.CharField(_("name"), max_length=100)
    audience = audience_field()
    is_shared = models.BooleanField(_("shared"), default=False, help_text=_("All survey owners may use it; only you may change it."))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_audiences")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedAudienceQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("saved audience")
        verbose_name_plural = _("saved audiences")
        constraints = [
            models.UniqueConstraint(
                "created_by",
                Lower("name"),
                name="one_audience_of_a_name",
                violation_error_message=_("You have an audience of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ExclusionList(models.Model):
    """Addresses that an audience leaves out, whoever they belong to: competitors, a law suit, a pilot group."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("exclusion list")
        verbose_name_plural = _("exclusion lists")

    def __str__(self) -> str:
        return self.name


class ExcludedAddress(models.Model):
    """An address on an exclusion list, in lower case."""

    exclusion_list = models.ForeignKey(ExclusionList, models.CASCADE, related_name="addresses", verbose_name=_("exclusion list"))
    email = models.EmailField(_("e-mail address"))

    class Meta:
        ordering = ["email"]
        verbose_name = _("excluded address")
        verbose_name_plural = _("excluded addresses")
        constraints = [models.UniqueConstraint("exclusion_list", Lower("email"), name="address_once_on_a_list")]
        indexes = [models.Index(Lower("email"), name="excluded_by_address")]

    def __str__(self) -> str:
        return self.email
