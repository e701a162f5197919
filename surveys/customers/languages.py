"""The languages in which a survey can be written, with their own names and directions."""

import re
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.localedata import locale_identifiers
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from feedback_site import customer_texts

# What the organisation's customers speak, most asked for first.
OFFERED = ("he", "en", "ar", "ru", "fr", "es", "pt", "de", "it", "nl", "pl", "uk", "ro", "tr")
CHOICES = [(code, LANG_INFO[code]["name_local"]) for code in OFFERED]
OWN_NAMES = {code: about["name_local"] for code, about in LANG_INFO.items() if "name_local" in about}
BY_LETTERS = re.compile("[a-z]{2,3}")


@cache
def other_languages(shown_in: str) -> list[tuple[str, str]]:
    """Codes and names of every language that Babel or Django knows and that is not among `CHOICES`.

    Each by its name in the language `shown_in`, in that order, and by its own where that is at hand: "Swahili – Kiswahili".
    """
    known = {code for code in locale_identifiers() if BY_LETTERS.fullmatch(code)} | OWN_NAMES.keys()
    named = [(_name_in(code, shown_in), code) for code in known - set(OFFERED)]
    return [(code, _with_own_name(code, name)) for name, code in sorted(named, key=lambda one: (one[0].casefold(), one[1]))]


def _name_in(code: str, shown_in: str) -> str:
    locale = _locale(code)
    name = locale and (locale.get_display_name(shown_in) or locale.get_display_name("en"))
    return (name or language_name(code)).strip("\u200e\u200f")


def _with_own_name(code: str, name: str) -> str:
    own = OWN_NAMES.get(code, name)
    return name if own.casefold() == name.casefold() else f"{name} – {own}"


@cache
def _locale(code: str) -> Locale | None:
    try:
        return Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def language_name(code: str) -> str:
    """The language's name in itself, as עברית."""
    locale = None if code in OWN_NAMES else _locale(code)
    return (locale.display_name if locale else None) or OWN_NAMES.get(code, code)


def direction(code: str) -> str:
    """`rtl` or `ltr`."""
    if code in OWN_NAMES:
        return "rtl" if LANG_INFO[code]["bidi"] else "ltr"
    locale = _locale(code)
    return str(locale.text_direction) if locale else "ltr"


def accepted_languages(request: HttpRequest) -> list[str]:
    """The codes that the browser asks for, most wished for first, without their regions."""
    header = request.headers.get("Accept-Language", "")
    return [code.split("-")[0] for code, _weight in parse_accept_lang_header(header)]


def visitors_language(request: HttpRequest) -> str:
    """In which the product itself speaks to a visitor of whom nothing is known but the browser.

    Django chooses among the languages of the interface; customers are spoken to in some more.
    """
    usual = translation.get_language() or settings.LANGUAGE_CODE
    if request.user.is_authenticated:
        return usual
    spoken = {code for code, _name in settings.LANGUAGES} | set(customer_texts.LANGUAGES)
    wished = next((code for code in accepted_languages(request) if code in spoken), usual)
    return wished if wished in customer_texts.LANGUAGES else usual
