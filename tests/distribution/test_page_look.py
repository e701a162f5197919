"""How the pages of a respondent look: name, colour and logo of the mail that led there."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback_site.mails import LEAST_CONTRAST, contrast
from surveys.distribution.page_look import GROUND, GROUND_BY_NIGHT, PANEL, PANEL_BY_NIGHT, _kept, forget_looks, page_look, style_of
from surveys.distribution.tokens import answer_token, unsubscribe_token
from surveys.models import Brand
from tests import factories
from tests.distribution.test_brand import picture

pytestmark = pytest.mark.django_db
COLOURS = ["#000000", "#ffffff", "#ffee00", "#aa0000", "#00ff00", "#001144", "#808080", "#E91E63"]


@pytest.fixture
def invitation():
    return factories.invitation()


@pytest.fixture
def branded(invitation):
    Brand.objects.create(name="House", colour="#aa0000", logo=picture())
    return Brand.objects.create(survey=invitation.distribution.survey, name="Shop & Co")


def addresses(invitation):
    link = factories.link(invitation.distribution.survey)
    answer = reverse("collection:answer", args=[answer_token(invitation)])
    return [
        answer,
        reverse("distribution:unsubscribe", args=[unsubscribe_token(invitation)]),
        reverse("collection:link", args=[link.token]),
    ]


def test_every_page_has_the_look_and_a_policy_that_lets_it_through(client, invitation, branded):
    for address in addresses(invitation):
        page = client.get(address)
        html = page.content.decode()
        (style,) = re.findall(r"<style>(.*?)</style>", html)
        assert "#aa0000" in style
        assert f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" in page["Content-Security-Policy"].split("style-src")[1]
        assert 'alt="Shop &amp; Co" width="300" height="100"' in html
        assert "Shop &amp; Co</title>" in html and " style=" not in html


def test_thanks_have_the_look_too(client, invitation, branded):
    address = addresses(invitation)[0]
    client.post(address, {"page": "1", "q-score": "9"})
    page = client.post(address, {"page": "2", "q-comment": "Fine"}, follow=True)
    assert "collection/thanks.html" in [template.name for template in page.templates]
    assert "#aa0000" in page.content.decode() and 'alt="Shop &amp; Co"' in page.content.decode()


def test_a_closed_survey_and_an_unknown_link_have_it(client, invitation, branded):
    type(invitation.distribution).objects.update(closes_at=timezone.now())
    assert "Shop &amp; Co" in client.get(addresses(invitation)[0]).content.decode()
    assert 'alt="House"' in client.get(reverse("collection:answer", args=["nonsense"])).content.decode()
    assert 'alt="House"' in client.get(reverse("distribution:unsubscribe", args=["nonsense"])).content.decode()


def test_without_a_brand_the_page_is_as_light_as_ever(client, invitation, settings):
    page = client.get(addresses(invitation)[0])
    assert "<style" not in page.content.decode() and "<img" not in page.content.decode()
    assert f"<bdi>{settings.ORGANISATION_NAME}</bdi>" in page.content.decode()
    assert "sha256" not in page["Content-Security-Policy"]


def test_the_logo_may_be_kept_until_there_is_another(client, invitation, branded, django_assert_num_queries):
    address = page_look(branded.survey_id).logo_url
    with django_assert_num_queries(0):
        got = client.get(address)
    assert (got["Content-Type"], got.content) == ("image/png", picture())
    assert got["Cache-Control"] == "public, max-age=31536000, immutable"
    Brand.objects.filter(survey=None).update(logo=picture(colour=(1, 2, 3)))
    forget_looks()
    assert page_look(branded.survey_id).logo_url != address
    assert client.get(address)["Cache-Control"] == "no-cache"


def test_where_there_is_no_logo_none_is_served(client, db):
    assert client.get(reverse("distribution:logo", args=[0, "0" * 16])).status_code == 404


def test_a_saved_brand_is_shown_at_once(client, login, survey_owner, invitation):
    address = addresses(invitation)[0]
    assert "#006644" not in client.get(address).content.decode()
    login(survey_owner).post(reverse("distribution:brand"), {"name": "House", "colour": "#006644"})
    assert "#006644" in client.get(address).content.decode()


def test_another_process_shows_it_within_a_minute(client, invitation, monkeypatch):
    address = addresses(invitation)[0]
    client.get(address)
    Brand.objects.create(colour="#006644")
    assert "#006644" not in client.get(address).content.decode()
    monkeypatch.setattr("surveys.distribution.page_look.SECONDS_KEPT", 0)
    assert "#006644" in client.get(address).content.decode()


def test_no_more_looks_are_kept_than_there_is_room_for(client, monkeypatch):
    monkeypatch.setattr("surveys.distribution.page_look.MOST_KEPT", 2)
    for _ in range(5):
        client.get(reverse("distribution:logo", args=[factories.survey().pk, "0" * 16]))
    assert 0 < len(_kept) <= 2


@pytest.mark.parametrize("pk", [987654321, 2**31, 2**63, 10**30])
def test_a_number_that_is_no_survey_s_has_no_logo_and_pushes_out_nothing(client, branded, pk):
    page_look(branded.survey_id)
    before = dict(_kept)
    assert client.get(reverse("distribution:logo", args=[pk, "0" * 16])).status_code == 404
    assert _kept == before


@pytest.mark.parametrize("colour", COLOURS)
def test_text_can_be_read_whatever_the_colour(colour):
    by_day, by_night = style_of(colour).split("@media")
    for style, grounds in ((by_day, (PANEL, GROUND)), (by_night, (PANEL_BY_NIGHT, GROUND_BY_NIGHT))):
        is_ = dict(re.findall(r"--([a-z-]+):(#[0-9a-fA-F]{6})", style))
        for ground in (*grounds, is_["accent-soft"]):
            assert contrast(is_["accent"], ground) >= LEAST_CONTRAST
        assert contrast(is_["on-accent"], is_["accent"]) >= LEAST_CONTRAST
        assert contrast(is_["on-button"], is_["button"]) >= LEAST_CONTRAST


def test_a_colour_that_can_be_read_stays_as_it_is():
    assert "--accent:#aa0000;--on-accent:#ffffff;" in style_of("#aa0000")
