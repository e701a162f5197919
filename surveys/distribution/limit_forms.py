"""The limits of one survey on how often the same person is asked."""

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.authoring.models import Survey


class LimitsForm(forms.ModelForm):
    class Meta:
        model = Survey
        fields = ["days_between_invitations", "most_invitations_a_year", "most_open_invitations"]
        help_texts = {
            "days_between_invitations": _("Who was asked by this survey more recently, reminders included, is skipped."),
            "most_invitations_a_year": _("Within 365 days, by this survey."),
            "most_open_invitations": _("Of this survey, mailed and neither answered nor closed."),
        }
