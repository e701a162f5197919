"""Amazon SES through boto3: what its answers, and its silence, mean for a mail. Over HTTP to a server that stands in for it."""

import json
import socket
import threading
import time
from base64 import b64decode
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from surveys.distribution.send import send_due_mails
from surveys.distribution.tokens import marked
from surveys.distribution.transport import Outcome
from surveys.models import Contact, Delivery
from tests import factories

boto3 = pytest.importorskip("boto3")
pytestmark = pytest.mark.django_db
TAKEN = (200, "", {"MessageId": "0100018c"})


class Amazon(BaseHTTPRequestHandler):
    """Answers as it is told, and keeps what it was sent."""

    script, got = TAKEN, []

    def do_POST(self):
        self.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        status, code, answer = self.script
        if status == "hang up":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if status == "sleep":
            time.sleep(answer)
            return
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/json")
        if code:
            self.send_header("x-amzn-ErrorType", code)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def keys(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def amazon(settings, keys):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Amazon)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    use(settings, f"http://127.0.0.1:{server.server_port}")
    Amazon.script, Amazon.got = TAKEN, []
    yield Amazon
    server.shutdown()
    server.server_close()


def use(settings, address):
    settings.MAIL_PROVIDER, settings.EMAIL_BACKEND = "amazon_ses", "anymail.backends.amazon_ses.EmailBackend"
    params = settings.ANYMAIL["AMAZON_SES_CLIENT_PARAMS"]
    config = {**params["config"], "read_timeout": 1, "connect_timeout": 1}
    settings.ANYMAIL = {**settings.ANYMAIL, "AMAZON_SES_CLIENT_PARAMS": {"config": config, "endpoint_url": address}}


@pytest.fixture
def mail():
    return Delivery.objects.create(invitation=factories.invitation(contact=factories.contact(email="dana@example.com")))


def test_a_mail_that_it_takes_is_sent_with_its_headers_mark_and_return_path(amazon, mail):
    assert send_due_mails() == {Outcome.SENT: 1}
    (got,) = amazon.got
    sent = message_from_bytes(b64decode(got["Content"]["Raw"]["Data"]), policy=policy.default)
    assert got["Destination"]["ToAddresses"] == ["dana@example.com"]
    assert got["FeedbackForwardingEmailAddress"].startswith(f"bounces+{marked(mail)}@")
    assert json.loads(sent["X-Metadata"]) == {"mail": marked(mail)}
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    mail.refresh_from_db()
    assert mail.state == "sent"


@pytest.mark.parametrize(
    ("script", "state", "outcome"),
    [
        ((429, "TooManyRequestsException", {"message": "Maximum sending rate exceeded."}), "deferred", Outcome.AWAY),
        ((400, "ThrottlingException", {"message": "Rate exceeded"}), "deferred", Outcome.AWAY),
        ((400, "SendingPausedException", {"message": "paused"}), "deferred", Outcome.AWAY),
        ((400, "ExpiredTokenException", {"message": "The security token is expired"}), "deferred", Outcome.AWAY),
        ((403, "InvalidSignatureException", {"message": "The signature does not match"}), "deferred", Outcome.AWAY),
        ((403, "AccessDeniedException", {"message": "not authorized to perform ses:SendEmail"}), "deferred", Outcome.AWAY),
        ((503, "ServiceUnavailable", {}), "deferred", Outcome.AWAY),
        ((400, "MessageRejected", {"message": "Email contains illegal content."}), "failed", Outcome.REFUSED),
        ((400, "BadRequestException", {"message": "Domain contains dot-atom"}), "failed", Outcome.REFUSED),
        ((500, "InternalFailure", {}), "uncertain", Outcome.UNCERTAIN),
        ((200, "", {"no": "MessageId"}), "uncertain", Outcome.UNCERTAIN),
        (("hang up", "", 0), "uncertain", Outcome.UNCERTAIN),
        (("sleep", "", 2), "uncertain", Outcome.UNCERTAIN),
    ],
)
def test_what_it_answers_decides_what_becomes_of_the_mail(amazon, mail, script, state, outcome):
    amazon.script = script
    assert send_due_mails() == {outcome: 1}
    mail.refresh_from_db()
    assert mail.state == state
    assert len(amazon.got) == 1  # boto3 asks no second time
    assert "secret" not in mail.reason.replace("security", "")
    assert Contact.objects.get().status == "active"


def test_a_service_that_is_away_loses_nothing(settings, keys, mail):
    use(settings, "http://127.0.0.1:1")
    assert send_due_mails() == {Outcome.AWAY: 1}
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("deferred", 0)


@pytest.mark.parametrize("missing", ["AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION"])
def test_without_keys_or_region_every_mail_waits(settings, keys, mail, monkeypatch, missing, tmp_path):
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.delenv(missing)
    use(settings, "http://127.0.0.1:1")
    if missing == "AWS_ACCESS_KEY_ID":
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert send_due_mails() == {Outcome.AWAY: 1}
    mail.refresh_from_db()
    assert mail.state == "deferred"
