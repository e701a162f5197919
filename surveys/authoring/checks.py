"""What a draft lacks before people can answer it."""

from collections.abc import Iterator
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from surveys.authoring.models import Question, SurveyVersion
from surveys.customers.languages import language_name

VERSION_TEXTS = {
    "title": _("Title"),
    "introduction": _("Introduction"),
    "thanks": _("Thanks"),
    "subject": _("Subject of the mail"),
    "invitation": _("Text of the mail"),
}


def problems(version: SurveyVersion) -> list[Any]:
    """One sentence for each thing that is missing; empty when the draft can be published."""
    questions = list(version.questions.all())
    found: list[Any] = []
    if not version.languages:
        found.append(_("The survey has no language."))
    if not questions:
        found.append(_("The survey has no question."))
    for language in version.languages:
        missing = [str(label) for name, label in VERSION_TEXTS.items() if not version.texts[language].get(name, "").strip()]
        found += [_missing(language, name) for name in missing]
    for number, question in enumerate(questions, start=1):
        found += _question_problems(version, number, question)
    return found


def _question_problems(version: SurveyVersion, number: int, question: Question) -> Iterator[Any]:
    for language in version.languages:
        texts = question.texts.get(language, {})
        names = [("label", _("Wording"))] + ([("low", _("Low end")), ("high", _("High end"))] if question.is_score else [])
        for name, label in names:
            if not texts.get(name, "").strip():
                yield _missing(language, format_lazy("{} {}: {}", _("Question"), number, label))
        if any(not choice["labels"].get(language, "").strip() for choice in question.choices):
            yield _missing(language, format_lazy("{} {}: {}", _("Question"), number, _("Choices")))
    if question.has_choices and len(question.choices) < 2:
        yield format_lazy("{} {}: {}", _("Question"), number, _("at least two choices are needed."))
    yield from _published_type_problem(version, number, question)


def _published_type_problem(version: SurveyVersion, number: int, question: Question) -> Iterator[Any]:
    if published_type(version, question.key) not in ("", question.type):
        yield format_lazy("{} {}: {}", _("Question"), number, _("its key was published with another type; give it a new key."))


def published_type(version: SurveyVersion, key: str) -> str:
    """The type under which `key` was published in this survey, or empty."""
    frozen = Question.objects.filter(version__survey_id=version.survey_id, key=key).exclude(version__state=SurveyVersion.State.DRAFT)
    return frozen.order_by("-version__number").values_list("type", flat=True).first() or ""


def _missing(language: str, what: Any) -> Any:
    return format_lazy("{} ({}): {}", what, language_name(language), _("the text is missing."))
