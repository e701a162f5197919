"""In what order a respondent is led through a version, and which page is next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from feedback_site.numbers import whole_number
from surveys.authoring.conditions import QUESTION, Facts
from surveys.authoring.flow import Page, shown_pages
from surveys.authoring.kinds import Value, kind_of
from surveys.authoring.models import Question, SurveyVersion
from surveys.authoring.values import is_empty
from surveys.collection.bands import band_of
from surveys.collection.models import Answer, Response

THANKS = 0


@dataclass(frozen=True)
class Pages:
    """The pages of `version` that somebody with these answers is shown, by their number; THANKS follows the last."""

    version: SurveyVersion
    answers: Mapping[str, Value]
    facts: Facts

    @cached_property
    def shown(self) -> dict[int, Page]:
        return shown_pages(self.version, self.answers, self.facts)

    def __len__(self) -> int:
        return len(self.shown)

    @property
    def first(self) -> int:
        return next(iter(self.shown), THANKS)

    @property
    def of_score(self) -> int:
        """The page with the headline score; the first where that is not shown."""
        headline = self.version.headline
        return next((number for number, page in self.shown.items() if headline in page), self.first)

    def on(self, page: int) -> Page:
        return self.shown.get(page, [])

    def place(self, page: int) -> int:
        """Which page it is for the respondent: 2 of 3."""
        return [*self.shown, page].index(page) + 1

    def before(self, page: int) -> int:
        """The page before, or 0."""
        return max((number for number in self.shown if number < page), default=0)

    def after(self, page: int) -> int:
        return next((number for number in self.shown if number > page), THANKS)

    def next(self, response: Response | None) -> int:
        """Where to go on: the first page, the one with a required answer missing, the one after the last answer, or the thanks."""
        if response is None:
            return self.first
        if response.finished_at is not None:
            return THANKS
        if self.lacking() != THANKS:
            return self.lacking()
        answered = [number for number, page in self.shown.items() if any(not self._lacks(one.key) for one in page)]
        return (self.after(answered[-1]) or answered[-1]) if answered else self.first

    def lacking(self) -> int:
        """The first page on which a required answer is missing; THANKS where there is none."""
        pages = (number for number, page in self.shown.items() if any(one.is_required and self._lacks(one.key) for one in page))
        return next(pages, THANKS)

    def band(self) -> str:
        """The band of the score among the answers; empty where there is none."""
        headline = self.version.headline
        score = self.answers.get(headline.key) if headline else None
        return band_of(headline.type, score).value if headline and isinstance(score, int) else ""

    def _lacks(self, key: str) -> bool:
        return is_empty(self.answers.get(key))

    def asked_for(self, wanted: str, response: Response | None) -> int:
        """The page named in the address, if there is such a page now; else the next."""
        return self.named(wanted) or self.next(response)

    def named(self, wanted: str) -> int:
        """The page of that number, or 0 where there is none."""
        number = whole_number(wanted)
        return number if number in self.shown else 0


def stored_answers(response: Response | None) -> dict[str, Value]:
    """What was answered so far, by question key, as the form takes it."""
    if response is None:
        return {}
    return values({question.key: question for question in response.version.questions.all()}, response.answers.all())


def values(questions: Mapping[str, Question], answers: Iterable[Answer]) -> dict[str, Value]:
    """The values of `answers`, those to the `questions` by their keys."""
    known = [answer for answer in answers if answer.question_key in questions]
    return {answer.question_key: kind_of(questions[answer.question_key]).value(answer) for answer in known}


def recallable(version: SurveyVersion, answers: Iterable[Answer], facts: Facts, language: str) -> dict[str, str]:
    """What the survey's texts may recall: the facts, and the answers so far in words."""
    questions = {question.key: question for question in version.questions.all()}
    known = [answer for answer in answers if answer.question_key in questions]
    words = {f"{QUESTION}{answer.question_key}": _in_words(questions[answer.question_key], answer, language) for answer in known}
    return {**facts, **words}


def _in_words(question: Question, answer: Answer, language: str) -> str:
    return str(answer.number) if answer.number is not None else ", ".join(kind_of(question).in_words(question, answer, language))
