"""How the product's mails look, whoever writes them: the sender's look, and styles that mail programs do not drop."""

from dataclasses import dataclass

import css_inline
from django.conf import settings

DEFAULT_COLOUR, DEFAULT_LINK, INK, PAPER = "#2f5d8c", "#24496f", "#1d2530", "#ffffff"
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3, for text
LOGO_ID = "logo@kesher"

# What stands in a media query can not be inlined, and stays for those programs that read it.
INLINER = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


@dataclass(frozen=True)
class Look:
    """Name, colour, sender and logo (a PNG) of a mail."""

    name: str
    sender_email: str
    colour: str = DEFAULT_COLOUR
    reply_to: str = ""
    logo: bytes = b""
    logo_height: int = 0

    @property
    def has_logo(self) -> bool:
        return bool(self.logo)

    @property
    def logo_id(self) -> str:
        return LOGO_ID

    @property
    def on_colour(self) -> str:
        """The colour of text on `colour`: the one of white and ink that can be read better."""
        return max((PAPER, INK), key=lambda text: contrast(text, self.colour))

    @property
    def link(self) -> str:
        """The colour of a link on white: the brand's where it can be read."""
        return self.colour if contrast(self.colour, PAPER) >= LEAST_CONTRAST else DEFAULT_LINK


def plain_look() -> Look:
    """The look where nobody has chosen another."""
    return Look(settings.ORGANISATION_NAME, settings.FROM_EMAIL)


def inlined(html: str) -> str:
    """`html` with its styles at each element, as many mail programs drop style sheets."""
    return INLINER.inline(html)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours as #rrggbb, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance, from 0 to 1 (WCAG 2.2, "relative luminance")."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
