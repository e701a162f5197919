"""Sending through a mail provider's own interface, by django-anymail; and which transport the settings ask for."""

from types import TracebackType

import requests
from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused, AnymailRequestsAPIError
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext_noop
from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError

from feedback_site.environment import AMAZON_SES
from surveys.distribution.transport import Outcome, Result, Transport

NOT_ALLOWED, TOO_MUCH = (401, 403), (429, 503)
TAKEN = {"sent", "queued"}
UNCLEAR = gettext_noop("The provider did not say clearly whether it took the mail.")
INVALID = "invalid"  # anymail's word for an address that the provider knows to be wrong


class ProviderTransport:
    """One session for many mails, with the results that SMTP has too."""

    def __init__(self) -> None:
        self.backend = get_connection(fail_silently=False)

    def __enter__(self) -> "ProviderTransport":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self.backend.close()

    def send(self, message: EmailMessage, content: bytes | None = None) -> Result:
        """Hand over `message` to its one recipient; the provider builds the content itself. Never raises for what it answers."""
        try:
            self.backend.open()
        except Exception as error:  # whatever it is that the provider's own library misses: nothing was sent yet
            return Result(Outcome.AWAY, in_words(error))
        try:
            self.backend.send_messages([message])
        except AnymailRecipientsRefused as refusal:
            statuses = message.anymail_status.status  # type: ignore[attr-defined]  # anymail puts it there
            is_invalid = INVALID in (statuses or ())
            return Result(Outcome.NO_MAILBOX if is_invalid else Outcome.REFUSED, in_words(refusal))
        except AnymailRequestsAPIError as error:
            return Result(meaning(error), in_words(error))
        except AnymailAPIError as error:
            return Result(meaning_without_http(error), in_words(error))
        except AnymailError as error:  # this mail can not be put into the provider's form
            return Result(Outcome.REFUSED, in_words(error))
        statuses = message.anymail_status.status or {None}  # type: ignore[attr-defined]
        return Result(Outcome.SENT) if statuses <= TAKEN else Result(Outcome.UNCERTAIN, UNCLEAR)


def open_transport() -> Transport | ProviderTransport:
    """What sends the mails, as the settings say."""
    return ProviderTransport() if settings.MAIL_PROVIDER else Transport()


def meaning(error: AnymailRequestsAPIError) -> Outcome:
    """What a failed call means for its mail: the provider may have taken it unless it says that it has not."""
    status = error.status_code
    if status is None:
        return Outcome.AWAY if never_arrived(error) else Outcome.UNCERTAIN
    if status in NOT_ALLOWED or status in TOO_MUCH:
        return Outcome.AWAY
    return Outcome.REFUSED if 400 <= status < 500 else Outcome.UNCERTAIN


def meaning_without_http(error: AnymailAPIError) -> Outcome:
    """The same for a provider that is reached through a library of its own."""
    if settings.MAIL_PROVIDER != AMAZON_SES:
        return Outcome.UNCERTAIN
    from surveys.distribution import amazon_ses  # needs boto3, which is there only for this provider

    return amazon_ses.meaning(error.__cause__)


def never_arrived(error: AnymailRequestsAPIError) -> bool:
    """Whether the line failed before anything was sent."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.__cause__.args[0] if error.__cause__ and error.__cause__.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | NameResolutionError)


def in_words(error: Exception) -> str:
    return " ".join(str(error).split())[:500]
