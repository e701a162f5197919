"""The local mailbox page over the files that the local SMTP server keeps."""

import mailbox
from email.message import EmailMessage

import pytest
from django.urls import reverse

from surveys.distribution.maildir import LocalMailbox, age

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(settings, tmp_path):
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    return mailbox.Maildir(settings.MAILBOX_DIR)


def put(box, subject="Hello", html="<html><head></head><body><b>Hi</b></body></html>"):
    message = EmailMessage()
    message["Subject"], message["To"], message["From"] = subject, "דנה <dana@example.com>", "feedback@kesher.example"
    message.set_content("Hi in words")
    message.add_alternative(html, subtype="html")
    return box.add(message)


def test_mails_are_listed_newest_first_and_paged(box, login, survey_owner):
    for n in range(30):
        put(box, f"Mail {n:02}")
    page = login(survey_owner).get(reverse("distribution:mailbox"))
    assert [mail.subject for mail in page.context["mails"]] == [f"Mail {n:02}" for n in range(29, 4, -1)]
    assert page.context["mails"][0].to == "דנה <dana@example.com>"
    second = login(survey_owner).get(reverse("distribution:mailbox"), {"page": 2})
    assert [mail.subject for mail in second.context["mails"]] == [f"Mail {n:02}" for n in range(4, -1, -1)]


def test_only_the_mails_of_the_page_are_opened(box, login, survey_owner, monkeypatch):
    for n in range(30):
        put(box, f"Mail {n}")
    opened = []
    original = LocalMailbox.content
    monkeypatch.setattr(LocalMailbox, "content", lambda self, key: opened.append(key) or original(self, key))
    login(survey_owner).get(reverse("distribution:mailbox"))
    assert len(opened) == 25


def test_an_empty_mailbox_and_one_that_does_not_exist_yet_say_so(settings, tmp_path, login, survey_owner):
    settings.MAILBOX_DIR = tmp_path / "never made"
    page = login(survey_owner).get(reverse("distribution:mailbox"))
    assert "No mail yet." in page.content.decode()


def test_a_mail_is_shown_with_text_headers_and_a_sandboxed_frame(box, login, survey_owner):
    key = put(box)
    page = login(survey_owner).get(reverse("distribution:mail", args=[key])).content.decode()
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"' in page
    assert "Hi in words" in page
    assert "<b>Hi</b>" not in page


def test_the_html_of_a_mail_may_have_styles_but_no_scripts(box, login, survey_owner):
    key = put(box, html='<html><head></head><body><script>alert(1)</script><p style="color:red">Hi</p></body></html>')
    response = login(survey_owner).get(reverse("distribution:mail_html", args=[key]))
    rules = dict(rule.strip().partition(" ")[::2] for rule in response["Content-Security-Policy"].split(";"))
    assert rules["default-src"] == rules["script-src"] == rules["form-action"] == "'none'"
    assert rules["style-src"] == "'unsafe-inline'"
    assert rules["sandbox"] == "allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert b'<head><base target="_blank">' in response.content


def test_the_raw_mail_is_plain_text(box, login, survey_owner):
    key = put(box)
    response = login(survey_owner).get(reverse("distribution:mail_raw", args=[key]))
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["mail", "mail_html", "mail_raw"])
@pytest.mark.parametrize("key", ["gone", "..", "../../etc/passwd"])
def test_a_mail_that_is_not_there_is_not_found(box, login, survey_owner, name, key):
    path = reverse("distribution:mail", args=["KEY"]).replace("KEY", key) + {"mail": "", "mail_html": "html/", "mail_raw": "raw/"}[name]
    assert login(survey_owner).get(path).status_code == 404


def test_without_a_local_mailbox_there_is_no_such_page(settings, login, survey_owner):
    settings.MAILBOX_DIR = None
    assert login(survey_owner).get("/mailbox/").status_code == 404


@pytest.mark.parametrize("role", ["account_manager", "team_lead", "leadership", "sales"])
def test_the_mailbox_holds_everybody_s_tokens_and_is_not_for_everybody(box, login, role):
    from tests import factories

    key = put(box)
    client = login(factories.user(role=role))
    assert client.get(reverse("distribution:mailbox")).status_code == 403
    assert client.get(reverse("distribution:mail_html", args=[key])).status_code == 403


def test_age_reads_the_name_of_a_file():
    assert age("1700000000.M123456P42Q7.host") == (1700000000, 123456, 7)
    assert age("odd name") == (0, 0, 0)


def test_a_picture_of_the_mail_is_shown_as_the_browser_knows_no_parts_of_a_mail(box, login, survey_owner):
    message = EmailMessage()
    message["Subject"], message["To"], message["From"] = "Logo", "dana@example.com", "feedback@kesher.example"
    message.set_content("Hi")
    message.add_alternative('<html><head></head><img src="cid:logo@kesher"></html>', subtype="html")
    message.get_payload()[1].add_related(b"png", "image", "png", cid="<logo@kesher>")
    page = login(survey_owner).get(reverse("distribution:mail_html", args=[box.add(message)]))
    assert '<img src="data:image/png;base64,cG5n">' in page.content.decode()
