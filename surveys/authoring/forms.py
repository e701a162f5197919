"""Forms of authoring: texts in all languages side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from surveys.authoring.checks import BAND_TEXTS, OPTIONAL_TEXTS, VERSION_TEXTS
from surveys.authoring.choices import as_lines, keys_ever_used, with_labels
from surveys.authoring.kinds import kind_of
from surveys.authoring.kinds.cleaning import without_control_characters
from surveys.authoring.models import Question, Survey, SurveyVersion
from surveys.authoring.options import as_json, is_set, option_fields
from surveys.authoring.translation import LONGEST_LINE, LONGEST_PARAGRAPH, PARAGRAPHS
from surveys.customers.languages import CHOICES as LANGUAGES
from surveys.customers.languages import direction, language_name, other_languages

LONG = {*PARAGRAPHS, "choices", "rows"}
QUESTION_TEXTS = {
    "label": _("Wording"),
    "help": _("Help under the question"),
    "low": _("Low end"),
    "high": _("High end"),
    "unit": _("Unit"),
    "rows": _("Rows"),
    "choices": _("Choices"),
}
LISTS = ("choices", "rows")
HINTS = {
    "subject": _("What the inbox shows: short, and clear that it is a question."),
    "invitation": _("Stands in the mail above the buttons."),
    "introduction": _("Texts may recall what is known, as {contact.name|there}, {account.name} or {q.key of a question}."),
    **dict.fromkeys(BAND_TEXTS, _("Left empty, the thanks above are shown.")),
    "reminder_subject": _("Left empty, the subject above, marked as a reminder."),
    "reminder": _("Left empty, the text of the mail above, with a word before it that we asked already."),
    "unit": _("As hours, or ₪."),
    "rows": _("One on each line, in the same order in every language; each is answered by one of the choices."),
    "choices": _(
        "One on each line, in the same order in every language. A line that you reword keeps its answers: "
        "to ask something else, remove the line, save, and add the new one."
    ),
}


@dataclass(frozen=True)
class TextRow:
    """One text with its field in each language."""

    label: Any
    hint: Any
    fields: list[tuple[str, str, forms.BoundField]]


class PerLanguage(forms.Form):
    """A form with a field `<text>-<language>` for each text in each language."""

    def add_texts(self, names: dict[str, Any], languages: list[str], texts: dict[str, dict[str, str]]) -> None:
        self.text_names, self.text_languages = names, languages
        for name in names:
            for code in languages:
                rows = {"choices": 8, "rows": 6, "invitation": 4, "reminder": 4}.get(name, 3)
                attributes = {"class": "form-control", "lang": code, "dir": direction(code)}
                widget = forms.Textarea({**attributes, "rows": rows}) if name in LONG else forms.TextInput(attributes)
                field = CleanText(required=False, max_length=LONGEST_PARAGRAPH if name in LONG else LONGEST_LINE, widget=widget)
                field.initial = texts.get(code, {}).get(name, "")
                field.label = f"{names[name]} ({language_name(code)})"
                self.fields[f"{name}-{code}"] = field

    @property
    def text_rows(self) -> Iterator[TextRow]:
        for name, label in self.text_names.items():
            fields = [(code, language_name(code), self[f"{name}-{code}"]) for code in self.text_languages]
            yield TextRow(label, HINTS.get(name, ""), fields)

    def texts(self, *left_out: str) -> dict[str, dict[str, str]]:
        """The texts by language and name."""
        names = [name for name in self.text_names if name not in left_out]
        return {code: {name: self.cleaned_data[f"{name}-{code}"] for name in names} for code in self.text_languages}


class CleanText(forms.CharField):
    def to_python(self, value: Any) -> str:
        return super().to_python(without_control_characters(str(value or ""))) or ""


def languages_field() -> forms.MultipleChoiceField:
    """The common ones as boxes; whatever else a survey has is added to them."""
    return forms.MultipleChoiceField(
        label=_("Languages"), choices=LANGUAGES, widget=forms.CheckboxSelectMultiple, initial=["he", "en"], required=False
    )


def another_language_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Another language"), choices=lambda: [("", "–"), *_others()], required=False)


def default_language_field() -> forms.ChoiceField:
    hint = _("For contacts whose language the survey does not have.")
    return forms.ChoiceField(label=_("Default language"), choices=lambda: _all_after(LANGUAGES), initial="he", help_text=hint)


def _others() -> list[tuple[str, str]]:
    """By their names in the language of whoever reads the page."""
    return other_languages(get_language() or "en")


def _all_after(first: list[tuple[str, str]]) -> list[Any]:
    """`first`, and every other language below a heading."""
    return [*first, (_("More languages"), [choice for choice in _others() if choice[0] not in dict(first)])]


class SurveyFileForm(forms.Form):
    file = forms.FileField(label=_("File"), widget=forms.ClearableFileInput({"class": "form-control", "accept": ".json,application/json"}))


class LanguagesForm(forms.Form):
    """A survey's name and languages; the default language is one of them and comes first."""

    name = CleanText(label=_("Name"), max_length=150, help_text=_("For you and your colleagues; customers see the title."))
    languages = languages_field()
    another_language = another_language_field()
    default_language = default_language_field()
    audience = forms.ChoiceField(
        label=_("Who answers"),
        choices=Survey.Audience.choices,
        initial=Survey.Audience.CUSTOMERS,
        required=False,
        help_text=_("Answers of customers and of the own team are never mixed. Settled when the survey is published."),
    )
    is_anonymous = forms.BooleanField(
        label=_("Anonymous"),
        required=False,
        help_text=_(
            "Nothing ties a response to who gave it, not even the time; results are shown for groups of five and more. "
            "It can not be changed once the survey is published."
        ),
    )

    def clean(self) -> dict[str, Any]:
        another, default = self.cleaned_data.get("another_language"), self.cleaned_data.get("default_language")
        chosen = {*self.cleaned_data.get("languages", []), *([another] if another else [])}
        if not chosen and "languages" not in self.errors:
            raise ValidationError({"languages": _("Choose at least one language.")})
        if chosen and default not in chosen:
            raise ValidationError({"default_language": _("The default language must be one of the survey's languages.")})
        self.cleaned_data["languages"] = sorted(chosen, key=lambda code: (code != default, code))
        return self.cleaned_data

    @property
    def asked(self) -> dict[str, Any]:
        """Who answers, and whether anonymously, as far as it is not settled."""
        return {name: self.cleaned_data[name] for name in Survey.SETTLED if self.cleaned_data.get(name, "") != ""}


