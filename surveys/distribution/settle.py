"""A person decides about a mail of which nobody knows whether it arrived."""

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from feedback_site.access import audit
from feedback_site.access.models import User
from surveys.distribution.models import Delivery
from surveys.distribution.setback_models import Setback


class Decision(models.TextChoices):
    SENT = "sent", _("Count as sent")
    AGAIN = "again", _("Send again")


@transaction.atomic
def settle(delivery: Delivery, decision: Decision, user: User) -> bool:
    """Carry the decision out; False if the mail was settled before."""
    moved = delivery.settle_as_sent() if decision is Decision.SENT else delivery.requeue()
    if moved:
        if delivery.state == Delivery.State.QUEUED:
            Setback.objects.create(delivery=delivery, state=delivery.state, happened_at=delivery.not_before)
        audit.record(user, delivery.invitation.distribution, {"mail": f"{delivery.invitation.contact}: {decision.value}"})
    return moved
