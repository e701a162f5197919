"""Who is mailed, and who is skipped with the one reason."""

from datetime import timedelta

import pytest
from django.utils import timezone

from surveys.distribution.audience import Audience, counts, decide, has_lost_a_list, in_survey_language, with_skip_reason
from surveys.distribution.conditions import Conditions
from surveys.models import Contact, Delivery, ExclusionList, Suppression
from tests import factories

pytestmark = pytest.mark.django_db


def reason_for(contact, survey=None):
    return with_skip_reason(Contact.objects.filter(pk=contact.pk), survey or factories.survey(), timezone.now()).get().skip_reason


def asked(contact, days_ago, **fields):
    at = timezone.now() - timedelta(days=days_ago)
    delivery = Delivery.objects.create(invitation=factories.invitation(contact=contact), **{"state": "sent", "sent_at": at, **fields})
    Delivery.objects.filter(pk=delivery.pk).update(created_at=at)


def test_nothing_speaks_against_a_contact_who_was_never_asked():
    assert reason_for(factories.contact()) == ""


@pytest.mark.parametrize(
    ("suppressed_as", "reason"), [("unsubscribed", "unsubscribed"), ("complained", "complained"), ("bounced", "bounced")]
)
def test_a_suppressed_address_is_skipped_whatever_its_case(suppressed_as, reason):
    contact = factories.contact(email="Dana@Example.com")
    Suppression.objects.create(email="dana@example.com", reason=suppressed_as)
    assert reason_for(contact) == reason


@pytest.mark.parametrize(("status", "reason"), [("left", "left"), ("bounced", "bounced")])
def test_the_status_of_a_contact_decides(status, reason):
    assert reason_for(factories.contact(status=status)) == reason


@pytest.mark.parametrize(("days", "reason"), [(-1, "account_ended"), (0, "account_ended"), (1, "")])
def test_an_account_that_has_ended_is_not_asked(days, reason):
    account = factories.account(ended_on=timezone.localdate() + timedelta(days=days))
    assert reason_for(factories.contact(account)) == reason


@pytest.mark.parametrize(("days_ago", "reason"), [(29, "asked_recently"), (31, "")])
def test_who_was_asked_within_the_days_between_invitations_is_left_in_peace(days_ago, reason, settings):
    settings.DAYS_BETWEEN_INVITATIONS = 30
    contact = factories.contact()
    asked(contact, days_ago)
    assert reason_for(contact) == reason


@pytest.mark.parametrize(
    ("state", "reason"),
    [("queued", "asked_recently"), ("uncertain", "asked_recently"), ("failed", ""), ("cancelled", "")],
)
def test_a_mail_that_never_arrived_does_not_count_as_asked(state, reason):
    contact = factories.contact()
    asked(contact, 1, state=state, sent_at=None)
    assert reason_for(contact) == reason


def test_of_several_reasons_the_person_s_own_wish_is_named():
    contact = factories.contact(status="bounced")
    asked(contact, 1)
    Suppression.objects.create(email=contact.email, reason="unsubscribed")
    Suppression.objects.create(email=contact.email, reason="complained")
    assert reason_for(contact) == "unsubscribed"


def test_an_audience_narrows_by_segment_region_manager_and_language(survey_owner):
    manager, retail = factories.user(), factories.segment("Retail")
    fits = factories.contact(factories.account(segment=retail, region="North", account_manager=manager), language="he")
    factories.contact(factories.account(segment=retail, region="North", account_manager=manager), language="en")
    factories.contact(factories.account(segment=retail, region="South", account_manager=manager), language="he")
    factories.contact(factories.account(region="North", account_manager=manager), language="he")
    factories.contact(factories.account(segment=retail, region="North"), language="he")
    conditions = Conditions(segments=(retail.pk,), regions=("North",), account_managers=(manager.pk,), languages=("he",))
    audience = Audience(conditions)
    assert list(audience.contacts(survey_owner)) == [fits]
    assert Audience.from_json(audience.as_json()) == audience
    assert Audience.from_json({}).contacts(survey_owner).count() == 5


def test_an_account_manager_reaches_own_accounts_only(account_manager):
    own = factories.contact(factories.account(account_manager=account_manager))
    factories.contact()
    assert list(Audience().contacts(account_manager)) == [own]


def test_the_form_in_which_audiences_were_kept_before_is_still_read():
    kept = {"segments": [3], "region": "North", "account_manager": 7, "language": "he"}
    conditions = Conditions(segments=(3,), regions=("North",), account_managers=(7,), languages=("he",))
    assert Audience.from_json(kept) == Audience(conditions)


def test_the_whole_decision_is_one_query(survey_owner, django_assert_num_queries):
    for _ in range(3):
        factories.contact()
    factories.contact(status="left")
    version = factories.survey().published
    assert version.survey.name and version.languages
    with django_assert_num_queries(1):
        assert counts(decide(Audience(), survey_owner, version, timezone.now())) == {"": 3, "left": 1}


def test_a_contact_whose_language_the_survey_lacks_is_asked_in_the_survey_s_own():
    version = factories.survey(default_language="en").published
    for language in ("he", "en", "ar"):
        factories.contact(language=language)
    assert asked_in(version) == ["he", "en", "en"]


def asked_in(version):
    return list(Contact.objects.annotate(asked_in=in_survey_language(version)).order_by("pk").values_list("asked_in", flat=True))


@pytest.mark.parametrize(
    ("language", "asked"),
    [
        ("he-il", "he"),
        ("he_IL", "he"),
        ("HE", "he"),
        ("hem", "en"),
        ("pt-br", "pt-br"),
        ("pt-BR", "pt-br"),
        ("pt", "pt-br"),
        ("pt-pt", "pt-br"),
        ("zh-hant", "zh-hant"),
        ("zh-hans", "zh"),
        ("fr-ca", "en"),
    ],
)
def test_a_region_of_a_language_is_asked_in_the_nearest_there_is(language, asked):
    version = factories.survey(default_language="en").published
    version.texts = {code: {} for code in ("en", "he", "pt-br", "zh", "zh-hant")}
    factories.contact(language=language)
    assert asked_in(version) == [asked]


def test_a_list_that_is_gone_is_noticed(django_assert_num_queries):
    kept, gone = ExclusionList.objects.create(name="Rivals"), ExclusionList.objects.create(name="Pilot")
    audience = Audience(exclusion_lists=(kept.pk, gone.pk, kept.pk))
    assert has_lost_a_list(audience) is False
    gone.delete()
    with django_assert_num_queries(1):
        assert has_lost_a_list(audience) is True
        assert has_lost_a_list(Audience()) is False
