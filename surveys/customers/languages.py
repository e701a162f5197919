"""The languages in which a survey can be written, with their own names and directions."""

from django.conf.locale import LANG_INFO

# What the organisation's customers speak, most asked for first.
OFFERED = ("he", "en", "ar", "ru", "fr", "es", "pt", "de", "it", "nl", "pl", "uk", "ro", "tr")
CHOICES = [(code, LANG_INFO[code]["name_local"]) for code in OFFERED]


def language_name(code: str) -> str:
    """The language's name in itself, as עברית."""
    return LANG_INFO.get(code, {}).get("name_local", code)


def direction(code: str) -> str:
    """`rtl` or `ltr`."""
    return "rtl" if LANG_INFO.get(code, {}).get("bidi") else "ltr"
