"""Pages of a survey owner: prepare, look, confirm, watch, remind, stop."""

from django.conf import settings
from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.generic import TemplateView
from django_filters.views import FilterView

from feedback_site.access import audit
from feedback_site.access.permissions import MANAGES_SURVEYS, RoleRequiredMixin, role_required
from feedback_site.numbers import whole_number
from feedback_site.tables import Table, sent_as
from surveys.distribution import confirm as confirming
from surveys.distribution import pausing, queries, remind, tasks
from surveys.distribution.audience import LIST_LOST, Audience, ListLost
from surveys.distribution.distribution_time_line import distribution_time_line
from surveys.distribution.forms import (
    DistributionFilter,
    InvitationFilter,
    ReminderForm,
    ReturnedMailFilter,
    SkipFilter,
    SuppressionFilter,
)
from surveys.distribution.in_words import in_words
from surveys.distribution.models import Delivery, Distribution, Suppression
from surveys.distribution.objections import objection
from surveys.distribution.paging import LastPageMixin
from surveys.distribution.prepare_views import dry_run, what_became_of
from surveys.distribution.seen import NotAsSeen, Seen
from surveys.distribution.settle import Decision, settle
from surveys.distribution.suppress import lift_bounce

NO_MAIL_COULD_GO = gettext_noop("No mail could go before it closes, so that nobody was invited. Choose “Change” and a later closing date.")
STOP_POLLING = 286  # htmx's answer for "do not ask again"


class Distributions(LastPageMixin, RoleRequiredMixin, FilterView):
    roles = MANAGES_SURVEYS
    filterset_class = DistributionFilter
    template_name = "distribution/list.html"
    paginate_by = 25

    def get_queryset(self):
        return queries.distributions_with_counts()


class OfDistribution(RoleRequiredMixin):
    """One face of a confirmed or stopped distribution: its progress above, and below the people or the time line."""

    roles = MANAGES_SURVEYS
    face: str

    def dispatch(self, request, *args, **kwargs):
        self.distribution = find(kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        if self.distribution.state == Distribution.State.PREPARED:
            return to_detail(self.distribution)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            distribution=self.distribution,
            face=self.face,
            progress=queries.progress(self.distribution),
            skips=self.distribution.skips.count(),
            conditions=in_words(Audience.from_json(self.distribution.audience)),
            **kwargs,
        )


class Detail(LastPageMixin, OfDistribution, FilterView):
    """The invited people."""

    face = "invited"
    filterset_class = InvitationFilter
    template_name = "distribution/detail.html"
    paginate_by = 25

    def get_queryset(self):
        return queries.invitations_with_state(self.distribution, self.request.user)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(states=dict(Delivery.State.choices), **kwargs)
        now, waiting = timezone.now(), (Delivery.State.QUEUED, Delivery.State.DEFERRED)
        for invitation in context["page_obj"]:
            if invitation.mail_state in waiting:
                invitation.objection = objection(invitation, self.distribution, invitation.suppressed_as, now)
        return context


def detail(request, pk):
    """The dry run until it is confirmed, the progress from then on: one address for both."""
    prepared = Distribution.objects.filter(pk=pk, state=Distribution.State.PREPARED).select_related("survey", "version__survey").first()
    return dry_run(request, prepared) if prepared else Detail.as_view()(request, pk=pk)


class Skipped(LastPageMixin, OfDistribution, FilterView):
    """The skipped people."""

    face = "skipped"
    filterset_class = SkipFilter
    template_name = "distribution/skipped.html"
    paginate_by = 25

    def get_queryset(self):
        return queries.skips_seen_by(self.distribution, self.request.user)

    def get_context_data(self, **kwargs):
        return super().get_context_data(reasons=queries.skip_reasons(self.get_queryset()), **kwargs)


class TimeLine(OfDistribution, TemplateView):
    """What happened to it as a whole."""

    face = "time_line"
    template_name = "distribution/time_line.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(events=distribution_time_line(self.distribution), **kwargs)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*MANAGES_SURVEYS)
def lift_suppression(request, pk):
    """Asks first: what bounces again harms the sender's name."""
    suppression = get_object_or_404(Suppression, pk=pk)
    if request.method != "POST":
        return render(request, "distribution/lift.html", {"suppression": suppression})
    if lift_bounce(suppression):
        messages.success(request, _("%(email)s is mailed again.") % {"email": suppression.email})
    else:
        messages.error(request, _("Only the person can undo this."))
    return redirect("distribution:suppressions")


class Suppressions(LastPageMixin, RoleRequiredMixin, FilterView):
    roles = MANAGES_SURVEYS
    filterset_class = SuppressionFilter
    template_name = "distribution/suppressions.html"
    paginate_by = 25

    def get_queryset(self):
        return queries.suppressions()


