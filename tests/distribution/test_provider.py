"""A mail provider's own interface: over real HTTP to a server that stands in for it, and its webhooks in their real form."""

import hashlib
import hmac
import json
import threading
import time
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from anymail.exceptions import AnymailAPIError
from django.conf import settings as project
from django.urls import include, path
from django.utils import timezone

import feedback_site.urls  # noqa: F401 - read now, before a test names a provider
from surveys.distribution.send import send_due_mails
from surveys.distribution.tokens import marked
from surveys.distribution.transport import Outcome
from surveys.models import Contact, Delivery, ReturnedMail, Suppression
from tests import factories

pytestmark = pytest.mark.django_db
urlpatterns = [path("anymail/", include("anymail.urls"))]
TAKEN = {"To": "dana@example.com", "SubmittedAt": "2026-11-24T10:00:00Z", "MessageID": "0a1b", "ErrorCode": 0, "Message": "OK"}
# Postmark's own words, as django-anymail's source quotes them.
INACTIVE = {
    "ErrorCode": 406,
    "Message": "You tried to send to a recipient that has been marked as inactive.\nFound inactive addresses: dana@example.com.\n"
    "Inactive recipients are ones that have generated a hard bounce or a spam complaint. ",
}
ILLEGAL = {"ErrorCode": 300, "Message": "Invalid 'To' address: 'dana@example.com'."}
SIGNING_KEY = "key-for-tests"


class Provider(BaseHTTPRequestHandler):
    """Answers as it is told, and keeps what it was sent."""

    script, got = [], []

    def do_POST(self):
        self.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        status, answer = self.script[0]
        if status == "hang up":
            self.connection.close()
            return
        if status == "sleep":
            time.sleep(answer)
            return
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def provider(settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.MAIL_PROVIDER, settings.EMAIL_BACKEND = "postmark", "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {
        **settings.ANYMAIL,
        "POSTMARK_SERVER_TOKEN": "secret",
        "POSTMARK_API_URL": f"http://127.0.0.1:{server.server_port}/",
        "REQUESTS_TIMEOUT": 1,
    }
    Provider.script, Provider.got = [(200, TAKEN)], []
    yield Provider
    server.shutdown()
    server.server_close()


@pytest.fixture
def mail():
    return Delivery.objects.create(invitation=factories.invitation(contact=factories.contact(email="dana@example.com")))


def test_a_mail_that_the_provider_takes_is_sent_with_its_headers_and_mark(provider, mail):
    assert send_due_mails() == {Outcome.SENT: 1}
    (got,) = provider.got
    headers = {header["Name"]: header["Value"] for header in got["Headers"]}
    assert got["Metadata"] == {"mail": marked(mail)}
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    mail.refresh_from_db()
    assert (mail.state, headers["Message-ID"]) == ("sent", mail.message_id)


@pytest.mark.parametrize(
    ("script", "state", "outcome"),
    [
        ((401, {"ErrorCode": 10, "Message": "bad token"}), "deferred", Outcome.AWAY),
        ((429, {"Message": "slow down"}), "deferred", Outcome.AWAY),
        ((503, {}), "deferred", Outcome.AWAY),
        ((422, INACTIVE), "failed", Outcome.REFUSED),
        ((422, ILLEGAL), "bounced", Outcome.NO_MAILBOX),
        ((422, {"ErrorCode": 406, "Message": "Words of next year."}), "uncertain", Outcome.UNCERTAIN),
        ((500, {}), "uncertain", Outcome.UNCERTAIN),
        ((200, b"<html>not what was promised"), "uncertain", Outcome.UNCERTAIN),
        (("hang up", 0), "uncertain", Outcome.UNCERTAIN),
        (("sleep", 3), "uncertain", Outcome.UNCERTAIN),
    ],
)
def test_what_the_provider_answers_decides_what_becomes_of_the_mail(provider, mail, script, state, outcome):
    provider.script = [script]
    assert send_due_mails() == {outcome: 1}
    mail.refresh_from_db()
    assert mail.state == state
    assert "secret" not in mail.reason
    assert Contact.objects.get().status == ("bounced" if state == "bounced" else "active")


def test_a_provider_that_is_away_loses_nothing(provider, mail, settings):
    settings.ANYMAIL = {**settings.ANYMAIL, "POSTMARK_API_URL": "http://127.0.0.1:1/"}
    assert send_due_mails() == {Outcome.AWAY: 1}
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("deferred", 0)


def test_what_a_library_of_the_provider_says_is_uncertain_where_its_words_are_not_known(provider, mail, monkeypatch):
    def fail(self, messages):
        raise AnymailAPIError("Read timeout on endpoint")

    monkeypatch.setattr("anymail.backends.postmark.EmailBackend.send_messages", fail)
    assert send_due_mails() == {Outcome.UNCERTAIN: 1}
    mail.refresh_from_db()
    assert (mail.state, mail.reason) == ("uncertain", "Read timeout on endpoint")


