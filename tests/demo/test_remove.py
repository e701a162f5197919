"""Taking the simulated company away leaves what is real."""

from datetime import date

import pytest
from django.apps import apps
from django.utils import timezone

from analytics.models import RevenueEntry, Spend
from feedback_site.demo.create import create
from feedback_site.demo.remove import remove
from feedback_site.models import User
from surveys.models import Account, Contact, Response, Segment, Suppression, Survey, UndoneUnsubscription
from tests import factories

pytestmark = pytest.mark.django_db


def everything():
    """How many rows each table of ours has."""
    models = [model for label in ("feedback_site", "surveys", "analytics") for model in apps.get_app_config(label).get_models()]
    return {model._meta.label: model._default_manager.count() for model in models}


@pytest.fixture
def real(db):
    """A real customer with a survey of its own, a colleague and an administrator."""
    factories.user(role="administrator")
    account = factories.account(name="Real", segment=factories.segment("Real segment"), account_manager=factories.user())
    factories.response(contact=factories.contact(account), comment="We are real.")
    factories.revenue(account)
    return account


def test_removes_every_simulated_row_and_no_other(real):
    before = everything()
    create(None)
    assert everything() != before

    gone = remove()

    assert everything() == before
    assert gone["accounts"] == 400
    assert list(Account.objects.all()) == [real]
    assert remove() == {}


def test_what_a_real_user_attached_to_the_demo_goes_with_it_and_the_rest_stays(real):
    create(None)
    simulated, segment = Account.objects.filter(is_simulated=True).first(), Segment.objects.filter(is_simulated=True).first()
    factories.contact(simulated, email="attached@example.com")
    attached = factories.revenue(simulated)
    answered = factories.response(account=real, survey=Survey.objects.get(key="demo-support"), score=4)
    moved = factories.account(name="Moved", segment=segment, account_manager=User.objects.get(email="manager@demo.example"))
    told = factories.response(account=moved)
    spent = factories.spend(segment=segment, on=date(2026, 1, 1))
    Suppression.objects.create(email="somebody@example.com", reason="unsubscribed")
    for email in ("somebody@example.com", Contact.objects.filter(is_simulated=True).first().email.lower()):
        UndoneUnsubscription.objects.create(email=email, unsubscribed_at=timezone.now(), undone_by="unsubscribe link")

    remove()

    assert not Contact.objects.filter(email="attached@example.com").exists()
    assert not RevenueEntry.objects.filter(pk=attached.pk).exists()
    assert not Response.objects.filter(pk=answered.pk).exists()
    moved.refresh_from_db()
    assert (moved.segment, moved.account_manager) == (None, None)
    assert Response.objects.get(pk=told.pk).segment is None
    assert Spend.objects.get(pk=spent.pk).segment is None
    for noted in (Suppression, UndoneUnsubscription):
        assert list(noted.objects.values_list("email", flat=True)) == ["somebody@example.com"]
