"""The way through a version: which questions are shown, and on which page. Pure.

The server alone decides; a page never depends on its own answers, as a question that is shown by
the answer to another always stands on a later page than that one.
"""

from collections.abc import Iterable, Mapping

from surveys.authoring.conditions import QUESTION, Facts, is_shown, subjects_of
from surveys.authoring.kinds import Value
from surveys.authoring.models import Question, SurveyVersion

Page = list[Question]


def pages_of(version: SurveyVersion) -> list[Page]:
    """All questions of the version, page by page.

    Where no question is marked to begin a page, the headline score stands alone on the first, the rest on the second.
    """
    questions = list(version.questions.all())
    if not any(question.starts_page for question in questions):
        headline = version.headline
        rest = [question for question in questions if question != headline]
        return [page for part in ([headline] if headline else [], rest) for page in split(part, ()) if page]
    marked = {question.key for question in questions[1:] if question.starts_page}
    return split(questions, marked)


def puts_score_first(version: SurveyVersion) -> bool:
    """Whether the headline score is asked alone before the rest, wherever it stands in the list."""
    questions = list(version.questions.all())
    return len(questions) > 1 and version.headline is not None and not any(question.starts_page for question in questions)


def split(questions: Iterable[Question], starting: Iterable[str]) -> list[Page]:
    """`questions` in pages: a new one begins where one is marked, and where one depends on the page that is being filled."""
    pages: list[Page] = [[]]
    for question in questions:
        on_page = {f"{QUESTION}{one.key}" for one in pages[-1]}
        if pages[-1] and (question.key in set(starting) or subjects_of(question) & on_page):
            pages.append([])
        pages[-1].append(question)
    return [page for page in pages if page]


def in_order(version: SurveyVersion) -> list[Question]:
    """The questions as the respondent meets them."""
    return [question for page in pages_of(version) for question in page]


def shown(version: SurveyVersion, answers: Mapping[str, Value], facts: Facts) -> set[str]:
    """The keys of the questions that somebody with these answers is shown, up to an end that is reached.

    The answer to a question that is not shown counts as none.
    """
    found: set[str] = set()
    for question in in_order(version):
        given = {key: value for key, value in answers.items() if key in found}
        if is_shown(question, given, facts):
            if question.type == Question.Type.END:
                break
            found.add(question.key)
    return found


def shown_pages(version: SurveyVersion, answers: Mapping[str, Value], facts: Facts) -> dict[int, Page]:
    """The pages on which there is something to see, by their number from 1, each with what is shown of it."""
    visible = shown(version, answers, facts)
    numbered = enumerate(pages_of(version), start=1)
    pages = {number: [question for question in page if question.key in visible] for number, page in numbered}
    return {number: page for number, page in pages.items() if page}
