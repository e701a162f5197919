"""What is entered for exclusion lists and saved audiences."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.utils.translation import gettext_lazy as _

from surveys.distribution.audience_forms import AudienceFields
from surveys.distribution.audience_models import ExcludedAddress, ExclusionList, SavedAudience
from surveys.distribution.excluded import add_addresses

LONGEST_ADDRESS = ExcludedAddress._meta.get_field("email").max_length or 254
MOST_PASTED = 1_000_000  # characters


class ExclusionListForm(forms.ModelForm):
    class Meta:
        model = ExclusionList
        fields = ["name"]


class AddressesForm(forms.Form):
    """Addresses, one on each line. A line that is none names itself, and then nothing is added."""

    addresses = forms.CharField(
        label=_("More addresses"),
        max_length=MOST_PASTED,
        widget=forms.Textarea({"rows": 6, "dir": "ltr"}),
        help_text=_("One on each line. For very many, use the import."),
    )

    def clean_addresses(self) -> list[str]:
        found, problems = [], []
        for number, line in enumerate(self.cleaned_data["addresses"].splitlines(), start=1):
            for email in re.split(r"[,;\s]+", line.strip()):
                if email:
                    found.append(email.lower())
                    problems += self._problem(number, email)
        if problems:
            raise forms.ValidationError(problems[:10])
        return list(dict.fromkeys(found))

    def _problem(self, number: int, email: str) -> list[ValidationError]:
        try:
            validate_email(email)
            MaxLengthValidator(LONGEST_ADDRESS)(email)
        except ValidationError:
            params = {"number": number, "email": email[:100]}
            return [ValidationError(_("Line %(number)s: “%(email)s” is no e-mail address."), params=params)]
        return []

    def add_to(self, chosen: ExclusionList) -> int:
        """Those that were not there yet; returns how many."""
        return add_addresses(chosen, self.cleaned_data["addresses"])


class SavedAudienceForm(AudienceFields, forms.ModelForm):  # type: ignore[misc]  # two kinds of form in one
    class Meta:
        model = SavedAudience
        fields = ["name", "is_shared"]

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        own = SavedAudience.objects.filter(created_by=self.instance.created_by, name__iexact=name).exclude(pk=self.instance.pk)
        if own.exists():
            raise forms.ValidationError(_("You have an audience of this name already."))
        return name

    def save(self, commit: bool = True) -> Any:
        self.instance.audience = self.audience().as_json()
        return forms.ModelForm.save(self, commit)
