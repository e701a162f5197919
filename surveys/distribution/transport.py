"""SMTP, told apart by phase: who is to blame when a mail does not go, and may it be sent again?

Django's backend opens the connection (TLS, login, time-out); the dialogue MAIL, RCPT, DATA is led here,
because the same broken line means "send it again" before the mail was handed over, and "nobody knows" after.
"""

import re
import secrets
import smtplib
from dataclasses import dataclass
from enum import Enum
from types import TracebackType

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

from surveys.distribution.refusals import SHUTTING_DOWN, blames_address, names_address


class Outcome(Enum):
    SENT = "sent"
    NO_MAILBOX = "no mailbox"  # the address is dead
    REFUSED = "refused"  # this mail, for good, but the address may be fine
    LATER = "later"  # the server says: try again
    BROKEN = "broken"  # the line broke before the mail was handed over
    UNCERTAIN = "uncertain"  # the line broke after it was, without a reply
    AWAY = "away"  # no server, or it wants nothing from us now


@dataclass(frozen=True)
class Result:
    outcome: Outcome
    reason: str = ""
    message_id: str = ""


class Refusal(Exception):
    """The server's answer to one command was not the hoped-for one."""

    def __init__(self, code: int, text: bytes) -> None:
        super().__init__(code)
        self.code = code
        self.reason = f"{code} {text.decode('utf-8', 'replace')}"[:500]


class Transport:
    """One connection for many mails, opened when the first is sent and again when it was lost."""

    def __init__(self) -> None:
        self.backend = EmailBackend(fail_silently=False)

    def __enter__(self) -> "Transport":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def send(self, message: EmailMessage, content: bytes | None = None) -> Result:
        """Hand over `message` to its one recipient; `content` is its form `as_sent`, where that is known already.

        Never raises for what a server or a line does.
        """
        idle, content = self.backend.connection is not None, content or as_sent(message)
        result = self._send(message, content)
        if idle and result.outcome in (Outcome.BROKEN, Outcome.AWAY):
            # A server may hang up on a line that was idle, or after so many mails (421); nothing was taken, so a fresh line is safe.
            result = self._send(message, content)
        return result

    def close(self) -> None:
        try:
            self.backend.close()
        except (OSError, smtplib.SMTPException):
            self._forget()

    def _forget(self) -> None:
        """Drop the line without a word: after a time-out nobody knows what the server still waits for."""
        if self.backend.connection is not None:
            self.backend.connection.close()
        self.backend.connection = None

    def _send(self, message: EmailMessage, content: bytes) -> Result:
        try:
            self.backend.open()
            self._smtp.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException) as error:
            self._forget()
            return Result(Outcome.AWAY, in_words(error))
        try:
            self._address(message)
            self._expect(354, *self._smtp.docmd("DATA"))
        except Refusal as refusal:
            return self._after_refusal(refusal)
        except (OSError, smtplib.SMTPException) as error:
            self._forget()
            return Result(Outcome.BROKEN, in_words(error))
        return self._hand_over(content)

    @property
    def _smtp(self) -> smtplib.SMTP:
        assert self.backend.connection is not None, "the line is opened first"
        return self.backend.connection

    def _address(self, message: EmailMessage) -> None:
        code, text = self._smtp.mail(sanitize_address(return_path_of(message), "utf-8"))
        if code != 250:
            # It is us whom the server does not want: no recipient is to blame.
            raise Refusal(SHUTTING_DOWN, f"{code} ".encode() + text)
        self._expect(250, *self._smtp.rcpt(sanitize_address(message.to[0], "utf-8")))

    def _expect(self, hoped: int, code: int, text: bytes) -> None:
        if code != hoped and not (hoped == 250 and code == 251):
            raise Refusal(code, text)

    def _hand_over(self, content: bytes) -> Result:
        """From the first byte on, only the server's reply tells whether the mail is on its way."""
        body = re.sub(rb"(?m)^\.", b"..", content)
        ending = b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n"
        try:
            self._smtp.send(body + ending)
            code, text = self._smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._forget()
            return Result(Outcome.UNCERTAIN, in_words(error))
        if 200 <= code < 300:
            return Result(Outcome.SENT)
        refusal = Refusal(code, text)
        if code < 400:  # no reply that SMTP knows: the mail may be taken, or not
            self._forget()
            return Result(Outcome.UNCERTAIN, refusal.reason)
        return self._after_refusal(refusal, after_data=True)

    def _after_refusal(self, refusal: Refusal, after_data: bool = False) -> Result:
        outcome = meaning(refusal.code, refusal.reason, after_data)
        if outcome is Outcome.AWAY:
            self._forget()
            return Result(outcome, refusal.reason)
        try:
            self._smtp.rset()
        except (OSError, smtplib.SMTPException):
            self._forget()
        return Result(outcome, refusal.reason)


def as_sent(message: EmailMessage) -> bytes:
    """The mail as it goes over the line."""
    mail = message.message()
    for part in mail.walk():
        if part.is_multipart():  # else the library searches all parts for a boundary that none of them contains
            part.set_boundary(f"=={secrets.token_hex(16)}")
    return mail.as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own message takes it


def return_path_of(message: EmailMessage) -> str:
    """Where a mail that can not be delivered goes back to; `envelope_sender` is anymail's name for it too."""
    return getattr(message, "envelope_sender", None) or message.from_email


def meaning(code: int, text: str, after_data: bool = False) -> Outcome:
    """What a refusal means for this mail. After DATA the server has seen the mail, and speaks of that
    (`after_data`), unless an enhanced code says otherwise.
    """
    if code == SHUTTING_DOWN:
        return Outcome.AWAY
    if code < 500:
        return Outcome.LATER
    is_dead = bool(names_address(text)) if after_data else blames_address(code, text)
    return Outcome.NO_MAILBOX if is_dead else Outcome.REFUSED


def in_words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
