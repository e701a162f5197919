"""What a draft lacks before people can answer it."""

from collections.abc import Iterator
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from surveys.authoring.conditions import QUESTION, problems_of, subjects_of
from surveys.authoring.flow import in_order
from surveys.authoring.kinds import kind_of
from surveys.authoring.models import Question, SurveyVersion
from surveys.authoring.recall import unknown_placeholders
from surveys.customers.languages import language_name

VERSION_TEXTS = {
    "title": _("Title"),
    "introduction": _("Introduction"),
    "thanks": _("Thanks"),
    "subject": _("Subject of the mail"),
    "invitation": _("Text of the mail"),
}
MAIL_TEXTS = ("subject", "invitation")
BAND_TEXTS = {
    "thanks_promoter": _("Thanks, after a high score"),
    "thanks_passive": _("Thanks, after a middling score"),
    "thanks_detractor": _("Thanks, after a low score"),
}
REMINDER_TEXTS = {
    "reminder_subject": _("Subject of the reminder"),
    "reminder": _("Text of the reminder"),
}
OPTIONAL_TEXTS = BAND_TEXTS | REMINDER_TEXTS
LABELS = {"label": _("Wording"), "low": _("Low end"), "high": _("High end")}


def problems(version: SurveyVersion) -> list[Any]:
    """One sentence for each thing that is missing; empty when the draft can be published."""
    questions = list(version.questions.all())
    found: list[Any] = []
    if not version.languages:
        found.append(_("The survey has no language."))
    if not questions:
        found.append(_("The survey has no question."))
    needed = {name: label for name, label in VERSION_TEXTS.items() if not (version.survey.is_of_team and name in MAIL_TEXTS)}
    for language in version.languages:
        missing = [str(label) for name, label in needed.items() if not version.texts[language].get(name, "").strip()]
        found += [_missing(language, name) for name in missing]
    for number, question in enumerate(questions, start=1):
        found += _question_problems(version, number, question)
    return [*found, *_flow_problems(version, questions), *_recall_problems(version, questions), *_anonymity_problems(version, questions)]


def _anonymity_problems(version: SurveyVersion, questions: list[Question]) -> Iterator[Any]:
    """What would tell who answered; and what nobody knows of the own team."""
    if not (version.survey.is_anonymous or version.survey.is_of_team):
        return
    for number, question in enumerate(questions, start=1):
        if any(not subject.startswith(QUESTION) for subject in subjects_of(question)):
            problem = _("it is shown by what is known of a contact or account, which this survey does not look at.")
            yield format_lazy("{} {}: {}", _("Question"), number, problem)
        if version.survey.is_anonymous and question.type == Question.Type.CONTACT_DETAILS:
            yield format_lazy("{} {}: {}", _("Question"), number, _("it asks who answers, and the survey is anonymous."))


def _flow_problems(version: SurveyVersion, questions: list[Question]) -> Iterator[Any]:
    """Rules about later questions, or about answers that nobody can give, and questions behind an end for all."""
    order, is_ended = in_order(version), False
    for place, question in enumerate(order):
        number = questions.index(question) + 1
        for problem in problems_of(question, order[:place]):
            yield format_lazy("{} {}: {}", _("Question"), number, problem)
        if is_ended:
            yield format_lazy("{} {}: {}", _("Question"), number, _("nobody reaches it: the survey ends before it for everybody."))
        is_ended = is_ended or (question.type == Question.Type.END and not question.shown_if)


def _recall_problems(version: SurveyVersion, questions: list[Question]) -> Iterator[Any]:
    """Placeholders in texts that name nothing."""
    keys = [question.key for question in questions]
    texts = [*version.texts.values(), *(texts for question in questions for texts in question.texts.values())]
    named = (name for words in texts for text in words.values() for name in unknown_placeholders(text, keys))
    for name in dict.fromkeys(named):
        yield format_lazy(_("The texts recall “{}”, which is neither a question nor known of the contact or account."), name)


def _question_problems(version: SurveyVersion, number: int, question: Question) -> Iterator[Any]:
    kind = kind_of(question)
    for language in version.languages:
        texts = question.texts.get(language, {})
        for name, label in [(name, LABELS[name]) for name in kind.needed]:
            if not texts.get(name, "").strip():
                yield _missing(language, format_lazy("{} {}: {}", _("Question"), number, label))
        for rows, label in ((question.choices, _("Choices")), (question.rows, _("Rows"))):
            if any(not row["labels"].get(language, "").strip() for row in rows):
                yield _missing(language, format_lazy("{} {}: {}", _("Question"), number, label))
    for problem in kind.problems(question):
        yield format_lazy("{} {}: {}", _("Question"), number, problem)
    yield from _published_type_problem(version, number, question)


def _published_type_problem(version: SurveyVersion, number: int, question: Question) -> Iterator[Any]:
    if published_otherwise(version, question):
        problem = _("its key was published with another type, scale or unit; give it a new key.")
        yield format_lazy("{} {}: {}", _("Question"), number, problem)


def published_otherwise(version: SurveyVersion, question: Question) -> bool:
    """Whether the key of `question` was published in this survey with another type or scale: no figure mixes two."""
    frozen = Question.objects.filter(version__survey_id=version.survey_id, key=question.key).select_related("version")
    former = frozen.exclude(version__state=SurveyVersion.State.DRAFT).order_by("-version__number").first()
    return former is not None and measured(former) != measured(question)


def measured(question: Question) -> list[Any]:
    return [question.type, *kind_of(question).signature(question)]


def _missing(language: str, what: Any) -> Any:
    return format_lazy("{} ({}): {}", what, language_name(language), _("the text is missing."))
