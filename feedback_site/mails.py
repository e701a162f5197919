"""How the product's mails look, whoever writes them: the sender's look, and styles that mail programs do not drop."""

from collections.abc import Iterable
from dataclasses import dataclass

import css_inline
from django.conf import settings

DEFAULT_COLOUR, DEFAULT_LINK, INK, BLACK, PAPER = "#2f5d8c", "#24496f", "#1d2530", "#000000", "#ffffff"
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
        """The colour of text on `colour`."""
        return text_on(self.colour)

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


def text_on(colour: str) -> str:
    """White or ink, whichever can be read better on `colour`; black on one in the middle, where neither is enough."""
    best = max((PAPER, INK), key=lambda text: contrast(text, colour))
    return best if contrast(best, colour) >= LEAST_CONTRAST else BLACK


def readable(colour: str, grounds: Iterable[str], towards: str) -> str:
    """`colour`, moved only as far `towards` another as text of it needs to be read on every one of `grounds`."""
    shades = [mixed(towards, colour, step / 20) for step in range(21)]
    return next((shade for shade in shades if all(contrast(shade, ground) >= LEAST_CONTRAST for ground in grounds)), towards)


def mixed(one: str, other: str, share: float) -> str:
    """So much of `one` (from 0 to 1), and the rest of `other`."""
    parts = zip(parts_of(one), parts_of(other), strict=True)
    return "#" + "".join(f"{round(mine * share + its * (1 - share)):02x}" for mine, its in parts)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours as #rrggbb, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance, from 0 to 1 (WCAG 2.2, "relative luminance")."""
    parts = [part / 255 for part in parts_of(colour)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def parts_of(colour: str) -> list[int]:
    """Red, green and blue of #rrggbb, each from 0 to 255."""
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
