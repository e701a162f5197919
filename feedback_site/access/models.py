"""Users, their roles and their teams."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from feedback_site.defaults import organisation_language, organisation_time_zone


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    SURVEY_OWNER = "survey_owner", _("Survey owner")
    ACCOUNT_MANAGER = "account_manager", _("Account manager")
    TEAM_LEAD = "team_lead", _("Team lead")
    LEADERSHIP = "leadership", _("Leadership")
    SALES = "sales", _("Sales")


class Team(models.Model):
    """The account managers whom one team lead looks after."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    is_simulated = models.BooleanField(_("simulated"), default=False, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("team")
        verbose_name_plural = _("teams")

    def __str__(self) -> str:
        return self.name


class EmailUserManager(UserManager["User"]):
    """Users are known by their e-mail address, whatever its case."""

    def _create_user(self, username, email, password, **fields):  # type: ignore[no-untyped-def]
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_user(self, email, password=None, **fields):  # type: ignore[no-untyped-def,override]
        return self._create_user(None, email, password, **fields)

    def create_superuser(self, email, password=None, **fields):  # type: ignore[no-untyped-def,override]
        return self._create_user(None, email, password, **{"role": Role.ADMINISTRATOR, **fields})

    def get_by_natural_key(self, email):  # type: ignore[no-untyped-def,override]
        return self.get(email__iexact=email)


class User(AbstractUser):
    class Theme(models.TextChoices):
        AUTO = "auto", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.ACCOUNT_MANAGER)
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="members", verbose_name=_("team"))
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default=organisation_language)
    time_zone = models.CharField(_("time zone"), max_length=64, default=organisation_time_zone)
    theme = models.CharField(_("appearance"), max_length=8, choices=Theme.choices, default=Theme.AUTO)
    mails_alerts = models.BooleanField(
        _("mail me alerts"), default=True, help_text=_("About accounts that you are responsible for. They stand under Alerts either way.")
    )
    is_simulated = models.BooleanField(_("simulated"), default=False, editable=False)

    objects = EmailUserManager()  # type: ignore[misc]
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "email"]
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name or self.email

    def has_role(self, *roles: str) -> bool:
        return self.is_active and self.role in roles
