"""Text as people type and paste it. Pure."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

TOO_LONG = _("Your text is longer than %(limit)s characters. Here is what fits; it is not saved yet. Please check its end and send again.")


def without_control_characters(text: str) -> str:
    """`text` without what no database and no reader wants: NUL and other control characters, lone surrogates."""
    return "".join(character for character in text.replace("\r\n", "\n") if _is_kept(character))


def _is_kept(character: str) -> bool:
    if character in "\n\t":
        return True
    return unicodedata.category(character) not in ("Cc", "Cs")


def refuse_long(text: str, longest: int) -> None:
    if len(text) > longest:
        raise ValidationError(TOO_LONG, code="too_long", params={"limit": longest})