def test_a_library_that_can_not_even_begin_has_sent_nothing(provider, mail, monkeypatch):
    def fail(self):
        raise ValueError("no region")

    monkeypatch.setattr("anymail.backends.postmark.EmailBackend.open", fail)
    assert send_due_mails() == {Outcome.AWAY: 1}
    mail.refresh_from_db()
    assert mail.state == "deferred"


# --- Webhooks -------------------------------------------------------------------------------------


@pytest.fixture
def sent(mail, settings):
    settings.ROOT_URLCONF = __name__
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": SIGNING_KEY, "WEBHOOK_SECRET": "kesher:hook-password"}
    Delivery.objects.update(state="sent", sent_at=timezone.now())
    return mail


def mailgun(mail, event="failed", key=SIGNING_KEY, mark=None, number=1, **data):
    stamp, token = str(int(time.time())), f"token{number}"
    signature = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    known = {"id": f"event{number}", "timestamp": time.time(), "event": event, "recipient": "dana@example.com", "log-level": "error"}
    message = {"headers": {"message-id": "x@kesher.example"}}
    variables = {"mail": marked(mail) if mark is None else mark}
    event_data = {**known, "message": message, "user-variables": variables, **data}
    return {"signature": {"timestamp": stamp, "token": token, "signature": signature}, "event-data": event_data}


NO_USER = {"severity": "permanent", "reason": "bounce", "delivery-status": {"code": 550, "message": "5.1.1 no such user here"}}
FULL = {"severity": "permanent", "reason": "generic", "delivery-status": {"code": 552, "message": "5.2.2 mailbox full"}}


def post(client, payload, user=b"kesher:hook-password"):
    authorization = {"Authorization": f"Basic {b64encode(user).decode()}"}
    return client.post("/anymail/mailgun/tracking/", json.dumps(payload), "application/json", headers=authorization).status_code


@pytest.mark.parametrize(
    ("event", "data", "state", "kind", "suppressed"),
    [
        ("failed", NO_USER, "bounced", "hard", ["bounced"]),
        ("failed", FULL, "bounced", "soft", []),
        ("failed", {"severity": "temporary", "delivery-status": {"code": 450, "message": "later"}}, "sent", "delayed", []),
        ("complained", {}, "complained", "complaint", ["complained"]),
    ],
)
def test_what_the_provider_tells_is_followed(client, sent, event, data, state, kind, suppressed):
    assert post(client, mailgun(sent, event, **data)) == 200
    sent.refresh_from_db()
    assert (sent.state, ReturnedMail.objects.get().kind) == (state, kind)
    assert list(Suppression.objects.values_list("reason", flat=True)) == suppressed


def test_who_unsubscribed_there_is_unsubscribed_here(client, sent):
    assert post(client, mailgun(sent, "unsubscribed")) == 200
    assert list(Suppression.objects.values_list("email", "reason")) == [("dana@example.com", "unsubscribed")]


def test_it_is_the_address_that_was_mailed_whatever_the_contacts_is_by_now(client, sent):
    Delivery.objects.update(email="dana@example.com")
    Contact.objects.update(email="new@example.com")
    post(client, mailgun(sent, "unsubscribed"))
    assert list(Suppression.objects.values_list("email", flat=True)) == ["dana@example.com"]


def test_what_is_told_twice_is_kept_once(client, sent):
    for _ in range(2):
        post(client, mailgun(sent, **NO_USER))
    assert ReturnedMail.objects.count() == 1


def test_a_forged_signature_or_password_changes_nothing(client, sent):
    assert post(client, mailgun(sent, key="another", **NO_USER)) == 400
    assert post(client, mailgun(sent, **NO_USER), user=b"kesher:guess") == 400
    assert (ReturnedMail.objects.count(), Delivery.objects.get().state) == (0, "sent")


@pytest.mark.parametrize("mark", ["", "1-aaaaaaaaaaaaaaaa", "nonsense", "9" * 40])
def test_an_event_without_our_mark_is_nobody_s_whatever_address_it_names(client, sent, mark):
    assert post(client, mailgun(sent, mark=mark, **NO_USER)) == 200
    assert (ReturnedMail.objects.get().delivery, Delivery.objects.get().state, Suppression.objects.count()) == (None, "sent", 0)


def test_opens_and_clicks_are_not_kept(client, sent):
    for event in ("opened", "clicked", "delivered"):
        assert post(client, mailgun(sent, event)) == 200
    assert ReturnedMail.objects.count() == 0


def test_without_a_provider_there_are_no_webhooks(client):
    assert project.MAIL_PROVIDER == ""
    assert client.post("/anymail/mailgun/tracking/", {}).status_code == 404
