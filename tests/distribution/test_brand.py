"""How mails look and who they are from: the organisation's brand, a survey's own, and the logo that travels along."""

import re
from email import message_from_bytes, policy
from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from feedback_site.mails import INK, PAPER, Look, contrast
from surveys.distribution.brand import look_of
from surveys.distribution.messages import invitation_message
from surveys.models import Brand, Delivery
from tests import factories

pytestmark = pytest.mark.django_db


def picture(kind="PNG", size=(600, 200), colour=(200, 30, 60)):
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, kind)
    return file.getvalue()


def noise(size=(1200, 900)):
    file = BytesIO()
    Image.effect_noise(size, 80).save(file, "PNG")
    return file.getvalue()


def mail(language="en", **delivery):
    invitation = factories.invitation(contact=factories.contact(language=language))
    built = invitation_message(Delivery.objects.create(invitation=invitation, **delivery))
    return built, message_from_bytes(built.message().as_bytes(), policy=policy.default)


def test_what_a_survey_leaves_empty_is_the_organisation_s_and_then_the_settings(settings):
    survey = factories.survey()
    assert look_of(survey) == Look(settings.ORGANISATION_NAME, settings.FROM_EMAIL)
    Brand.objects.create(name="House", colour="#aa0000", reply_to="house@example.com")
    Brand.objects.create(survey=survey, name="Shop", sender_email="shop@example.com")
    Brand.objects.create(survey=factories.survey(), name="Another")
    assert look_of(survey) == Look("Shop", "shop@example.com", "#aa0000", "house@example.com")
    assert look_of(None).name == "House"


def test_the_mail_is_from_the_brand_and_answers_go_where_it_says():
    Brand.objects.create(name="House\r\nBcc: x@example.com", sender_email="mail@house.example", reply_to="care@house.example")
    built, message = mail()
    assert message["From"].addresses[0].display_name == "House Bcc: x@example.com"
    assert message["From"].addresses[0].addr_spec == "mail@house.example"
    assert message["Reply-To"] == "care@house.example"
    assert message["Bcc"] is None
    assert message["Message-ID"].endswith("@house.example>")


def test_the_logo_travels_in_the_mail_and_nothing_is_loaded_from_elsewhere(login, survey_owner):
    login(survey_owner).post(reverse("distribution:brand"), {"name": "House", "upload": SimpleUploadedFile("logo.png", picture())})
    _built, message = mail("he")
    assert message.get_content_type() == "multipart/related"
    logo = next(part for part in message.walk() if part.get_content_type() == "image/png")
    assert (logo["Content-ID"], logo.get_content_disposition()) == ("<logo@kesher>", "inline")
    html = message.get_body(("html",)).get_content()
    assert 'src="cid:logo@kesher"' in html and 'alt="House"' in html
    assert "http" not in html.split("<body")[0] and html.count("<img") == 1


@pytest.mark.parametrize("language", ["he", "en"])
def test_a_long_mail_with_the_largest_logo_stays_below_60_kilobytes(language, login, survey_owner):
    login(survey_owner).post(reverse("distribution:brand"), {"upload": SimpleUploadedFile("logo.png", noise())})
    assert 5_000 < len(Brand.objects.get().logo) <= 20 * 1024
    delivery = Delivery.objects.create(invitation=factories.invitation(contact=factories.contact(language=language)))
    delivery.invitation.distribution.version.texts[language]["invitation"] = (
        "נשמח לשמוע מכם. " * 250 if language == "he" else "Tell us more. " * 300
    )
    assert len(invitation_message(delivery).message().as_bytes()) < 60_000


def test_styles_stand_at_each_element_and_dark_programs_get_their_own(settings):
    _built, message = mail()
    html = message.get_body(("html",)).get_content()
    assert "prefers-color-scheme" in html
    assert html.count('class="score"') == 11
    scores = [part for part in html.split("<a ") if 'class="score"' in part]
    assert all("width: 44px" in score and "height: 44px" in score for score in scores)


