"""Reads of authoring, named for their use."""

from django.db.models import Count, Exists, OuterRef, QuerySet

from surveys.authoring.models import Question, Survey, SurveyVersion

State = SurveyVersion.State


def listed() -> QuerySet[Survey]:
    """Surveys for the list: versions at hand, `response_count`, `is_published` and `has_draft` as columns."""
    versions = SurveyVersion.objects.filter(survey=OuterRef("pk"))
    return (
        Survey.objects.annotate(
            response_count=Count("responses"),
            is_published=Exists(versions.filter(state=State.PUBLISHED)),
            has_draft=Exists(versions.filter(state=State.DRAFT)),
        )
        .prefetch_related("versions")
        .order_by("name", "pk")
    )


def versions_of(survey: Survey) -> QuerySet[SurveyVersion]:
    """All versions, newest first, with how many responded to each."""
    return survey.versions.select_related("published_by").annotate(response_count=Count("responses")).order_by("-number")


def with_questions() -> QuerySet[SurveyVersion]:
    return SurveyVersion.objects.select_related("survey").prefetch_related("questions")


def in_drafts() -> QuerySet[Question]:
    """The questions that can still be changed."""
    return Question.objects.filter(version__state=State.DRAFT).select_related("version__survey")


def later_versions(survey: Survey) -> QuerySet[SurveyVersion]:
    """The versions after the first that was published: where each began, figures over time have a boundary."""
    published = survey.versions.exclude(state=State.DRAFT).exclude(published_at=None)
    return published.filter(number__gt=published.order_by("number").values("number")[:1]).order_by("number")
