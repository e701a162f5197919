"""The answers of one response with the words of their questions, in the reader's language."""

from dataclasses import dataclass

from django.utils.text import capfirst

from analytics.text.themes.queries import mentions_in_use
from feedback_site.access.personal_data import hidden, readable
from surveys.authoring.kinds import kind_of
from surveys.authoring.kinds.written import ContactDetails
from surveys.authoring.models import Question
from surveys.collection.models import Answer, Response


@dataclass(frozen=True)
class Answered:
    """A question and what was answered to it; all empty where it was skipped."""

    question: Question
    label: str
    answer: Answer | None
    words: list[str]
    is_headline: bool

    @property
    def highest(self) -> int | None:
        return self.question.scale[-1] if self.question.is_score else None


def answers_of(response: Response, language: str, is_masked: bool) -> list[Answered]:
    """Every question of the version in its order, answered or not; `is_masked`: without personal data."""
    answers = response.answers.select_related("sentiment", "judgement__judged_by").prefetch_related(mentions_in_use())
    given = {answer.question_key: answer for answer in answers}
    questions = [one for one in response.version.questions.select_related("version__survey") if kind_of(one).takes_answer]
    headline = next((question for question in questions if question.is_score), None)
    return [_answered(question, given.get(question.key), language, question == headline, is_masked) for question in questions]


def _answered(question: Question, answer: Answer | None, language: str, is_headline: bool, is_masked: bool) -> Answered:
    return Answered(
        question=question,
        label=question.text("label", language) or question.key,
        answer=answer,
        words=in_words(question, answer, language, is_masked) if answer else [],
        is_headline=is_headline,
    )


def in_words(question: Question, answer: Answer, language: str, is_masked: bool) -> list[str]:
    """The answer as people read it; of the respondent's own details, masked, only which were given."""
    kind = kind_of(question)
    if is_masked and isinstance(kind, ContactDetails):
        answer = Answer(data=dict.fromkeys(answer.data or {}, hidden()))
    return [readable(words, is_masked) for words in kind.in_words(question, answer, language)]


@dataclass(frozen=True)
class Change:
    """What the account was when it answered, and what it is now."""

    name: str
    then: str
    now: str

    @property
    def is_changed(self) -> bool:
        return self.then != self.now


def account_then_and_now(response: Response) -> list[Change]:
    """The account's segment, region and people at the time of the response, beside those of today."""
    names = ("segment", "region", "account_manager", "sales_representative")
    account = response.account
    if account is None:
        return []
    titles = [str(capfirst(account._meta.get_field(name).verbose_name)) for name in names]  # type: ignore[union-attr]
    return [Change(title, _text(response, name), _text(account, name)) for title, name in zip(titles, names, strict=True)]


def _text(row: object, name: str) -> str:
    value = getattr(row, name)
    return str(value) if value else "–"
