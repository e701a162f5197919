"""How a mail looks, and who it is from: of the organisation, and of one survey where that differs."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from surveys.authoring.models import Survey


class Brand(models.Model):
    """Name, logo, colour, sender and reply address. Without a survey: the organisation's. What is empty is inherited."""

    survey = models.OneToOneField(Survey, models.CASCADE, null=True, blank=True, related_name="brand", editable=False)
    name = models.CharField(_("name"), max_length=100, blank=True)
    colour = models.CharField(
        _("colour"), max_length=7, blank=True, validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Name a colour as #2f5d8c."))]
    )
    sender_email = models.EmailField(_("sender"), blank=True, help_text=_("Your mail server must be allowed to send for it."))
    reply_to = models.EmailField(_("replies go to"), blank=True)
    logo = models.BinaryField(null=True, blank=True)  # a small PNG, carried in the mail itself
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        constraints = [models.UniqueConstraint(models.Value(1), condition=Q(survey=None), name="one_brand_of_the_organisation")]

    def __str__(self) -> str:
        return self.name or str(self.survey or "")
