"""A test goes to oneself, is marked, and counts nowhere."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.core.signing import TimestampSigner
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from surveys.distribution.tokens import trial_token
from surveys.models import Brand, Delivery, Invitation, Response, Visit
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


def links(postbox, user):
    """The addresses in the mail to `user`, without the host: eleven scores, the survey, the foot."""
    html = postbox.mail_to(user.email).get_body(("html",)).get_content()
    return [unescape(link).removeprefix(settings.SITE_URL) for link in re.findall(r'href="([^"]+)"', html)]


def test_nothing_in_it_can_be_answered_and_nothing_is_counted(login, survey_owner, version, postbox):
    sent(login(survey_owner), version)
    found = links(postbox, survey_owner)
    assert len(found) == 13 and {link.split("/")[1] for link in found} == {"t"}
    assert [model.objects.count() for model in (Invitation, Delivery, Response)] == [0, 0, 0]


def test_its_links_lead_to_the_preview_without_login(login, survey_owner, version, postbox):
    sent(login(survey_owner), version)
    visitor, found = Client(), links(postbox, survey_owner)
    for score, link in enumerate(found[:11]):
        page = visitor.get(link)
        html = page.content.decode()
        assert page.context["chosen_score"] == score
        assert '<html lang="he" dir="rtl">' in html and page["Content-Language"] == "he"
        assert page.context["is_test"]
        assert re.findall(r'value="(\d+)"[^>]* checked', html) == [str(score)]
        assert (page["Cache-Control"], page["Referrer-Policy"], page["X-Robots-Tag"]) == ("no-store", "no-referrer", "noindex, nofollow")
        assert visitor.post(link, {"page": "1", "q-score": "9"}).status_code == 405
    assert visitor.get(found[-1]).context["chosen_score"] is None
    assert "q-comment" in visitor.get(found[-1] + "&page=2").content.decode()
    assert [model.objects.count() for model in (Invitation, Delivery, Response, Visit)] == [0, 0, 0, 0]


def test_a_draft_can_be_tried_and_shows_the_brand(version):
    Brand.objects.create(name="House", colour="#aa0000")
    draft = factories.survey(published=False).draft
    page = Client().get(reverse("collection:trial", args=[trial_token(draft)]))
    assert page.status_code == 200 and "<bdi>House</bdi>" in page.content.decode() and "#aa0000" in page.content.decode()


def test_its_links_expire_and_can_not_be_made_up(version, client):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        token = trial_token(version)
    address = reverse("collection:trial", args=[token])
    with time_machine.travel(now + timedelta(days=13, hours=23), tick=False):
        assert client.get(address).status_code == 200
    with time_machine.travel(now + timedelta(days=14, minutes=1), tick=False):
        assert client.get(address).status_code == 404
    other = factories.survey().published
    for forged in (str(version.pk), token.replace(str(version.pk), str(other.pk), 1), TimestampSigner(sep=".").sign(str(version.pk))):
        assert client.get(reverse("collection:trial", args=[forged])).status_code == 404
    assert client.get(reverse("collection:answer", args=[token])).status_code == 404


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
