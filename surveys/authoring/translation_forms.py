"""Forms of translating: which languages, the texts side by side, and a translator's file."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from surveys.authoring.forms import CleanText
from surveys.authoring.models import SurveyVersion
from surveys.authoring.translation import Unit, problems_of
from surveys.authoring.translation_files import LARGEST_FILE
from surveys.customers.languages import direction, language_name

MISSING = "missing"


class LanguagePairForm(forms.Form):
    """From which language into which, as the address says; what it does not say, or says wrongly, is chosen here."""

    def __init__(self, version: SurveyVersion, data: Mapping[str, Any]) -> None:
        self.source, self.target = _pair(version, str(data.get("from", "")), str(data.get("to", "")))
        self.only_missing = data.get("only") == MISSING
        super().__init__(initial={"from": self.source, "to": self.target, "only": MISSING if self.only_missing else ""})
        names = [(code, language_name(code)) for code in version.languages]
        for name, label in (("from", _("From the language")), ("to", _("Into the language"))):
            self.fields[name] = forms.ChoiceField(label=label, choices=names, widget=forms.Select({"class": "form-select"}))
        shown = [("", _("All texts")), (MISSING, _("Only what is missing"))]
        self.fields["only"] = forms.ChoiceField(label=_("Texts shown"), choices=shown, widget=forms.Select({"class": "form-select"}))


def _pair(version: SurveyVersion, source: str, target: str) -> tuple[str, str]:
    """Two different languages of a version that has at least two."""
    languages = version.languages
    source = source if source in languages else next(code for code in languages if code != target)
    return source, target if target in languages and target != source else next(code for code in languages if code != source)


class TranslationForm(forms.Form):
    """A field for each text, named by its id."""

    def __init__(self, listed: list[Unit], language: str, data: Any = None) -> None:
        super().__init__(data)
        self.listed = listed
        for unit in listed:
            attributes = {"class": "form-control", "lang": language, "dir": direction(language)}
            attributes["aria-describedby"] = f"source-{unit.id}"
            widget = forms.Textarea({**attributes, "rows": 3}) if unit.is_paragraph else forms.TextInput(attributes)
            field = CleanText(required=False, max_length=unit.longest, widget=widget, initial=unit.target)
            field.label = format_lazy("{} ({})", unit.where, language_name(language))
            self.fields[unit.id] = field

    @property
    def rows(self) -> Iterator[tuple[Unit, forms.BoundField, list[str]]]:
        """Each text with its field, and with what is wrong with it as it is stored."""
        for unit in self.listed:
            yield unit, self[unit.id], [] if self.is_bound else problems_of(unit, unit.target)

    @property
    def problem_rows(self) -> list[Unit]:
        return [unit for unit in self.listed if unit.id in self.errors]


class TranslationFileForm(forms.Form):
    file = forms.FileField(label=_("File"), widget=forms.ClearableFileInput({"class": "form-control", "accept": ".xlsx,.po"}))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than %(size)s MB."), params={"size": LARGEST_FILE // 1024**2})
        return file
