"""Reads of a survey's results: counted by the database, whatever the number of answers."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import MD5, RowNumber, TruncMonth

from feedback_site.access.models import Role, User
from surveys.authoring.models import Survey
from surveys.collection.models import Answer, AnswerQuerySet, Response, ResponseQuerySet

SEES_SUMMARIES = (Role.ADMINISTRATOR, Role.SURVEY_OWNER, Role.LEADERSHIP)
TEXTS_SHOWN = 10


def surveys_with_results(user: User) -> "QuerySet[Survey]":
    """The published surveys whose results `user` may open."""
    found = Survey.objects.filter(versions__published_at__isnull=False).distinct()
    return found if user.has_role(*SEES_SUMMARIES) else found.identified()  # type: ignore[attr-defined]


def responses_of(survey: Survey, user: User) -> ResponseQuerySet:
    """The responses that the results are made of: rows that `user` may see, or, where nobody may see a row, all of them in sums."""
    of_survey = Response.objects.filter(survey=survey)
    if survey.is_anonymous or survey.is_of_team:
        return of_survey if user.has_role(*SEES_SUMMARIES) else of_survey.none()
    return of_survey.visible_to(user)


def counted(answers: AnswerQuerySet) -> Iterator[tuple[Answer, int]]:
    """Every different answer, without its text, and how often it was given."""
    columns = ("question_key", "number", "choices", "data")
    for row in answers.order_by().values(*columns).annotate(n=Count("pk")).iterator():
        n = row.pop("n")
        yield Answer(**row), n


def texts_of(answers: AnswerQuerySet, in_order: bool) -> dict[str, list[Answer]]:
    """The latest texts of each question, with their sentiment; not `in_order`, some in an order that tells nothing of time."""
    order = [F("updated_at").desc(), F("pk").desc()] if in_order else [MD5("text")]
    place = Window(RowNumber(), partition_by=F("question_key"), order_by=order)
    texts = answers.texts().annotate(place=place).filter(place__lte=TEXTS_SHOWN)
    found: dict[str, list[Answer]] = defaultdict(list)
    for answer in texts.select_related("sentiment", "judgement").order_by("question_key", "place"):
        found[answer.question_key].append(answer)
    return found


def counted_by_month(responses: ResponseQuerySet, question_key: str) -> "QuerySet[Answer, tuple[datetime, int, int]]":
    """How often each number was answered to the question in each month of the organisation."""
    month = TruncMonth("response__completed_at", tzinfo=ZoneInfo(settings.TIME_ZONE))
    scored = Answer.objects.filter(
        response__in=responses.filter(completed_at__isnull=False), question_key=question_key, number__isnull=False
    )
    return scored.order_by().annotate(month=month).values_list("month", "number").annotate(n=Count("pk"))


def asked_by_version(responses: ResponseQuerySet) -> list[tuple[int, int | None, int]]:
    """How many went through each version to its end, by group where the survey is anonymous: (version, group, n)."""
    finished = responses.filter(finished_at__isnull=False)
    return list(finished.order_by().values_list("version", "group").annotate(n=Count("pk")))


def agreed_at_the_end(answers: AnswerQuerySet, keys: Iterable[str]) -> dict[str, int]:
    """How many of those who went to the end agreed, by question key."""
    given = answers.filter(question_key__in=list(keys), response__finished_at__isnull=False)
    return dict(given.order_by().values_list("question_key").annotate(n=Count("pk")))