@pytest.mark.parametrize(("colour", "text"), [("#000000", PAPER), ("#2f5d8c", PAPER), ("#ffd400", INK), ("#ffffff", INK)])
def test_text_on_the_colour_can_be_read(colour, text):
    look = Look("House", "a@example.com", colour)
    assert look.on_colour == text
    assert contrast(look.on_colour, colour) >= 4.5
    assert contrast(look.link, PAPER) >= 4.5


def test_contrast_is_that_of_wcag():
    # https://www.w3.org/WAI/WCAG22/Understanding/contrast-minimum.html: #777777 on white is 4.48:1, black on white 21:1
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_any_usual_picture_becomes_a_small_one(login, survey_owner, kind):
    login(survey_owner).post(reverse("distribution:brand"), {"upload": SimpleUploadedFile("logo", picture(kind, (3000, 800)))})
    logo = Image.open(BytesIO(bytes(Brand.objects.get().logo)))
    assert (logo.format, logo.width <= 480, logo.height <= 120) == ("PNG", True, True)


@pytest.mark.parametrize(
    ("upload", "says"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture that can be read"),
        (picture()[:60], "no picture that can be read"),
        (b"", "The submitted file is empty"),
        (picture(size=(5000, 5000)), "too many pixels"),
        (b"\x89PNG" + b"0" * (2 * 1024 * 1024), "larger than 2 MB"),
    ],
    ids=["SVG", "cut off", "empty", "huge", "heavy"],
)
def test_what_is_no_logo_is_refused_and_the_old_one_stays(login, survey_owner, upload, says):
    Brand.objects.create(name="House", logo=picture())
    page = login(survey_owner).post(reverse("distribution:brand"), {"upload": SimpleUploadedFile("logo.svg", upload)})
    assert page.status_code == 422
    assert says in str(page.context["form"].errors)
    assert bytes(Brand.objects.get().logo) == picture()


def test_a_logo_can_be_removed(login, survey_owner):
    Brand.objects.create(name="House", logo=picture())
    login(survey_owner).post(reverse("distribution:brand"), {"name": "House", "remove_logo": "on"})
    assert Brand.objects.get().logo is None


@pytest.mark.parametrize("colour", ["red", "#12345", "#1234567", "#ffffff;}body{display:none", "#ffffff\n"])
def test_a_colour_is_six_digits_and_nothing_else(login, survey_owner, colour):
    page = login(survey_owner).post(reverse("distribution:brand"), {"colour": colour})
    valid = colour.strip() == "#ffffff"
    assert (page.status_code, Brand.objects.count()) == ((302, 1) if valid else (422, 0))


def test_a_survey_has_a_page_of_its_own_and_account_managers_none(login, survey_owner, account_manager):
    survey = factories.survey()
    page = reverse("distribution:brand_of", args=[survey.pk])
    login(survey_owner).post(page, {"name": "Shop", "colour": "#006644"})
    assert (Brand.objects.get().survey, look_of(survey).name) == (survey, "Shop")
    assert login(account_manager).get(page).status_code == 403


@pytest.mark.parametrize("size", [(600, 200), (2000, 2)])
def test_the_preview_shows_the_logo_as_a_browser_can(login, survey_owner, size):
    owner, version = login(survey_owner), factories.survey().published
    owner.post(reverse("distribution:brand"), {"upload": SimpleUploadedFile("logo.png", picture(size=size))})
    page = owner.get(reverse("distribution:version_mail", args=[version.pk, "en", "invitation"]))
    assert 'src="data:image/png;base64,iVBOR' in page.content.decode()
    assert 'height="0"' not in page.content.decode()
    assert "img-src 'self' data:" in page["Content-Security-Policy"]


