"""What is settled about a link."""

from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback_site.access.models import User
from surveys.authoring.models import Survey
from surveys.customers.models import Account
from surveys.distribution.link_models import Link

MOST_ORIGINS = 20


def day_field(label: Any, help_text: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, help_text=help_text)


class LinkForm(forms.ModelForm):
    """Survey, account, period and sites of a link; a link keeps its survey."""

    opens_on = day_field(_("Open from"), _("Left empty: at once."))
    closes_on = day_field(_("Open until, inclusive"), _("Left empty: until you stop it."))
    origins = forms.CharField(
        label=_("Sites that may embed it"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr", "placeholder": "https://www.example.com"}),
        help_text=_("One address on each line. No other site can show the survey in a frame."),
    )

    class Meta:
        model = Link
        fields = ["name", "survey", "account", "opens_on", "closes_on", "one_per_browser", "origins"]
        help_texts = {
            "account": _("For a link that only this customer gets. Left empty, nobody knows whose the responses are."),
        }

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        link = self.instance
        self.fields["survey"].queryset = Survey.objects.published()  # type: ignore[attr-defined]
        self.fields["account"].queryset = Account.objects.visible_to(user)  # type: ignore[attr-defined]
        self.fields["account"].label = pgettext_lazy("customer", "Account")
        self.fields["account"].empty_label = _("nobody's")  # type: ignore[attr-defined]
        self.initial["origins"] = "\n".join(link.origins)
        if link.pk:
            del self.fields["survey"]
            for name in ("opens", "closes"):
                moment = getattr(link, f"{name}_at")
                self.initial[f"{name}_on"] = timezone.localdate(moment) if moment else None

    def clean_closes_on(self) -> date | None:
        day: date | None = self.cleaned_data["closes_on"]
        if day and day < timezone.localdate() and "closes_on" in self.changed_data:
            raise ValidationError(_("This day is over."))
        return day

    def clean_origins(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["origins"].splitlines() if line.strip()]
        if len(lines) > MOST_ORIGINS:
            raise ValidationError(_("At most %(most)s sites.") % {"most": MOST_ORIGINS})
        return list(dict.fromkeys(origin_of(line) for line in lines))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        survey = cleaned.get("survey") or (self.instance.survey if self.instance.pk else None)
        if cleaned.get("account") and survey and (survey.is_anonymous or survey.is_of_team):
            self.add_error("account", _("Responses to an anonymous survey, and those of the own team, belong to no account."))
        opens, closes = cleaned.get("opens_on"), cleaned.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", _("It would close before it opens."))
        return cleaned

    def save(self, commit: bool = True) -> Link:
        link, cleaned = self.instance, self.cleaned_data
        link.opens_at, link.closes_at = moment_of(cleaned["opens_on"], time.min), moment_of(cleaned["closes_on"], time(23, 59, 59))
        return super().save(commit)


def origin_of(line: str) -> str:
    """`https://www.example.com` of an address on that site. Raises ValidationError for anything else."""
    try:
        URLValidator(["https", "http"])(line)
    except ValidationError:
        raise ValidationError(_("“%(line)s” is no address of a site, as https://www.example.com.") % {"line": line}) from None
    parts = urlsplit(line)
    return f"{parts.scheme}://{parts.netloc}"


def moment_of(day: date | None, at: time) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, at)) if day else None
