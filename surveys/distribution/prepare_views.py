"""Before anything is sent: whom to ask and when, and the dry run of it."""

from itertools import islice

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import F
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django.views.generic import CreateView, UpdateView

from feedback_site.access import audit
from feedback_site.access.permissions import MANAGES_SURVEYS, RoleRequiredMixin, role_required
from feedback_site.tables import Table, sent_as
from surveys.customers.models import Contact
from surveys.distribution.audience import INVITED, Audience, counts, decide, has_lost_a_list
from surveys.distribution.audience_forms import initial_of
from surveys.distribution.audience_models import SavedAudience
from surveys.distribution.forms import AudienceFilter, DistributionForm
from surveys.distribution.in_words import in_words
from surveys.distribution.models import Distribution, Skip
from surveys.distribution.pacing import starts_at, wave_of
from surveys.distribution.reminder_plan import too_many_reminders
from surveys.distribution.seen import Seen

PER_PAGE = 25
HEADS = ["contact", "email", "account", "segment", "language", "outcome"]


class OfAudience(RoleRequiredMixin):
    """The form of a distribution, empty, from a saved audience, or as it was filled in."""

    roles = MANAGES_SURVEYS
    form_class = DistributionForm
    template_name = "distribution/create.html"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_context_data(self, **kwargs):
        return super().get_context_data(saved_audiences=SavedAudience.objects.usable_by(self.request.user), **kwargs)

    def get_success_url(self):
        return reverse("distribution:detail", args=[self.object.pk])


class Create(OfAudience, CreateView):
    def get_initial(self):
        survey, saved = self.request.GET.get("survey", ""), self.request.GET.get("audience", "")
        initial = {"survey": survey} if survey.isdecimal() else {}
        if saved.isdecimal():
            chosen = get_object_or_404(SavedAudience.objects.usable_by(self.request.user), pk=saved)
            initial |= initial_of(Audience.from_json(chosen.audience))
        return initial


class Edit(OfAudience, UpdateView):
    model = Distribution

    def get(self, request, *args, **kwargs):
        distribution = get_object_or_404(Distribution, pk=kwargs["pk"])
        return self.refused(distribution) or super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        with transaction.atomic():  # held, so that nobody confirms it between this look and the saving
            distribution = get_object_or_404(Distribution.objects.select_for_update(no_key=True), pk=kwargs["pk"])
            return self.refused(distribution) or super().post(request, *args, **kwargs)

    def refused(self, distribution):
        """To the page of one that is not being prepared any more; None for one that is."""
        if distribution.state == Distribution.State.PREPARED:
            return None
        messages.error(self.request, f"{what_became_of(distribution)} {_('Nothing was changed.')}")
        return redirect("distribution:detail", pk=distribution.pk)


def what_became_of(distribution):
    """For who comes from a page that was shown before."""
    if distribution.state == Distribution.State.CANCELLED:
        return _("This distribution was stopped meanwhile.")
    return _("This distribution has closed meanwhile.") if distribution.is_closed else _("This distribution was confirmed meanwhile.")


@require_GET
@role_required(*MANAGES_SURVEYS)
def dry_run(request, distribution):
    """A prepared distribution: who will be mailed, who is skipped and why, when, and how the mail looks."""
    now = timezone.now()
    audience = Audience.from_json(distribution.audience)
    decided = decide(audience, request.user, distribution.version, starts_at(distribution, now))
    people, too_many = whom_it_reaches(request, audience, decided), too_many_reminders(distribution, now)
    context = {
        "distribution": distribution,
        "seen": Seen.of(distribution, people["invited"]).as_text(distribution),
        "conditions": in_words(audience),
        "days": wave_of(distribution, now),
        "too_many": too_many,
        "reminders": too_many["fit"] if too_many else distribution.reminders,
        "is_over": distribution.closes_at <= now,
        "has_lost_a_list": has_lost_a_list(audience),
    }
    return render(request, "distribution/dry_run.html", context | people)


def whom_it_reaches(request, audience, decided):
    """What the counts and the list of a dry run are made of: filtered and paged as the address says."""
    known = {row.contact: row for row in decided}
    found = AudienceFilter(request.GET, audience.contacts(request.user))
    shown = [pk for pk in found.qs.order_by("name", "pk").values_list("pk", flat=True) if pk in known and found.fits(known[pk].reason)]
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    per_reason = counts(decided)
    skipped = [(reason, label, per_reason[reason]) for reason, label in Skip.Reason.choices if per_reason.get(reason)]
    return {
        "filter": found,
        "page_obj": page,
        "people": as_decided(page.object_list, known),
        "invited": per_reason.get(INVITED, 0),
        "skipped": skipped,
        "skipped_in_all": sum(count for _reason, _label, count in skipped),
        "reasons": dict(Skip.Reason.choices),
    }


def as_decided(pks, known):
    """The contacts of one page, in its order, each with `skip_reason` and the `mail_language`."""
    contacts = Contact.objects.select_related("account").in_bulk(list(pks))
    for pk, contact in contacts.items():
        contact.skip_reason, contact.mail_language = known[pk].reason, known[pk].language
    return [contacts[pk] for pk in pks if pk in contacts]


@require_GET
@role_required(*MANAGES_SURVEYS)
def export_dry_run(request, pk, kind):
    """Everybody of the audience, with what will become of them."""
    distribution = get_object_or_404(
        Distribution.objects.filter(state=Distribution.State.PREPARED).select_related("version__survey"), pk=pk
    )
    at = starts_at(distribution, timezone.now())
    decided = decide(Audience.from_json(distribution.audience), request.user, distribution.version, at)
    audit.record(request.user, distribution, {"export": kind, "rows": len(decided)})
    return sent_as(kind, f"dry-run-{distribution.pk}", Table(HEADS, outcome_rows(decided)))


def outcome_rows(decided):
    """In batches, so that a large audience needs little memory."""
    labels, people = dict(Skip.Reason.choices), iter(decided)
    while batch := list(islice(people, 2000)):
        contacts = Contact.objects.annotate(in_segment=F("account__segment__name")).select_related("account")
        found = contacts.in_bulk([row.contact for row in batch])
        for row in batch:
            contact = found[row.contact]
            outcome = str(labels[row.reason]) if row.reason else _("Will be mailed")
            yield contact.name, contact.email, contact.account.name, contact.in_segment or "", row.language, outcome