class TestPreviewOfTheForm:
    """The mail with what is in the form, before it is saved."""

    ADDRESS = "distribution:preview_brand"

    @pytest.mark.parametrize(("language", "direction"), [("he", "rtl"), ("en", "ltr")])
    def test_it_shows_the_mail_in_each_language_and_stores_nothing(self, login, survey_owner, language, direction):
        factories.survey()
        Brand.objects.create(name="House", colour="#aa0000")
        fields = {"name": "Palace", "colour": "#006644", "language": language}
        upload = SimpleUploadedFile("logo.png", picture(), "image/png")
        page = login(survey_owner).post(reverse(self.ADDRESS), {**fields, "upload": upload})
        html = page.content.decode()
        assert f'<html lang="{language}" dir="{direction}">' in html
        assert 'alt="Palace"' in html and "#006644" in html and 'src="data:image/png;base64,iVBOR' in html
        assert list(Brand.objects.values_list("name", "colour", "logo")) == [("House", "#aa0000", None)]
        assert "sandbox" in page["Content-Security-Policy"] and page["X-Frame-Options"] == "SAMEORIGIN"

    def test_the_logo_can_be_taken_away_and_what_is_empty_is_inherited(self, login, survey_owner):
        survey = factories.survey()
        Brand.objects.create(name="House", colour="#aa0000")
        Brand.objects.create(survey=survey, name="Shop", logo=picture())
        address = reverse("distribution:preview_brand_of", args=[survey.pk])
        kept = login(survey_owner).post(address, {"name": "Shop", "language": "en"}).content.decode()
        assert "data:image/png" in kept and "#aa0000" in kept
        without = login(survey_owner).post(address, {"name": "", "remove_logo": "on", "language": "en"}).content.decode()
        assert "<bdi>House</bdi>" in without and "data:image/png" not in without
        assert (Brand.objects.get(survey=survey).name, bytes(Brand.objects.get(survey=survey).logo)) == ("Shop", picture())

    def test_errors_stand_in_the_place_of_the_mail(self, login, survey_owner):
        factories.survey()
        page = login(survey_owner).post(reverse(self.ADDRESS), {"colour": "red", "reply_to": "nobody", "language": "he"})
        assert page.status_code == 422
        assert "Name a colour as #2f5d8c." in page.content.decode() and "Enter a valid email address." in page.content.decode()

    @pytest.mark.parametrize("language", ["", "fr"])
    def test_there_are_only_the_languages_of_the_survey(self, login, survey_owner, language):
        factories.survey()
        assert login(survey_owner).post(reverse(self.ADDRESS), {"language": language}).status_code == 404

    def test_it_is_posted_only_and_by_those_who_manage_surveys(self, login, survey_owner, account_manager):
        factories.survey()
        assert login(survey_owner).get(reverse(self.ADDRESS)).status_code == 405
        assert login(account_manager).post(reverse(self.ADDRESS), {"language": "en"}).status_code == 403

    def test_each_mail_beside_the_form_has_a_button_for_it(self, login, survey_owner):
        survey = factories.survey()
        html = login(survey_owner).get(reverse("distribution:brand_of", args=[survey.pk])).content.decode()
        for language in ("en", "he"):
            assert f'name="mail-{language}"' in html and f'formtarget="mail-{language}" name="language" value="{language}"' in html


def test_a_test_mail_can_be_sent_from_the_page_of_the_brand(survey_owner, postbox):
    """With the forgery checks of production: the button's form has a token."""
    survey, client = factories.survey(), Client(enforce_csrf_checks=True)
    client.force_login(survey_owner)
    page = client.get(reverse("distribution:brand")).content.decode()
    form = page[page.index(reverse("distribution:send_test", args=[survey.published.pk])) :]
    token = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
    address = reverse("distribution:send_test", args=[survey.published.pk])
    answer = client.post(address, {"language": "en", "kind": "invitation", "csrfmiddlewaretoken": token})
    assert (answer.status_code, postbox.per_address) == (302, {survey_owner.email: 1})


def test_the_organisations_page_shows_the_organisation(login, survey_owner):
    survey = factories.survey()
    Brand.objects.create(survey=survey, name="Shop")
    Brand.objects.create(name="House")
    client = login(survey_owner)
    page = client.get(reverse("distribution:brand")).content.decode()
    assert f"as in the settings of the server ({settings.ORGANISATION_NAME})" in page
    address = re.search('src="([^"]+look=organisation)"', page)[1]
    mail = client.get(address).content.decode()
    assert ("House" in mail, "Shop" in mail) == (True, False)
