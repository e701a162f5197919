"""Forms of the themes' pages."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from analytics.text.themes.catalogue import Draft, ThemeRefused, cleaned_terms, state_of
from analytics.text.themes.models import Term, Theme
from analytics.text.themes.starting_set import LANGUAGES
from analytics.text.themes.suggestion_models import ThemeSuggestion

NAMES = {"en": _("Name in English"), "he": _("Name in Hebrew")}
TERMS = {
    "en": _("Terms in English, one a line"),
    "he": _("Terms in Hebrew, one a line"),
    "ar": _("Terms in Arabic, one a line"),
    "ru": _("Terms in Russian, one a line"),
}
DIRECTIONS = {"en": "ltr", "he": "rtl", "ar": "rtl", "ru": "ltr"}
MOST_ROWS = 16


class TermsField(forms.CharField):
    """A list of terms, one a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=100_000, strip=True, **kwargs)

    def clean(self, value: Any) -> Any:
        try:
            return cleaned_terms(super().clean(value).splitlines())
        except ThemeRefused as refused:
            raise ValidationError(str(refused), code="term") from refused


class NamesForm(forms.Form):
    """The names of a theme by language, of which one must be there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language in LANGUAGES:
            widget = forms.TextInput(attrs={"dir": DIRECTIONS[language], "lang": language})
            self.fields[f"name_{language}"] = forms.CharField(label=NAMES[language], max_length=60, required=False, widget=widget)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not self.names:
            raise ValidationError(_("Give the theme a name in at least one language."), code="name")
        return cleaned

    @property
    def names(self) -> dict[str, str]:
        found = {language: self.cleaned_data.get(f"name_{language}", "") for language in LANGUAGES}
        return {language: name for language, name in found.items() if name}


class ThemeForm(NamesForm):
    """A theme with its terms; valid, it has `.draft`."""

    state = forms.CharField(widget=forms.HiddenInput, required=False)
    parent = forms.ModelChoiceField(
        label=_("Part of"), queryset=Theme.objects.none(), required=False, empty_label=_("nothing: a theme of its own")
    )

    def __init__(self, *args: Any, theme: Theme | None = None, **kwargs: Any) -> None:
        self.theme = theme
        super().__init__(*args, initial=self._initial(theme), **kwargs)
        tops = Theme.objects.active().filter(parent=None)
        if theme:  # its present place stays a choice, also when that is out of use
            tops = Theme.objects.filter(Q(is_active=True) | Q(pk=theme.parent_id), parent=None).exclude(pk=theme.pk)
        self.fields["parent"].queryset = tops  # type: ignore[attr-defined]
        for language in TERMS:
            rows = min(MOST_ROWS, max(4, self.initial.get(f"terms_{language}", "").count("\n") + 2))
            widget = forms.Textarea(attrs={"rows": rows, "dir": DIRECTIONS[language], "lang": language, "spellcheck": "false"})
            self.fields[f"terms_{language}"] = TermsField(label=TERMS[language], widget=widget)
        self.order_fields([*(f"name_{language}" for language in LANGUAGES), "parent"])

    @staticmethod
    def _initial(theme: Theme | None) -> dict[str, Any]:
        if theme is None:
            return {}
        own = list(theme.terms.all())
        lines = {f"terms_{one}": "\n".join(term.text for term in own if term.language == one) for one in TERMS}
        return {"state": state_of(theme), "parent": theme.parent, **{f"name_{one}": theme.names.get(one, "") for one in LANGUAGES}, **lines}

    @property
    def terms(self) -> dict[str, list[str]]:
        return {language: self.cleaned_data.get(f"terms_{language}") or [] for language in TERMS}

    def usual(self) -> list[forms.BoundField]:
        """What stands open: the names, the place, and terms in the languages of the starting set."""
        return [self[name] for name in self.fields if name != "state" and name not in self._folded]

    def more(self) -> list[forms.BoundField]:
        return [self[name] for name in self._folded]

    def is_more_open(self) -> bool:
        return any(field.value() for field in self.more())

    @property
    def _folded(self) -> list[str]:
        return [f"terms_{language}" for language in TERMS if language not in LANGUAGES]

    @property
    def draft(self) -> Draft:
        return Draft(self.names, self.terms, self.cleaned_data["parent"], self.cleaned_data["state"])


class AcceptForm(ThemeForm):
    """A suggested theme with its terms, to be named."""

    def __init__(self, *args: Any, suggestion: ThemeSuggestion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial[f"terms_{suggestion.language}"] = "\n".join(suggestion.terms)


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(label=_("Merge into"), queryset=Theme.objects.none())

    def __init__(self, *args: Any, theme: Theme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = Theme.objects.active().exclude(pk=theme.pk)  # type: ignore[attr-defined]


class TermChoices(forms.ModelMultipleChoiceField):
    """Terms to tick, each in its own direction."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return format_html("<bdi>{}</bdi>", obj.text)


class SplitForm(NamesForm):
    terms = TermChoices(label=_("Terms of the new theme"), queryset=Term.objects.none())

    def __init__(self, *args: Any, theme: Theme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["terms"].queryset = theme.terms.all()  # type: ignore[attr-defined]
        self.order_fields([*(f"name_{language}" for language in LANGUAGES), "terms"])