class TextsForm(LanguagesForm, PerLanguage):
    """Name, languages and texts of a draft. A language that is added shows its texts after saving."""

    def __init__(self, version: SurveyVersion, data: Any = None) -> None:
        initial = {"name": version.survey.name, "languages": version.languages, "default_language": version.default_language}
        super().__init__(data, initial={**initial, "audience": version.survey.audience, "is_anonymous": version.survey.is_anonymous})
        at_hand = [*LANGUAGES, *((code, language_name(code)) for code in version.languages if code not in dict(LANGUAGES))]
        boxes, default = cast(Any, self.fields["languages"]), cast(Any, self.fields["default_language"])
        boxes.choices, default.choices = at_hand, _all_after(at_hand)
        if version.survey.was_published:
            for settled in Survey.SETTLED:
                del self.fields[settled]
        self.add_texts(VERSION_TEXTS | OPTIONAL_TEXTS, version.languages, version.texts)


class QuestionForm(PerLanguage):
    """One question. Its type is chosen before, and fixed once its key was published."""

    key = forms.SlugField(
        label=_("Key"),
        max_length=60,
        widget=forms.TextInput({"dir": "ltr"}),
        error_messages={"invalid": _("Only letters of the Latin alphabet, digits, hyphens and underscores.")},
        help_text=_("Names the question in files and reports, in every version. Keep it, so that the figures go on."),
    )
    is_required = forms.BooleanField(label=_("An answer is required"), required=False)
    starts_page = forms.BooleanField(
        label=_("Begins a new page"),
        required=False,
        help_text=_("Where no question does, the score is asked first, alone on its page."),
    )

    def __init__(self, question: Question, data: Any = None) -> None:
        super().__init__(data, initial={name: getattr(question, name) for name in ("key", "is_required", "starts_page")})
        self.question, self.kind = question, kind_of(question)
        self.lists = [name for name, has in (("choices", self.kind.has_choices), ("rows", self.kind.has_rows)) if has]
        languages = question.version.languages
        names = {name: label for name, label in QUESTION_TEXTS.items() if name in (*self.kind.texts, *self.lists)}
        lines = {code: {name: as_lines(getattr(question, name), code) for name in self.lists} for code in languages}
        self.add_texts(names, languages, {code: {**question.texts.get(code, {}), **lines[code]} for code in languages})
        if not self.kind.takes_answer:
            del self.fields["is_required"]
        self.fields.update(option_fields(self.kind.options, question.options))

    @property
    def option_rows(self) -> list[forms.BoundField]:
        return [self[name] for name in self.kind.options]

    def clean(self) -> dict[str, Any]:
        self.lines = {name: self._lines_of(name) for name in self.lists}
        return self.cleaned_data

    def _lines_of(self, name: str) -> dict[str, list[str]]:
        """The lines of a list by language: as many in each, and none twice."""
        lines = {code: _lines(self.cleaned_data.get(f"{name}-{code}", "")) for code in self.text_languages}
        if len({len(one) for one in lines.values() if one}) > 1:
            raise ValidationError(_("Each language needs the same number of choices, in the same order."))
        for code, one in lines.items():
            if len(set(one)) < len(one):
                raise ValidationError({f"{name}-{code}": _("Two choices have the same label.")})
        return lines

    def filled(self) -> Question:
        """The question as the form says; not stored."""
        question, cleaned = self.question, self.cleaned_data
        question.key, question.is_required = cleaned["key"], cleaned.get("is_required", False)
        question.starts_page = cleaned["starts_page"]
        for code, texts in self.texts(*LISTS).items():
            question.texts = {**question.texts, code: {**question.texts.get(code, {}), **texts}}
        for name in self.lists:
            setattr(question, name, with_labels(getattr(question, name), self.lines[name], keys_ever_used(question, name)))
        question.options = {name: as_json(cleaned[name]) for name in self.kind.options if is_set(cleaned.get(name))}
        return question


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
