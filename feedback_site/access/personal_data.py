"""Who reads personal data that customers have written into their answers, and what the others read in its place."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import pgettext

from feedback_site import personal
from feedback_site.access.permissions import SEES_PERSONAL_DATA

if TYPE_CHECKING:
    from feedback_site.access.models import User


def sees_personal_data(user: "User | AnonymousUser | Any") -> bool:
    return not isinstance(user, AnonymousUser) and user.has_role(*SEES_PERSONAL_DATA)


def is_masked_for(user: "User | AnonymousUser | Any", wanted: str | None = None) -> bool:
    """Whether `user` gets texts masked: always without the role to see them, else where `wanted` (`?mask=1`) says so."""
    return not sees_personal_data(user) or wanted in ("1", "on", "true", "yes")


def readable(text: str, is_masked: bool) -> str:
    """`text`, or with words of the reader's language in the place of what is personal."""
    return personal.masked(text, marks()) if is_masked else text


def readable_words(words: Sequence[tuple[str, float]], text: str, is_masked: bool) -> list[tuple[str, float]]:
    """Of the words that decided in `text`, with their weights, those that its reader finds in it."""
    shown = readable(text, is_masked)
    return [(word, weight) for word, weight in words if not is_masked or word in shown]


def readable_person(person: object, is_masked: bool) -> str:
    """Who somebody is, for those who need to know; '' where nobody is known."""
    return (hidden() if is_masked else str(person)) if person else ""


def hidden() -> str:
    """In the place of a whole answer that is personal, as a name."""
    return "[{}]".format(pgettext("in place of personal data", "personal"))


def marks() -> Mapping[str, str]:
    words = {
        personal.EMAIL: pgettext("in place of personal data", "e-mail"),
        personal.PHONE: pgettext("in place of personal data", "phone"),
        personal.IDENTITY: pgettext("in place of personal data", "identity number"),
        personal.CARD: pgettext("in place of personal data", "card number"),
        personal.BANK: pgettext("in place of personal data", "bank account"),
        personal.ADDRESS: pgettext("in place of personal data", "address"),
    }
    return {kind: f"[{word}]" for kind, word in words.items()}
