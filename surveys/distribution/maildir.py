"""The local mailbox: the mails that the embedded SMTP server keeps as files, read page by page."""

import mailbox
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser, BytesParser
from email.utils import parseaddr
from pathlib import Path

KEY = re.compile(r"^(?P<seconds>\d+)\.M(?P<micro>\d+)P\d+(?:Q(?P<count>\d+))?")


@dataclass(frozen=True)
class Mail:
    """One mail of a list: only its headers are read."""

    key: str
    at: datetime
    sender: str
    to: str
    subject: str

    @property
    def to_name(self) -> str:
        return parseaddr(self.to)[0]

    @property
    def to_address(self) -> str:
        return parseaddr(self.to)[1]


class LocalMailbox:
    """A Maildir, newest first. Listing reads names; only the mails that are shown are opened."""

    def __init__(self, folder: Path) -> None:
        self.box = mailbox.Maildir(folder, create=False) if (folder / "new").is_dir() else None
        self.keys = sorted(self.box.keys(), key=age, reverse=True) if self.box is not None else []

    def summaries(self, keys: Sequence[str]) -> list[Mail]:
        return [mail for mail in map(self.summary, keys) if mail is not None]

    def summary(self, key: str) -> Mail | None:
        content = self.content(key)
        if content is None:
            return None
        headers = BytesHeaderParser(policy=policy.default).parsebytes(content)
        at = datetime.fromtimestamp(age(key)[0], UTC)
        return Mail(key, at, text(headers, "From"), text(headers, "To"), text(headers, "Subject"))

    def message(self, key: str) -> EmailMessage | None:
        content = self.content(key)
        return None if content is None else BytesParser(policy=policy.default).parsebytes(content)  # type: ignore[return-value]

    def content(self, key: str) -> bytes | None:
        """The mail as it came, or None if there is none of that name (any more)."""
        try:
            return self.box.get_bytes(key) if self.box is not None else None
        except (KeyError, FileNotFoundError):
            return None


def age(key: str) -> tuple[int, int, int]:
    """When a mail came: Maildir names begin with the second, the microsecond and a running number."""
    match = KEY.match(key)
    return (int(match["seconds"]), int(match["micro"]), int(match["count"] or 0)) if match else (0, 0, 0)


def text(headers: Message, name: str) -> str:
    return str(headers.get(name, ""))


def html_for_browser(message: EmailMessage) -> str:
    """The HTML part with the pictures of the mail in it, as a browser knows no parts of a mail."""
    html = part(message, "html")
    for picture in message.walk():
        name = str(picture.get("Content-ID", "")).strip("<> ")
        if name and picture.get_content_maintype() == "image":
            data = b64encode(picture.get_payload(decode=True)).decode()  # type: ignore[arg-type]
            html = html.replace(f"cid:{name}", f"data:{picture.get_content_type()};base64,{data}")
    return html


def part(message: EmailMessage, kind: str) -> str:
    """The `plain` or `html` part in words, or empty."""
    body = message.get_body((kind,))
    return str(body.get_content()) if body is not None else ""
