"""Versions that people answer, each read once by every process: published, they never change, and every page needs one."""

from functools import lru_cache

from surveys.authoring.models import SurveyVersion
from surveys.authoring.queries import with_questions

MOST_KEPT = 200


@lru_cache(maxsize=MOST_KEPT)
def frozen_version(pk: int) -> SurveyVersion:
    """A published or archived version with its survey and questions, shared by all requests: for reading only.

    What publishing does not settle, as its state or the name of its survey, may be out of date here.
    Raises SurveyVersion.DoesNotExist for a draft, which is never kept.
    """
    return with_questions().exclude(state=SurveyVersion.State.DRAFT).get(pk=pk)
