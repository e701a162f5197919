"""How many of the automatic reminders that were asked for can go at all."""

from datetime import datetime, timedelta

from surveys.distribution.models import Distribution
from surveys.distribution.pacing import starts_at
from surveys.distribution.remind import SHORTEST_NOTICE
from surveys.distribution.sending_hours import next_moment


def reminders_that_fit(first: datetime, closes_at: datetime, reminders: int, days: int) -> int:
    """How many of `reminders`, each `days` days after the mail before it, go to who is mailed at `first` and stays silent."""
    mailed = first
    for fit in range(reminders):
        due = mailed + timedelta(days=days)
        if due + SHORTEST_NOTICE >= closes_at or next_moment(due) >= closes_at:
            return fit
        mailed = next_moment(due)
    return reminders


def too_many_reminders(planned: Distribution, now: datetime) -> dict[str, int] | None:
    """How many were asked for and how many `fit`, if it is confirmed now; None where all of them do."""
    first = next_moment(starts_at(planned, now))
    fit = reminders_that_fit(first, planned.closes_at, planned.reminders, planned.reminder_days)
    return {"asked": planned.reminders, "fit": fit, "days": planned.reminder_days} if fit < planned.reminders else None
