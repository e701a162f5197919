"""Noting that alerts were seen, and taking that back."""

from datetime import datetime

from django.utils import timezone

from feedback_site.access.models import User
from surveys.followup.alert_models import Alert, AlertQuerySet


def mark_seen(alerts: AlertQuerySet, user: User) -> datetime | None:
    """`user` has seen them; the moment by which this is known again, or None where others had seen them all before."""
    now = timezone.now()
    return now if alerts.unseen().update(seen_at=now, seen_by=user) else None


def marked(user: User, moment: datetime) -> AlertQuerySet:
    """What `user` marked at that moment, and may still see."""
    return Alert.objects.visible_to(user).filter(seen_by=user, seen_at=moment)


def unmark(user: User, moment: datetime) -> int:
    """Take it back; returns of how many."""
    return marked(user, moment).update(seen_at=None, seen_by=None)
