"""What a brand is made of."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback_site.mails import DEFAULT_COLOUR
from surveys.distribution.brand import LARGEST_UPLOAD, small_logo
from surveys.distribution.brand_models import Brand


class BrandForm(forms.ModelForm):
    """An upload replaces the logo; without one it stays."""

    upload = forms.FileField(
        label=_("Logo"), required=False, help_text=_("PNG, JPEG or WebP, up to 2 MB. It is made small and travels in the mail itself.")
    )
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)

    class Meta:
        model = Brand
        fields = ["name", "colour", "sender_email", "reply_to"]
        widgets = {"colour": forms.TextInput({"dir": "ltr", "placeholder": DEFAULT_COLOUR})}
        help_texts = {
            "name": _("The name that customers see. Empty: as above."),
            "colour": _("As #2f5d8c. Text on it becomes white or dark, whichever can be read better."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.logo:
            del self.fields["remove_logo"]

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_upload(self) -> bytes | None:
        upload = self.cleaned_data["upload"]
        if not upload:
            return None
        if upload.size > LARGEST_UPLOAD:
            raise forms.ValidationError(_("This file is larger than 2 MB."))
        return small_logo(upload)

    def as_chosen(self) -> Brand:
        """The brand as the form has it, not stored."""
        if self.cleaned_data["upload"]:
            self.instance.logo = self.cleaned_data["upload"]
        elif self.cleaned_data.get("remove_logo"):
            self.instance.logo = None
        return self.instance

    def save(self, commit: bool = True) -> Brand:
        self.as_chosen()
        return super().save(commit)