@require_GET
@role_required(*MANAGES_SURVEYS)
def export_suppressions(request, kind):
    """What the list's filters choose, with the heads that an import reads."""
    chosen = SuppressionFilter(request.GET, queries.suppressions()).qs
    rows = ((row.email, row.reason, row.source, row.created_at, row.survey.key if row.survey else "") for row in chosen.iterator(2000))
    audit.record(request.user, Suppression(), {"export": kind, "rows": chosen.count()})
    return sent_as(kind, "suppressed-addresses", Table(["email", "reason", "source", "created_at", "survey"], rows))


class ReturnedMails(LastPageMixin, RoleRequiredMixin, FilterView):
    roles = MANAGES_SURVEYS
    filterset_class = ReturnedMailFilter
    template_name = "distribution/returned.html"
    paginate_by = 25

    def get_queryset(self):
        return queries.returned_mails(self.request.user)

    def get_context_data(self, **kwargs):
        return super().get_context_data(bounce_address=settings.BOUNCE_ADDRESS, is_read=bool(settings.BOUNCE_MAILBOX_URL), **kwargs)


@require_POST
@role_required(*MANAGES_SURVEYS)
def confirm(request, pk):
    """Only what the sender has looked at; anything else is shown first."""
    distribution = find(pk)
    seen = Seen.from_text(request.POST.get("seen", ""), distribution)
    if seen is None and distribution.state == Distribution.State.PREPARED:
        messages.error(request, _("Nobody was mailed. Look below who will be, and confirm there."))
        return to_detail(distribution)
    try:
        confirmed = confirming.confirm(distribution, request.user, timezone.now(), seen)
    except ListLost:
        messages.error(request, _(LIST_LOST))
        return to_detail(distribution)
    except NotAsSeen as now:
        messages.error(request, what_changed(now, seen))
        return to_detail(distribution)
    if confirmed:
        tasks.hint_sending()
        tell_confirmed(request, distribution)
    elif distribution.state == Distribution.State.PREPARED:
        messages.error(request, _("The closing date has passed; nobody was mailed.") if distribution.is_closed else _(NO_MAIL_COULD_GO))
    else:
        messages.info(request, _("This distribution was confirmed before; nobody is mailed twice."))
    return to_detail(distribution)


def what_changed(now, seen):
    """Why nobody was mailed by who had `seen` something else."""
    if now.changed:
        names = ", ".join(str(Distribution._meta.get_field(name).verbose_name) for name in now.changed)
        words = _("Nobody was mailed: somebody has changed this distribution since you looked (%(names)s). Look again, and confirm.")
        return words % {"names": names}
    if not now.invited:
        return _("Nobody was mailed: nobody in this audience can be mailed now.")
    words = _("Nobody was mailed: %(now)s would be invited now, and %(before)s when you looked. Look again, and confirm.")
    return words % {"now": intcomma(now.invited), "before": intcomma(seen.invited)}


def tell_confirmed(request, distribution):
    """How many were invited and skipped, and when the mails go."""
    invited, skipped = distribution.invitations.count(), distribution.skips.count()
    counted = {"invited": intcomma(invited), "skipped": intcomma(skipped)}
    confirmed = _("Confirmed: %(invited)s invited, %(skipped)s skipped.") % counted
    messages.success(request, f"{confirmed} {when_mails_go(distribution)}")


def when_mails_go(distribution):
    now = queries.progress(distribution)
    if now.due or not now.next_at:
        return _("The mails are on their way.") if now.due else _("No mail is waiting.")
    return _("The first mails go from %(at)s on.") % {"at": shown_moment(now.next_at)}


def when_reminders_go(distribution, queued):
    if distribution.state == Distribution.State.PAUSED:
        words = ngettext("%(n)s reminder waits until you resume.", "%(n)s reminders wait until you resume.", queued)
        return words % {"n": intcomma(queued)}
    at = remind.goes_at(distribution)
    if at is None or at <= timezone.now():
        words = ngettext("%(n)s reminder is on its way.", "%(n)s reminders are on their way.", queued)
        return words % {"n": intcomma(queued)}
    words = ngettext("%(n)s reminder is queued, and goes from %(at)s on.", "%(n)s reminders are queued, and go from %(at)s on.", queued)
    return words % {"n": intcomma(queued), "at": shown_moment(at)}


def shown_moment(at):
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")


@require_GET
@role_required(*MANAGES_SURVEYS)
def progress(request, pk):
    """The live part of the page; the answer tells htmx to stop when nothing moves any more."""
    distribution = find(pk)
    now = queries.progress(distribution)
    response = render(request, "distribution/progress.html", {"distribution": distribution, "progress": now})
    if not now.is_moving:
        response.status_code = STOP_POLLING
        response["HX-Trigger"] = "mails-done"  # the list of people looks once more
    return response


