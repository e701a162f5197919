"""Mails that wait, and what became of all."""

from surveys.models import Delivery
from tests import factories


def waiting(email="dana@example.com", distribution=None, **fields):
    contact = factories.contact(email=email)
    return Delivery.objects.create(invitation=factories.invitation(distribution, contact), **fields)


def states():
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))
