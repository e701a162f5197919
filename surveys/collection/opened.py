"""What a page of a questionnaire carries, signed, to say which page it is, of which version, and since when it is looked at."""

from django.core import signing
from django.utils.crypto import salted_hmac

from surveys.authoring.models import SurveyVersion
from surveys.distribution.references import new_reference

OPENED = "kesher.opened"
LEAST_SECONDS = 2  # from the page to its first answer


def opened_now(version: SurveyVersion) -> str:
    return signing.dumps([new_reference(), version.pk], salt=OPENED)


def reference_of(opened: str, place: str) -> str:
    """What the response is called that this page's first answer makes at `place`: the same however often it is sent.

    Empty for a forged page.
    """
    said = _said(opened)
    return salted_hmac(OPENED, f"{place}:{said[0]}").hexdigest()[:32] if said else ""


def version_of(opened: str) -> int | None:
    """The key of the version whose questions stand in the page; none for what never stood in one."""
    said = _said(opened)
    return said[1] if said else None


def is_too_fast(opened: str) -> bool:
    """Whether the page was opened a moment ago, or never."""
    try:
        signing.loads(opened, salt=OPENED, max_age=LEAST_SECONDS)
    except signing.SignatureExpired:
        return False
    except signing.BadSignature:
        return True
    return True


def _said(opened: str) -> tuple[str, int | None] | None:
    try:
        said = signing.loads(opened, salt=OPENED)
    except signing.BadSignature:
        return None
    return (said, None) if isinstance(said, str) else (said[0], said[1])  # pages of 0.1 before its release named no version
