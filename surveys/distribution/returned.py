"""What a mail in the bounce mailbox is: a bounce for good or for now, a complaint, an automatic reply, or none of these.

Bounces are recognised by their delivery report (RFC 3464), by flufl.bounce where they have none, and else by a mail
system that quotes a server's refusal; complaints by their report (RFC 5965); automatic replies by RFC 3834.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr

from flufl.bounce import all_failures

from surveys.distribution.models import ReturnedMail
from surveys.distribution.refusals import ENHANCED, REPLY, is_for_good

logger = logging.getLogger(__name__)

Kind = ReturnedMail.Kind

# Reports of these kinds are no wish of the recipient (RFC 5965, RFC 6591).
NO_COMPLAINTS = {"not-spam", "auth-failure"}
MAIL_SYSTEMS = {"mailer-daemon", "postmaster", "mail-daemon", "postoffice"}
COPY_BEGINS = re.compile(
    r"(?im)^[^\w\n]{0,80}(this is |below this line is )?"
    r"(a copy of the message|original message( headers)?|returned message|received: ?from)\b.*$"
)
AUTOMATIC_SUBJECT = re.compile(
    r"^(auto(matic)?[ -]?(reply|response|antwort)|out of (the )?office|vacation|מענה אוטומטי|תשובה אוטומטית)", re.I
)
LONGEST_REASON = 500


@dataclass(frozen=True)
class Returned:
    """What a mail is, with the most telling words in it."""

    kind: Kind
    reason: str = ""


def recognise(message: Message) -> Returned:
    """Sort one mail. Never raises for what strangers write into it."""
    complaint = feedback_report(message)
    if complaint is not None:
        return complaint
    report, words = delivery_report(message), human_text(message)
    if report is not None and report.action in ("delayed", "relayed", "expanded", "delivered"):
        return Returned(Kind.DELAYED if report.action == "delayed" else Kind.ORDINARY, report.reason)
    if report is not None or is_bounce_without_report(message, words):
        status, diagnostic = (report.status, report.diagnostic) if report else ("", words)
        kind = Kind.HARD if is_for_good(status, diagnostic, words) else Kind.SOFT
        return Returned(kind, (report.reason if report else "") or telling_line(words))
    if is_automatic(message):
        return Returned(Kind.AUTOMATIC, subject_of(message)[:LONGEST_REASON])
    return Returned(Kind.ORDINARY)


@dataclass(frozen=True)
class Report:
    """The fields of a delivery report about the first recipient that failed."""

    action: str
    status: str
    diagnostic: str

    @property
    def reason(self) -> str:
        return " ".join((self.diagnostic or self.status).split())[:LONGEST_REASON]


def feedback_report(message: Message) -> Returned | None:
    """An abuse report, or a report that is none; None for other mails."""
    for part in own_parts(message):
        if part.get_content_type() == "message/feedback-report":
            kind = (field(raw_text(part), "Feedback-Type") or "abuse").lower()
            return Returned(Kind.ORDINARY if kind in NO_COMPLAINTS else Kind.COMPLAINT, kind)
    return None


def delivery_report(message: Message) -> Report | None:
    """What the report's fields say: of the recipients the first that failed, else the first; None without fields."""
    for part in own_parts(message):
        if part.get_content_type() == "message/delivery-status":
            blocks = [block for block in re.split(r"\r?\n[ \t]*\r?\n", raw_text(part)) if field(block, "Action")]
            reports = [Report(field(block, "Action").lower(), field(block, "Status"), field(block, "Diagnostic-Code")) for block in blocks]
            return next((report for report in reports if report.action == "failed"), reports[0] if reports else None)
    return None


def is_bounce_without_report(message: Message, words: str) -> bool:
    """flufl.bounce knows the program that wrote it, or a mail system quotes a server's refusal."""
    return is_known_to_flufl(message) or is_from_mail_system(message) and bool(ENHANCED.search(words) or REPLY.search(words))


def is_known_to_flufl(message: Message) -> bool:
    """False too for a mail that breaks its readers, as one without a From does."""
    try:
        temporary, permanent = all_failures(message)
    except Exception:
        logger.debug("flufl.bounce could not read a mail", exc_info=True)
        return False
    return bool(temporary or permanent)


def is_from_mail_system(message: Message) -> bool:
    sender = parseaddr(str(message.get("From", "")))[1].partition("@")[0].lower()
    return sender in MAIL_SYSTEMS


def is_automatic(message: Message) -> bool:
    """By the header that RFC 3834 gives, by those that others use, or by the subject that they all write."""
    submitted = str(message.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    marked = any(message.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-From"))
    return submitted != "no" or precedence == "auto_reply" or marked or bool(AUTOMATIC_SUBJECT.match(subject_of(message)))


def subject_of(message: Message) -> str:
    """The subject in words: Hebrew ones come encoded (RFC 2047)."""
    written = str(message.get("Subject", ""))
    try:
        return str(make_header(decode_header(written))).strip()
    except (LookupError, ValueError, HeaderParseError):
        return written.strip()


def human_text(message: Message) -> str:
    """The report's words for people, without the copy of the mail that came back."""
    texts = [decoded(part) for part in own_parts(message) if part.get_content_type() == "text/plain"]
    text = "\n".join(texts)
    copy = COPY_BEGINS.search(text)
    return text[: copy.start()] if copy else text


def telling_line(words: str) -> str:
    lines = [line.strip() for line in words.splitlines() if ENHANCED.search(line) or REPLY.search(line)]
    return (lines[0] if lines else " ".join(words.split()))[:LONGEST_REASON]


def own_parts(message: Message) -> Iterator[Message]:
    """The parts of a mail, without those of a mail that is attached to it."""
    yield message
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        for part in message.get_payload():
            yield from own_parts(part)  # type: ignore[arg-type]


def raw_text(part: Message) -> str:
    """The fields of a report part as they stand there: the parser makes messages of them, and drops what it can not read."""
    payload = part.get_payload()
    return "\n\n".join(inner.as_string() for inner in payload) if isinstance(payload, list) else decoded(part)  # type: ignore[union-attr]


def field(block: str, name: str) -> str:
    found = re.search(rf"(?im)^{name} ?:[ \t]*(.*(?:\r?\n[ \t]+.*)*)", block)
    return " ".join(found[1].split()) if found else ""


def decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return str(part.get_payload())
    try:
        return content.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:  # a character set that nobody knows
        return content.decode("utf-8", "replace")
