"""In what order a respondent is led through a version, and which page is next."""

from dataclasses import dataclass

from surveys.authoring.kinds import Value, kind_of
from surveys.authoring.models import Question, SurveyVersion
from surveys.authoring.questionnaire import pages_of
from surveys.collection.models import Response

THANKS = 0


@dataclass(frozen=True)
class Pages:
    """The pages of `version`, numbered from 1; THANKS follows the last."""

    version: SurveyVersion

    @property
    def questions(self) -> list[list[Question]]:
        return pages_of(self.version)

    def __len__(self) -> int:
        return len(self.questions)

    def on(self, page: int) -> list[Question]:
        return self.questions[page - 1]

    def next(self, response: Response | None) -> int:
        """Where to go on: the first page, the page with a required answer missing, the last, or the thanks."""
        if response is None:
            return 1
        if response.finished_at is not None:
            return THANKS
        answered = {answer.question_key for answer in response.answers.all()}
        first_is_open = any(question.is_required and question.key not in answered for question in self.on(1))
        return 1 if first_is_open else len(self)

    def asked_for(self, wanted: str, response: Response | None) -> int:
        """The page named in the address, if there is such a page now; else the next."""
        if wanted.isdecimal() and len(wanted) < 5 and 1 <= int(wanted) <= len(self):
            return int(wanted)
        return self.next(response)


def stored_answers(version: SurveyVersion, response: Response | None) -> dict[str, Value]:
    """What was answered so far, by question key, as the form takes it."""
    if response is None:
        return {}
    questions = {question.key: question for question in version.questions.all()}
    known = [answer for answer in response.answers.all() if answer.question_key in questions]
    return {answer.question_key: kind_of(questions[answer.question_key]).value(answer) for answer in known}