@require_POST
@role_required(*MANAGES_SURVEYS)
def pause(request, pk):
    distribution = find(pk)
    if pausing.pause(distribution, request.user):
        messages.success(request, _("Paused. No further mail goes out; answers still come in."))
    return to_detail(distribution)


@require_POST
@role_required(*MANAGES_SURVEYS)
def resume(request, pk):
    distribution = find(pk)
    if pausing.resume(distribution, request.user, trusts_refusals="trust" in request.POST):
        tasks.hint_sending()
        messages.success(request, f"{_('Resumed.')} {when_mails_go(distribution)}")
    return to_detail(distribution)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*MANAGES_SURVEYS)
def stop(request, pk):
    distribution = find(pk)
    if request.method == "POST":
        if confirming.stop(distribution, request.user):
            stopped = _("Stopped. What was waiting is not sent.")
            messages.success(request, _("Discarded. Nobody was mailed.") if distribution.is_discarded else stopped)
        return to_detail(distribution)
    return render(request, "distribution/stop.html", {"distribution": distribution, "progress": queries.progress(distribution)})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*MANAGES_SURVEYS)
def reminder(request, pk):
    distribution, now = find(pk), timezone.now()
    if not is_open(request, distribution):
        return to_detail(distribution)
    if request.method == "POST" and remind.outcome(distribution, now).is_soon(now) and "soon" not in request.POST:
        messages.error(request, _("Nobody was reminded yet: the last mail went less than a day ago. Say below that you mean it."))
        return redirect("distribution:reminder", pk=pk)
    if request.method == "POST":
        return send_reminder(request, distribution)
    kept = {"reminders": distribution.reminders, "reminder_days": distribution.reminder_days}
    return reminder_page(request, distribution, ReminderForm(initial=kept))


def is_open(request, distribution):
    """Whether anybody can be reminded; if not, the next page says why."""
    if distribution.state in Distribution.UNDER_WAY and not distribution.is_closed:
        return True
    if distribution.state != Distribution.State.PREPARED:
        messages.error(request, f"{what_became_of(distribution)} {_('Nobody is reminded any more.')}")
    return False


def reminder_page(request, distribution, plan):
    now = timezone.now()
    outcome = remind.outcome(distribution, now)
    context = {
        "distribution": distribution,
        "outcome": outcome,
        "skipped": [(label, outcome.skipped[reason]) for reason, label in remind.NotReminded.choices if reason in outcome.skipped],
        "round": remind.next_round(distribution),
        "is_soon": outcome.is_soon(now),
        "plan": plan,
    }
    return render(request, "distribution/remind.html", context, status=422 if plan.errors else 200)


@require_POST
@role_required(*MANAGES_SURVEYS)
def plan_reminders(request, pk):
    """How often, and after how many days, silent people are reminded without anybody's doing."""
    distribution = find(pk)
    form = ReminderForm(request.POST)
    if not is_open(request, distribution):
        return to_detail(distribution)
    if not form.is_valid():
        return reminder_page(request, distribution, form)
    if remind.plan_reminders(distribution, form.cleaned_data["reminders"], form.cleaned_data["reminder_days"], request.user):
        messages.success(request, _("Noted."))
    return redirect("distribution:reminder", pk=pk)


def send_reminder(request, distribution):
    reminder_round = whole_number(request.POST.get("round", ""))
    queued = 0 if reminder_round is None else remind.remind(distribution, reminder_round, request.user, timezone.now())
    if queued:
        tasks.hint_sending()
        messages.success(request, when_reminders_go(distribution, queued))
    else:
        messages.info(request, why_nobody(distribution, reminder_round))
    return to_detail(distribution)


def why_nobody(distribution, reminder_round):
    if reminder_round != remind.next_round(distribution):
        return _("Nobody was reminded again: reminders were queued since you opened the page.")
    return _("Nobody was reminded: of those who were mailed, nobody is left who is silent and may be mailed.")


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*MANAGES_SURVEYS)
def decide(request, pk):
    """An uncertain or failed mail: the page says what each decision does, the POST carries it out."""
    visible = Delivery.objects.visible_to(request.user).select_related("invitation__contact__account", "invitation__distribution")
    delivery = get_object_or_404(visible, pk=pk)
    if request.method != "POST":
        return render(request, "distribution/decide.html", {"delivery": delivery, "distribution": delivery.invitation.distribution})
    if request.POST.get("decision") not in Decision.values:
        return HttpResponse(status=400)
    if settle(delivery, Decision(request.POST["decision"]), request.user):
        messages.success(request, _("Noted."))
        tasks.hint_sending()
    else:
        messages.info(request, _("This mail is settled already."))
    return to_detail(delivery.invitation.distribution)


def find(pk):
    return get_object_or_404(Distribution.objects.select_related("survey", "version__survey", "created_by"), pk=pk)


def to_detail(distribution) -> HttpResponseRedirect:
    return redirect("distribution:detail", pk=distribution.pk)
