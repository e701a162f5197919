"""Whom we ask: segments, accounts, contacts, and the representatives who sell to them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback_site.access.models import User
from feedback_site.access.visibility import visible_rows
from feedback_site.defaults import organisation_language, organisation_time_zone, reporting_currency


class Segment(models.Model):
    """A part of the customer base that reports compare with the others."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    inactivity_days = models.PositiveIntegerField(
        _("inactivity window, days"),
        default=180,
        help_text=_("An account without revenue for so long counts as churned."),
    )
    is_simulated = models.BooleanField(_("simulated"), default=False, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("segment")
        verbose_name_plural = _("segments")

    def __str__(self) -> str:
        return self.name


class Representative(models.Model):
    """A sales representative; `user` ties the name in the books to a login."""

    external_id = models.CharField(_("external id"), max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=150)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="representative", verbose_name=_("user")
    )
    is_simulated = models.BooleanField(_("simulated"), default=False, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("sales representative")
        verbose_name_plural = _("sales representatives")

    def __str__(self) -> str:
        return self.name


class AccountQuerySet(models.QuerySet["Account"]):
    def visible_to(self, user: User) -> "AccountQuerySet":
        return self.filter(visible_rows(user))

    def with_people(self) -> "AccountQuerySet":
        return self.select_related("segment", "account_manager", "sales_representative")


class Account(models.Model):
    """A customer company (or person) that brings revenue."""

    external_id = models.CharField(_("external id"), max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=200)
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, blank=True, related_name="accounts", verbose_name=_("segment"))
    region = models.CharField(_("region"), max_length=100, blank=True, db_index=True)
    industry = models.CharField(_("industry"), max_length=100, blank=True)
    account_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="managed_accounts", verbose_name=_("account manager")
    )
    sales_representative = models.ForeignKey(
        Representative, models.SET_NULL, null=True, blank=True, related_name="accounts", verbose_name=_("sales representative")
    )
    currency = models.CharField(_("currency"), max_length=3, default=reporting_currency)
    attributes: "models.JSONField[dict[str, Any]]" = models.JSONField(_("own attributes"), default=dict, blank=True)
    is_key = models.BooleanField(_("key account"), default=False, help_text=_("Its account manager is told when it stays silent."))
    ended_on = models.DateField(_("ended on"), null=True, blank=True, help_text=_("The day on which the account left, where it is known."))
    created_at = models.DateTimeField(auto_now_add=True)
    is_simulated = models.BooleanField(_("simulated"), default=False, editable=False)

    objects = AccountQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        verbose_name = pgettext_lazy("customer", "account")
        verbose_name_plural = pgettext_lazy("customer", "accounts")

    def __str__(self) -> str:
        return self.name


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, user: User) -> "ContactQuerySet":
        return self.filter(visible_rows(user, "account"))


class Contact(models.Model):
    """A person at an account who may be asked."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        LEFT = "left", _("Left the company")
        BOUNCED = "bounced", _("Address bounces")

    account = models.ForeignKey(Account, models.CASCADE, related_name="contacts", verbose_name=pgettext_lazy("customer", "account"))
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=150, blank=True)
    role = models.CharField(_("role"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=8, default=organisation_language)
    time_zone = models.CharField(_("time zone"), max_length=64, default=organisation_time_zone)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.ACTIVE)
    is_key = models.BooleanField(_("key contact"), default=False, help_text=_("The account manager is told when the address bounces."))
    attributes: "models.JSONField[dict[str, Any]]" = models.JSONField(_("own attributes"), default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    is_simulated = models.BooleanField(_("simulated"), default=False, editable=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["name", "email"]
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="contact_email_any_case",
                violation_error_message=_("A contact with this e-mail address exists already."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email
