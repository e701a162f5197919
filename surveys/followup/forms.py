"""The note of what was done about a response."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.authoring.kinds.cleaning import without_control_characters
from surveys.followup.models import Handling


class HandlingForm(forms.ModelForm):
    class Meta:
        model = Handling
        fields = ["note"]
        error_messages = {"note": {"required": _("Please write in a few words what was done.")}}

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        if data is not None:
            data = {**data.dict(), "note": without_control_characters(data.get("note", ""))}
        super().__init__(data, **kwargs)
