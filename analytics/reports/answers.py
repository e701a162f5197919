"""The answers of one response with the words of their questions, in the reader's language."""

from dataclasses import dataclass

from django.utils.text import capfirst

from analytics.reports.queries import sentiment_of
from analytics.text.models import Sentiment
from analytics.text.theme_queries import mentions_in_use
from surveys.authoring.kinds import kind_of
from surveys.authoring.models import Question
from surveys.collection.models import Answer, Response


@dataclass(frozen=True)
class Answered:
    """A question and what was answered to it; all empty where it was skipped."""

    question: Question
    label: str
    answer: Answer | None
    words: list[str]
    sentiment: Sentiment | None
    is_headline: bool

    @property
    def highest(self) -> int | None:
        return self.question.scale[-1] if self.question.is_score else None


def answers_of(response: Response, language: str) -> list[Answered]:
    """Every question of the version in its order, answered or not."""
    given = {answer.question_key: answer for answer in response.answers.select_related("sentiment").prefetch_related(mentions_in_use())}
    questions = [one for one in response.version.questions.select_related("version__survey") if kind_of(one).takes_answer]
    headline = next((question for question in questions if question.is_score), None)
    return [_answered(question, given.get(question.key), language, question == headline) for question in questions]


def _answered(question: Question, answer: Answer | None, language: str, is_headline: bool) -> Answered:
    return Answered(
        question=question,
        label=question.text("label", language) or question.key,
        answer=answer,
        words=kind_of(question).in_words(question, answer, language) if answer else [],
        sentiment=sentiment_of(answer) if answer else None,
        is_headline=is_headline,
    )


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
