"""Reads of collection, named for their use."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from feedback_site.access.models import User
from surveys.authoring.models import Survey
from surveys.collection.models import Response
from surveys.distribution.link_models import Link, Participation


def asked_of_team(member: User) -> "QuerySet[Link]":
    """The open links of surveys for the own team, newest first, each with whether `member` has answered."""
    answered = Response.objects.filter(link=OuterRef("pk"), member=member, state=Response.State.COMPLETE)
    took_part = Participation.objects.filter(link=OuterRef("pk"), user=member)
    open_links = Link.objects.open(timezone.now()).filter(survey__audience=Survey.Audience.TEAM)
    return open_links.select_related("survey").annotate(has_answered=Exists(answered), has_taken_part=Exists(took_part))


def interviewable() -> "QuerySet[Survey]":
    """The surveys that can be typed in for a contact."""
    return Survey.objects.identified().published().order_by("name")
