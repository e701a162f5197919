"""Each condition of an audience, alone: who fits and who does not."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from analytics.linkage.filters import organisation_today, quarter_of, shifted
from analytics.linkage.models import MoneyQuarter
from surveys.distribution.conditions import AttributeIs, Conditions
from surveys.models import Contact, Delivery, Handling
from tests import factories

pytestmark = pytest.mark.django_db


def fitting(user, **conditions):
    return set(Conditions(**conditions).contacts(user))


@pytest.mark.parametrize(
    ("comparison", "value", "fit"),
    [
        ("is", "GOLD", {"gold"}),
        ("is_not", "gold", {"silver", "nothing", "50", "7.5"}),
        ("contains", "l", {"gold", "silver"}),
        ("at_least", "7.5", {"50", "7.5"}),
        ("at_most", "10", {"7.5"}),
    ],
)
@pytest.mark.parametrize("of", ["account", "contact"])
def test_an_own_attribute(survey_owner, of, comparison, value, fit):
    for held in ("gold", "silver", "50", "7.5", "nothing"):
        attributes = {} if held == "nothing" else {"my level": held}
        account = factories.account(attributes=attributes if of == "account" else {})
        factories.contact(account, name=held, attributes=attributes if of == "contact" else {})
    found = fitting(survey_owner, attributes=(AttributeIs(of, "my level", comparison, value),))
    assert {contact.name for contact in found} == fit


def test_a_number_that_came_by_the_api_is_compared_as_one_too(survey_owner):
    contact = factories.contact(factories.account(attributes={"employees": 120}))
    factories.contact(factories.account(attributes={"employees": 9}))
    assert fitting(survey_owner, attributes=(AttributeIs("account", "employees", "at_least", "10"),)) == {contact}


def test_several_conditions_on_attributes_hold_together(survey_owner):
    both = factories.contact(factories.account(attributes={"a": "1", "b": "2"}))
    factories.contact(factories.account(attributes={"a": "1", "b": "3"}))
    rows = (AttributeIs("account", "a", "is", "1"), AttributeIs("account", "b", "is", "2"))
    assert fitting(survey_owner, attributes=rows) == {both}


def test_role_industry_and_keys(survey_owner):
    buyer = factories.contact(factories.account(industry="Retail"), role="Head of Buying", is_key=True)
    other = factories.contact(factories.account(industry="Health", is_key=True), role="Finance")
    assert fitting(survey_owner, role="buy") == {buyer}
    assert fitting(survey_owner, industries=("Health",)) == {other}
    assert fitting(survey_owner, key="accounts") == {other}
    assert fitting(survey_owner, key="contacts") == {buyer}


def test_last_asked(survey_owner):
    never, lately, long_ago = factories.contact(), factories.contact(), factories.contact()
    for contact, days in ((lately, 10), (long_ago, 100)):
        sent_at = timezone.now() - timedelta(days=days)
        Delivery.objects.create(invitation=factories.invitation(contact=contact), state="sent", sent_at=sent_at)
    Delivery.objects.create(invitation=factories.invitation(contact=never), state="failed")
    assert fitting(survey_owner, last_asked="never") == {never}
    assert fitting(survey_owner, last_asked="within", last_asked_days=30) == {lately}
    assert fitting(survey_owner, last_asked="before", last_asked_days=30) == {never, long_ago}


def test_last_score(survey_owner):
    better, worse, silent = factories.contact(), factories.contact(), factories.contact()
    month_ago = timezone.now() - timedelta(days=30)
    factories.response(contact=better, score=2, at=month_ago)
    factories.response(contact=better, score=10)
    factories.response(contact=worse, score=10, at=month_ago)
    factories.response(contact=worse, score=3)
    assert fitting(survey_owner, facts={"last_score": "promoter"}) == {better}
    assert fitting(survey_owner, facts={"last_score": "detractor"}) == {worse}
    assert fitting(survey_owner, facts={"last_score": "never"}) == {silent}


def test_an_anonymous_score_is_nobody_s_last_score(survey_owner):
    contact = factories.contact()
    factories.response(contact=contact, survey=factories.survey(is_anonymous=True), score=1)
    assert fitting(survey_owner, facts={"open_case": True}) == set()


def test_an_open_case(survey_owner):
    account = factories.account()
    colleague, happy = factories.contact(account), factories.contact()
    low = factories.response(contact=factories.contact(account), score=1)
    factories.response(contact=happy, score=9)
    assert colleague in fitting(survey_owner, facts={"open_case": True})
    assert fitting(survey_owner, facts={"open_case": False}) == {happy}
    Handling.objects.create(response=low, note="called")
    assert fitting(survey_owner, facts={"open_case": True}) == set()


def test_the_revenue_of_the_last_four_full_quarters(survey_owner):
    rich, poor, _unknown = (factories.contact() for _ in range(3))
    running = quarter_of(organisation_today())
    for contact, amount in ((rich, 300), (poor, 20)):
        for back in (1, 4):
            row = {"account": contact.account, "quarter": shifted(running, -back)}
            MoneyQuarter.objects.create(**row, revenue=Decimal(amount), entries=1)
    MoneyQuarter.objects.create(account=poor.account, quarter=shifted(running, -5), revenue=Decimal(5000), entries=1)
    MoneyQuarter.objects.create(account=poor.account, quarter=running, revenue=Decimal(5000), entries=1)
    assert fitting(survey_owner, facts={"revenue": {"from": "600", "to": None}}) == {rich}
    assert fitting(survey_owner, facts={"revenue": {"from": None, "to": "599.99"}}) == {poor}
    assert fitting(survey_owner, facts={"revenue": {"from": "0", "to": None}}) == {rich, poor}


def test_nobody_reaches_beyond_what_they_may_see(account_manager):
    own = factories.contact(factories.account(account_manager=account_manager), is_key=True)
    factories.contact(is_key=True)
    assert fitting(account_manager, key="contacts") == {own}
    assert Contact.objects.count() == 2
