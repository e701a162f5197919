"""Answers to an anonymous survey: stored whole at the end, and by nothing tied to who gave them.

That somebody took part is noted where they were asked, without a time; the response has no invitation, contact or
account, of its time only the day, and random keys, as a running number would stand between two whose time is known.
Nothing is kept half-way, as there is nobody to keep it for: until the end the answers travel, signed, in the pages of
the respondent. In which handful it came is noted, because results are shown a handful at a time.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from feedback_site.access.models import User
from surveys.authoring.flow import shown
from surveys.authoring.models import Survey, SurveyVersion
from surveys.authoring.questionnaire import REQUIRED
from surveys.authoring.values import Value, as_columns
from surveys.collection.bands import band_of
from surveys.collection.models import Answer, Response, UsedPage
from surveys.collection.submit import cancel_waiting_mails, checked, refuse_if_closed
from surveys.distribution.link_models import Link, Participation
from surveys.distribution.models import Invitation

MOST_KEYS = 2**52  # numbers that every program reads exactly


class TookPart(Exception):
    """Whoever was asked has answered before; nobody can tell which answers were theirs."""


def took_part(invitation: Invitation) -> bool:
    """Note that the invited person took part; false where that was noted before. The time noted tells nothing."""
    noted = Invitation.objects.filter(pk=invitation.pk, answered_at=None).update(answered_at=invitation.created_at)
    cancel_waiting_mails(invitation)
    return noted == 1


def member_took_part(link: Link, member: User) -> bool:
    _participation, is_new = Participation.objects.get_or_create(link=link, user=member)
    return is_new


def note_page(reference: str) -> bool:
    """Note that a response was sent by the page of this reference; false where that was noted before. A page without one is new."""
    return not reference or UsedPage.objects.get_or_create(reference=reference)[1]


@transaction.atomic
def take(
    version: SurveyVersion,
    answers: Mapping[str, Value],
    now: datetime,
    language: str,
    way: "Link | Invitation",
    note: Callable[[], bool] | None = None,
    set_aside: str = "",
) -> None:
    """Store a whole response to `version`, and `note` that somebody took part: both, or nothing.

    Raises ValidationError for an unknown or impossible answer, and where one that is required is missing;
    Closed; TookPart when `note` says that it was noted before.
    """
    refuse_if_closed(way if isinstance(way, Link) else way.distribution, now)
    _one_at_a_time(version.survey_id)
    questions = checked(version, answers)
    visible = shown(version, answers, {})
    kept = {key: as_columns(questions[key], value) for key, value in answers.items() if key in visible}
    given = {key: columns for key, columns in kept.items() if columns}
    if any(question.is_required and key in visible and key not in given for key, question in questions.items()):
        raise ValidationError(REQUIRED, code="required")
    if note is not None and not note():
        raise TookPart
    day = day_of(now)
    response = _response(version, given, day, language, way, set_aside)
    Answer.objects.bulk_create(
        Answer(pk=random_key(), response=response, question_key=key, updated_at=day, **columns) for key, columns in given.items()
    )


@transaction.atomic
def count_set_aside(link: Link) -> int:
    """A person says that what was set aside of an anonymous survey's `link` is people's answers: all, as nobody can read one. How many."""
    _one_at_a_time(link.survey_id)
    found = link.responses.exclude(set_aside="").order_by("pk")
    for response in found:  # not by `save`, which would note the time
        Response.objects.filter(pk=response.pk).update(set_aside="", group=_group(link.survey_id))
    return len(found)


def _one_at_a_time(survey_pk: int) -> None:
    """Until the transaction ends nobody else fills the groups of this survey."""
    Survey.objects.select_for_update().values_list("pk").get(pk=survey_pk)


def _group(survey_pk: int) -> int:
    """Which group is not full yet."""
    size = settings.ANONYMITY_THRESHOLD
    grouped = Response.objects.filter(survey=survey_pk, group__isnull=False).order_by("-group")
    latest = [group or 0 for group in grouped.values_list("group", flat=True)[:size]]
    if not latest:
        return 0
    return latest[0] + 1 if latest.count(latest[0]) == size else latest[0]


def random_key() -> int:
    """Negative, out of the way of the running numbers."""
    return -secrets.randbelow(MOST_KEYS) - 1


def _response(version: SurveyVersion, given: Mapping, day: datetime, language: str, way: "Link | Invitation", set_aside: str) -> Response:
    headline = version.headline
    score = given[headline.key]["number"] if headline and headline.key in given else None
    is_link = isinstance(way, Link)
    response = Response.objects.create(
        pk=random_key(),
        group=None if set_aside else _group(version.survey_id),
        survey_id=version.survey_id,
        version=version,
        link=way if isinstance(way, Link) else None,
        source=Response.Source.LINK if is_link else Response.Source.MAIL,
        state=Response.State.COMPLETE,
        set_aside=set_aside,
        language=language,
        started_at=day,
        completed_at=day,
        finished_at=day,
        score=score,
        score_type=headline.type if headline and score is not None else "",
        band=band_of(headline.type, score) if headline and score is not None else "",
        is_simulated=way.is_simulated if isinstance(way, Link) else way.distribution.is_simulated,
    )
    Response.objects.filter(pk=response.pk).update(updated_at=day)  # Django itself would note the second
    return response


def day_of(now: datetime) -> datetime:
    """The beginning of the organisation's day."""
    return timezone.localtime(now, timezone.get_default_timezone()).replace(hour=0, minute=0, second=0, microsecond=0)
