"""Schedules and events for tests."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from surveys.models import CustomerEvent, Schedule
from tests import factories

JERUSALEM = ZoneInfo("Asia/Jerusalem")


def noon(day):
    return datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=JERUSALEM)


def schedule(owner, **fields):
    survey = fields.pop("survey", None) or factories.survey()
    plan = {"name": "Pulse", "kind": "recurring", "months": 3, "starts_on": date(2026, 1, 31), "days_open": 14}
    return Schedule.objects.create(survey=survey, created_by=owner, **{**plan, **fields})


def event(account, day="2026-11-20", occasion="ticket_closed", **fields):
    number = CustomerEvent.objects.count()
    return CustomerEvent.objects.create(occasion=occasion, external_id=f"e{number}", account=account, happened_on=day, **fields)


def after(owner, made="2026-11-01", **fields):
    one = schedule(owner, kind="event", **{"occasion": "ticket_closed", "delay_days": 2, **fields})
    Schedule.objects.filter(pk=one.pk).update(created_at=noon(made))
    return one


def seen(client, distribution):
    """What the form of the dry run carries, as somebody looks at it now."""
    return {"seen": client.get(to("detail", distribution.pk)).context["seen"]}


def to(name, *args):
    return reverse(f"distribution:{name}", args=args)
