"""How the pages that a respondent sees look: as the mail that led there.

The colour comes in a small style element that the content security policy names by its hash, so that a page stays one
document and one style sheet; the logo at an address that changes with it, so that browsers may keep it.
"""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString

from feedback_site.mails import BLACK, DEFAULT_COLOUR, PAPER, Look, mixed, plain_look, readable, text_on
from surveys.authoring.models import Survey
from surveys.distribution.brand import brands_of, look_from, shown_size

MOST_KEPT = 200
SECONDS_KEPT = 60
OF_THE_ORGANISATION = 0
# The grounds of answer.css by day and by night: the brand's colour has to be read on them.
PANEL, GROUND, PANEL_BY_NIGHT, GROUND_BY_NIGHT = PAPER, "#f3f5f8", "#1b2027", "#12161b"


@dataclass(frozen=True)
class PageLook:
    """What a page needs of a look."""

    name: str
    style_element: SafeString = SafeString("")
    style_policy: tuple[str, ...] = ()  # what lets this very element, and no other, through the content security policy
    logo: bytes = b""
    logo_url: str = ""
    logo_size: tuple[int, int] = (0, 0)


_kept: dict[int, tuple[float, PageLook]] = {}


def page_look(survey_pk: int | None) -> PageLook:
    """Of a survey's pages, or of the organisation's. Each process reads it once a minute at most."""
    of, now = survey_pk or OF_THE_ORGANISATION, monotonic()
    read_at, look = _kept.get(of, (0.0, None))
    if look is None or now - read_at > SECONDS_KEPT:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        look = as_page_look(look_from(brands_of(of or None)), of)
        _kept[of] = now, look
    return look


def look_at(survey_pk: int) -> PageLook | None:
    """As `page_look`, for a number that anybody may have made up: None, and nothing kept, where no survey has it."""
    is_known = survey_pk in _kept or survey_pk == OF_THE_ORGANISATION or Survey.objects.filter(pk=survey_pk).exists()
    return page_look(survey_pk) if is_known else None


def plain_page_look() -> PageLook:
    """Where the database can not be asked."""
    return PageLook(plain_look().name)


def forget_looks() -> None:
    """A brand was saved: the next page shows it, and that of another process within a minute."""
    _kept.clear()


def as_page_look(look: Look, survey_pk: int) -> PageLook:
    style = style_of(look.colour)
    return PageLook(
        name=look.name,
        style_element=SafeString(f"<style>{style}</style>" if style else ""),
        style_policy=(f"'sha256-{b64encode(digest(style.encode())).decode()}'",) if style else (),
        logo=look.logo,
        logo_url=reverse("distribution:logo", args=[survey_pk, mark_of(look.logo)]) if look.has_logo else "",
        logo_size=shown_size(look.logo),
    )


def mark_of(logo: bytes) -> str:
    """Another one for another picture."""
    return digest(logo).hex()[:16]


def digest(content: bytes) -> bytes:
    return sha256(content).digest()


def style_of(colour: str) -> str:
    """Rules that put `colour` in the place of that of answer.css; none for the usual one."""
    if colour.lower() == DEFAULT_COLOUR:
        return ""
    soft, soft_by_night = mixed(colour, PANEL, 0.1), mixed(colour, PANEL_BY_NIGHT, 0.2)
    by_day = readable(colour, (PANEL, GROUND, soft), BLACK)
    by_night = readable(colour, (PANEL_BY_NIGHT, GROUND_BY_NIGHT, soft_by_night), PAPER)
    return (
        f":root{{{variables(by_day, soft, colour)}}}main{{border-block-start:4px solid {colour}}}"
        f"@media(prefers-color-scheme:dark){{:root{{{variables(by_night, soft_by_night, by_night)}}}}}"
    )


def variables(accent: str, soft: str, button: str) -> str:
    """`accent` is read as text on all grounds; `button` has its own text."""
    return f"--accent:{accent};--on-accent:{text_on(accent)};--accent-soft:{soft};--button:{button};--on-button:{text_on(button)}"


def dressed(request: HttpRequest, template: str, context: dict[str, Any], look: PageLook, status: int = 200) -> HttpResponse:
    """The page in its look, and in the language that `context` names."""
    page = render(request, template, {"organisation": look.name, "page_look": look, **context}, status=status)
    # Names the language of the page, and not that of the interface, so that no browser offers to translate it.
    page.headers["Content-Language"] = context["language"]
    if look.style_policy:
        page._csp_update = {"style-src": look.style_policy}  # type: ignore[attr-defined]  # as csp_update does, by what this look says
    return page
