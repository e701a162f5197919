"""How long a survey takes to answer. Pure."""

from collections.abc import Iterable
from math import ceil

from surveys.authoring.kinds import kind_of
from surveys.authoring.models import Question, SurveyVersion

# Silent reading of non-fiction: 238 words a minute (Brysbaert 2019, Journal of Memory and Language 109).
WORDS_PER_SECOND = 238 / 60
LONG = 5  # minutes: from here on many do not come to the end


def minutes(version: SurveyVersion, language: str) -> int:
    """Whole minutes, at least one, for somebody who is shown every question and answers all of them."""
    words = sum(len(version.text(name, language).split()) for name in ("title", "introduction"))
    return max(1, ceil((words / WORDS_PER_SECOND + seconds(version.questions.all(), language)) / 60))


def seconds(questions: Iterable[Question], language: str) -> float:
    return sum(_reading(question, language) + kind_of(question).seconds(question) for question in questions)


def _reading(question: Question, language: str) -> float:
    texts = [question.text(name, language) for name in kind_of(question).texts]
    labels = [label for _key, label in (*question.choices_in(language), *question.rows_in(language))]
    return sum(len(text.split()) for text in (*texts, *labels)) / WORDS_PER_SECOND
