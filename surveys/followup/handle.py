"""Noting that a response was dealt with, and taking the note back."""

from django.db import transaction
from django.utils import timezone

from feedback_site.access import audit
from feedback_site.access.models import User
from surveys.collection.models import Response
from surveys.followup.models import Handling


@transaction.atomic
def handle(response: Response, user: User, note: str) -> Handling:
    """Note what was done about `response`; a second note replaces the first, with its author and time."""
    Response.objects.select_for_update(of=("self",)).get(pk=response.pk)
    handling = Handling.objects.filter(response=response).first() or Handling(response=response)
    handling.note, handling.handled_by, handling.handled_at = note, user, timezone.now()
    handling.save()
    return handling


def undo(response: Response) -> bool:
    """Take the note back; false where there was none. The audit log keeps what it said."""
    handling = Handling.objects.filter(response=response).first()
    if handling is None:
        return False
    handling.delete()
    return True


def count(response: Response, user: User) -> bool:
    """A person says that what was set aside is somebody's answer; false where that was said before."""
    counted = Response.objects.filter(pk=response.pk).exclude(set_aside="").update(set_aside="", updated_at=timezone.now())
    if counted:
        audit.record(user, response, {"set aside": "–"})
    return counted == 1
