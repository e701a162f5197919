"""What happened to one invited person, and to one contact over all distributions: for all who see the contact."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from feedback_site.access.permissions import EVERYONE, MANAGES_SURVEYS, role_required
from surveys.customers.models import Contact
from surveys.distribution.contact_time_line import contact_time_line
from surveys.distribution.models import Delivery, Invitation
from surveys.distribution.time_line import time_line, with_history

PER_PAGE = 50
UNDECIDED = (Delivery.State.UNCERTAIN, Delivery.State.FAILED)


@require_GET
@role_required(*EVERYONE)
def person(request, pk, invitation_pk):
    """What happened to one invited person, in order. Only who manages surveys decides about a mail."""
    invitation = get_object_or_404(with_history(Invitation.objects.visible_to(request.user)), pk=invitation_pk, distribution=pk)
    manages = request.user.has_role(*MANAGES_SURVEYS)
    context = {
        "invitation": invitation,
        "distribution": invitation.distribution,
        "events": time_line(invitation),
        "manages": manages,
        "undecided": [mail for mail in invitation.deliveries.all() if mail.state in UNDECIDED] if manages else [],
    }
    return render(request, "distribution/person.html", context)


@require_GET
@role_required(*EVERYONE)
def contact(request, pk):
    """Everything that happened to a contact, newest first."""
    found = get_object_or_404(Contact.objects.visible_to(request.user).select_related("account"), pk=pk)
    page = Paginator(contact_time_line(found), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "distribution/contact.html", {"contact": found, "page_obj": page})
