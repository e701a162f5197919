"""Two people at the same row: the second is told, and nothing is overwritten silently."""

from typing import Any

from django import forms
from django.core.signing import Signer
from django.db import models
from django.utils.translation import gettext_lazy as _


def state_of(row: models.Model) -> str:
    """A fingerprint of all stored values of `row`; changes when any of them does. Empty for a row not yet stored."""
    if not row.pk:
        return ""
    values = "\n".join(f"{field.attname}={field.value_from_object(row)!r}" for field in row._meta.concrete_fields)
    return Signer(salt="customers.state").signature(values)


class EditForm(forms.ModelForm):
    """Refuses to save a row that was changed since its form was opened."""

    state = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored_state = state_of(self.instance)
        self.initial["state"] = self.stored_state

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.instance.pk and cleaned.get("state") != self.stored_state:
            raise forms.ValidationError(
                _("Somebody changed this meanwhile, so nothing is saved. Open it again to see the change; your entries stand below."),
                code="changed",
            )
        return cleaned
