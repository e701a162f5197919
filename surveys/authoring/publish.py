"""Freezing a draft: from then on people answer it, and it never changes."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from feedback_site.access.models import User
from surveys.authoring.checks import problems
from surveys.authoring.models import Survey, SurveyVersion


@transaction.atomic
def publish(version: SurveyVersion, user: User | None) -> bool:
    """Make `version` the one that people answer; the version published before is archived.

    True for the one call that published it, False where it is no draft any more (a second click). Raises
    ValidationError, one message for each problem, where the draft is not ready.
    """
    Survey.objects.select_for_update().get(pk=version.survey_id)
    version.refresh_from_db()
    if version.state != SurveyVersion.State.DRAFT:
        return False
    found = problems(version)
    if found:
        raise ValidationError(found)
    former = SurveyVersion.objects.filter(survey_id=version.survey_id, state=SurveyVersion.State.PUBLISHED)
    former.update(state=SurveyVersion.State.ARCHIVED)
    version.state = SurveyVersion.State.PUBLISHED
    version.published_at, version.published_by = timezone.now(), user
    version.save(update_fields=["state", "published_at", "published_by"])
    return True
