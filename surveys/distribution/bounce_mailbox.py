"""Reading the bounce mailbox by IMAP: each new mail is noted, then marked as read; nothing is deleted."""

import logging
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import OperationalError
from django.utils import timezone
from imap_tools import AND, BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted, MailMessageFlags

from surveys.distribution.bounces import note_returned_mail

logger = logging.getLogger(__name__)

MOST_IN_ONE_RUN = 500
# A report is short; what is longer is the copy of somebody's mail behind it.
LONGEST_MAIL = 500_000
BOXES = {"imaps": MailBox, "imap+tls": MailBoxStartTls, "imap": MailBoxUnencrypted}
PORTS = {"imaps": 993, "imap+tls": 143, "imap": 143}


def read_bounce_mailbox() -> int:
    """Note what is unread and return how many mails that were; 0 where no mailbox is set.

    A mail is marked as read after it is noted: a worker that dies between the two finds it noted already.
    Raises OSError or an error of imap_tools where the mailbox can not be reached; the next run tries again.
    """
    if not settings.BOUNCE_MAILBOX_URL:
        return 0
    with opened_mailbox() as box:
        unread = box.uids(AND(seen=False))[:MOST_IN_ONE_RUN]
        for uid in unread:
            note_guarded(content_of(box, uid))
            box.flag(uid, MailMessageFlags.SEEN, True)
    return len(unread)


def note_guarded(content: bytes) -> None:
    """A mail that can not be followed, for whatever reason, holds up none behind it. Where the database is away, all wait."""
    try:
        note_returned_mail(content, timezone.now())
    except OperationalError:
        raise
    except Exception:
        logger.exception("a returned mail could not be followed; it stays in the mailbox, marked as read")


def opened_mailbox() -> BaseMailBox:
    """The mailbox that the settings name, logged in, with its folder chosen (INBOX where none is named)."""
    url = urlsplit(settings.BOUNCE_MAILBOX_URL)
    box = BOXES[url.scheme](url.hostname or "", url.port or PORTS[url.scheme], timeout=settings.EMAIL_TIMEOUT)
    return box.login(unquote(url.username or ""), unquote(url.password or ""), unquote(url.path.strip("/")) or "INBOX")


def content_of(box: BaseMailBox, uid: str) -> bytes:
    """The mail's bytes, cut where they are too many; reading does not mark it."""
    _status, parts = box.client.uid("fetch", uid, f"(BODY.PEEK[]<0.{LONGEST_MAIL}>)")
    return next((part[1] for part in parts if isinstance(part, tuple)), b"")
