"""A test goes to oneself, is marked, and counts nowhere."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from surveys.models import Delivery, Invitation, Response
from tests import factories


@pytest.fixture(autouse=True)
def nobody_has_sent_any():
    cache.clear()


@pytest.fixture
def version(db):
    return factories.survey().published


def sent(client, version, **fields):
    page = reverse("distribution:send_test", args=[version.pk])
    return client.post(page, {"language": "he", "kind": "invitation", **fields}, follow=True)


def test_it_goes_to_oneself_alone_and_says_that_it_is_a_test(login, survey_owner, version, postbox):
    page = sent(login(survey_owner), version)
    assert f"on its way to {survey_owner.email}" in page.content.decode()
    assert postbox.per_address == {survey_owner.email: 1}
    mail = postbox.mail_to(survey_owner.email)
    assert mail["Subject"] == "[ניסיון] שאלה אחת"
    assert mail["List-Unsubscribe"] is None


def test_nothing_in_it_can_be_answered_and_nothing_is_counted(login, survey_owner, version, postbox):
    sent(login(survey_owner), version)
    html = postbox.mail_to(survey_owner.email).get_body(("html",)).get_content()
    assert "/a/" not in html and "/u/" not in html
    assert html.count(reverse("authoring:preview", args=[version.pk])) == 13  # eleven scores, the survey, the foot
    assert [model.objects.count() for model in (Invitation, Delivery, Response)] == [0, 0, 0]


def test_the_reminder_can_be_tried_too(login, survey_owner, version, postbox):
    sent(login(survey_owner), version, language="en", kind="reminder")
    assert postbox.mail_to(survey_owner.email)["Subject"] == "[Test] Reminder: One question"


def test_a_refusal_is_told_in_the_words_of_the_mail_server(login, survey_owner, version, postbox):
    postbox.rcpt[survey_owner.email] = ["550 5.1.1 no such user"]
    assert "550 5.1.1 no such user" in sent(login(survey_owner), version).content.decode()


def test_a_mail_server_that_is_away_is_told_too(login, survey_owner, version, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    assert "The test was not sent" in sent(login(survey_owner), version).content.decode()


def test_after_many_within_an_hour_one_is_asked_to_wait(login, survey_owner, version, postbox):
    client = login(survey_owner)
    for _ in range(30):
        sent(client, version)
    assert "many tests within an hour" in sent(client, version).content.decode()
    assert postbox.per_address == {survey_owner.email: 30}


@pytest.mark.parametrize("fields", [{"language": "fr"}, {"kind": "welcome"}, {"language": ""}])
def test_what_there_is_not_is_not_sent(login, survey_owner, version, postbox, fields):
    assert sent(login(survey_owner), version, **fields).status_code == 404
    assert postbox.per_address == {}


def test_only_those_who_manage_surveys_may(login, account_manager, version):
    assert sent(login(account_manager), version).status_code == 403


def test_it_can_be_read_as_plain_text_and_as_a_reminder(login, survey_owner, version):
    client = login(survey_owner)
    text = client.get(reverse("distribution:version_mail_text", args=[version.pk, "en", "reminder"]))
    assert text["Content-Type"] == "text/plain; charset=utf-8"
    assert "We asked you a short while ago" in text.content.decode()
