"""Schedules: a list, a form for each kind, one page each; and the events that customers' systems told of."""

from dataclasses import replace
from datetime import datetime, time

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_filters.views import FilterView

from feedback_site.access import audit
from feedback_site.access.permissions import MANAGES_SURVEYS, RoleRequiredMixin, role_required
from surveys.distribution import schedules
from surveys.distribution.audience import Audience, decide
from surveys.distribution.in_words import in_words
from surveys.distribution.models import Distribution
from surveys.distribution.paging import LastPageMixin
from surveys.distribution.prepare_views import whom_it_reaches
from surveys.distribution.reminder_plan import too_many_reminders
from surveys.distribution.schedule_forms import FORMS, EventFilter
from surveys.distribution.schedule_models import CustomerEvent, HandledEvent, Schedule
from surveys.distribution.seen import NotAsSeen, Seen

editing = require_http_methods(["GET", "HEAD", "POST"])
SHOWN = 25
HAS_SENT = Exists(Distribution.objects.filter(schedule=OuterRef("pk")))


@require_GET
@role_required(*MANAGES_SURVEYS)
def listing(request):
    rows = Schedule.objects.select_related("survey").annotate(
        sent=Count("distributions__invitations", distinct=True),
        answered=Count("distributions__invitations", distinct=True, filter=Q(distributions__invitations__answered_at__isnull=False)),
        has_sent=HAS_SENT,
    )
    page = Paginator(rows.order_by("is_stopped", "name", "pk"), SHOWN).get_page(request.GET.get("page"))
    return render(request, "distribution/schedules.html", {"page_obj": page})


@editing
@role_required(*MANAGES_SURVEYS)
def edit(request, kind=None, pk=None):
    """A schedule, or a new one of `kind`."""
    if pk is None and kind not in Schedule.Kind.values:
        raise Http404
    schedule = get_object_or_404(Schedule, pk=pk) if pk else Schedule(kind=kind)
    form = FORMS[Schedule.Kind(schedule.kind)](request.POST if request.method == "POST" else None, instance=schedule, user=request.user)
    if request.method == "POST" and form.is_valid():
        stored = form.save()
        audit.record(request.user, stored, {"schedule": ", ".join(form.changed_data)})
        messages.success(request, _("Saved. It sends nothing yet: look below whom it will reach, and start it."))
        return redirect("distribution:schedule", stored.pk)
    return render(request, "distribution/schedule_form.html", {"form": form, "schedule": schedule}, status=422 if form.errors else 200)


@require_GET
@role_required(*MANAGES_SURVEYS)
def page(request, pk):
    """What it does, the dry run of what it will send next, and what it has sent."""
    schedule = get_object_or_404(Schedule.objects.select_related("survey", "created_by").annotate(has_sent=HAS_SENT), pk=pk)
    audience, is_recurring = Audience.from_json(schedule.audience), schedule.kind == Schedule.Kind.RECURRING
    context = {
        "schedule": schedule,
        "conditions": in_words(audience),
        "is_drawn_each_round": is_recurring and (audience.sample.percent or audience.sample.number),
        "too_close": schedules.too_close(schedule, timezone.localdate()) if is_recurring else None,
        "distributions": sent_by(schedule)[:SHOWN],
        "handled": schedule.handled_events.select_related("event__account", "event__contact")[:SHOWN],
        "trouble": schedules.trouble_of(schedule) or schedule.trouble,
        "seen": Seen.of(schedule).as_text(schedule),
    }
    if schedule.survey.published:
        context |= next_round(request, schedule) if is_recurring else askable_today(request, schedule)
    return render(request, "distribution/schedule.html", context)


def sent_by(schedule):
    answered = Count("invitations", filter=Q(invitations__answered_at__isnull=False))
    return schedule.distributions.annotate(people=Count("invitations"), answered=answered).order_by("-scheduled_for")


def next_round(request, schedule):
    """Whom the next round reaches on its day, as things are now."""
    now, today = timezone.now(), timezone.localdate()
    day = schedules.next_day(schedule, today)
    number = schedules.newest_round(schedule, day) or 0
    begins = max(now, datetime.combine(day, time(), timezone.get_default_timezone()))
    audience = schedules.audience_of_round(schedule, number)
    decided = decide(audience, request.user, schedule.survey.published, begins)
    too_many = too_many_reminders(schedules.planned(schedule, day), begins)
    return {"next_day": day, "is_due": day <= today, "too_many": too_many, **whom_it_reaches(request, audience, decided)}


def askable_today(request, schedule):
    """Whom it could ask today if something happened at each account."""
    audience = Audience.from_json(schedule.audience)
    of_each = replace(audience, sample=audience.sample.of_one_event(0))
    now = timezone.now()
    too_many = too_many_reminders(schedules.planned(schedule, timezone.localdate(now)), now)
    return {"too_many": too_many, **whom_it_reaches(request, audience, decide(of_each, request.user, schedule.survey.published, now))}


@require_POST
@role_required(*MANAGES_SURVEYS)
def stop(request, pk):
    schedule = get_object_or_404(Schedule, pk=pk)
    if schedules.stop(schedule, request.user):
        messages.success(request, _("Stopped. Nothing new is sent; what was sent stays open."))
    return redirect("distribution:schedule", pk)


@require_POST
@role_required(*MANAGES_SURVEYS)
def start(request, pk):
    """Only as it was looked at."""
    schedule = get_object_or_404(Schedule, pk=pk)
    seen = Seen.from_text(request.POST.get("seen", ""), schedule)
    try:
        if seen is None:
            messages.error(request, _("Not started. Look below whom it will reach, and start it there."))
        elif schedules.start(schedule, request.user, seen):
            messages.success(request, _("Started. It sends by itself from now on; stop it here at any time."))
    except NotAsSeen:
        messages.error(request, _("Not started: somebody has changed this schedule since you looked. Look again, and start it."))
    return redirect("distribution:schedule", pk)


@editing
@role_required(*MANAGES_SURVEYS)
def delete(request, pk):
    """Only one that has never sent anything: of the others it must stay known what they did."""
    schedule = get_object_or_404(Schedule.objects.exclude(HAS_SENT), pk=pk)
    if request.method != "POST":
        return render(request, "distribution/delete_kept.html", {"kept": schedule, "back": reverse("distribution:schedule", args=[pk])})
    audit.record(request.user, schedule, {"deleted": schedule.name})
    schedule.delete()
    return redirect("distribution:schedules")


class Events(LastPageMixin, RoleRequiredMixin, FilterView):
    """What happened at customers, and what came of it."""

    roles = MANAGES_SURVEYS
    filterset_class = EventFilter
    template_name = "distribution/events.html"
    paginate_by = SHOWN

    def get_queryset(self):
        dealt_with = HandledEvent.objects.select_related("schedule", "distribution")
        rows = CustomerEvent.objects.visible_to(self.request.user).select_related("account", "contact")
        return rows.prefetch_related(Prefetch("handled", dealt_with)).order_by("-happened_on", "-pk")
