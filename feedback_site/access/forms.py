"""Forms for users, teams and one's own profile."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback_site.access.models import Team, User


def time_zones(present: str = "") -> list[tuple[str, str]]:
    """Every zone of the world, and what is stored although it is none of them."""
    names = {name for name in available_timezones() if "/" in name or name == "UTC"} | ({present} if present else set())
    return [(name, name.replace("_", " ")) for name in sorted(names)]


class PreferencesForm(forms.ModelForm):
    """What users choose for themselves."""

    time_zone = forms.ChoiceField(label=_("Time zone"))

    class Meta:
        model = User
        fields = ["name", "language", "time_zone", "theme", "mails_alerts"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = time_zones(self.instance.time_zone)  # type: ignore[attr-defined]
        self.fields["time_zone"].initial = self.instance.time_zone


class UserForm(PreferencesForm):
    """What an administrator decides about a user."""

    class Meta:
        model = User
        fields = ["name", "email", "role", "team", "language", "time_zone"]
        help_texts = {"team": _("A team lead sees the accounts of the members of the same team.")}
        error_messages = {"email": {"unique": _("There is a user with this e-mail address already.")}}

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is a user with this e-mail address already."))
        return email


class TeamForm(forms.ModelForm):
    class Meta:
        model = Team
        fields = ["name"]
