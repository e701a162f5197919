"""Reading the environment: every value is checked once, and what is wrong is named together.

In *embedded* mode (`KESHER_MODE=embedded`, what `make run` and `make test` set) each value
has a default that works on one machine. Otherwise the product is in production: what is missing or
unsafe stops it with one message that names every variable at fault.
"""

import os
import secrets
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import environ
from babel.numbers import list_currencies
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from holidays import list_supported_countries
from phonenumbers import SUPPORTED_REGIONS

Number = TypeVar("Number", int, float)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SATURDAY = WEEKDAYS.index("sat")
# Where a day of rest begins at sunset, the day before it ends at noon; the earliest sunset in Israel is at 16:35.
RESTS_FROM_SUNSET = ("IL",)
END_OF_AN_EVE = 13
AMAZON_SES = "amazon_ses"
MAIL_PROVIDERS = (
    AMAZON_SES,
    "brevo",
    "mailersend",
    "mailgun",
    "mailjet",
    "mailtrap",
    "mandrill",
    "postal",
    "postmark",
    "resend",
    "scaleway",
    "sendgrid",
    "sparkpost",
    "unisender_go",
)
SHORTEST_SECRET, FEWEST_CHARACTERS = 40, 10


class Environment(environ.Env):
    """django-environ, with defaults that hold only in embedded mode."""

    def __init__(self) -> None:
        super().__init__()
        self.embedded = self.str("KESHER_MODE", default="production") == "embedded"
        self.problems: list[str] = []

    def needed(self, name: str, embedded_default: str, what_it_is: str) -> str:
        """The value of `name`; in production an empty one is a problem, noted for `refuse()`."""
        value = self.str(name, default="").strip()
        if not value and self.embedded:
            return embedded_default
        if not value:
            self.problems.append(f"{name} is not set: {what_it_is}")
        return value

    def number(self, name: str, default: Number, least: float, most: float) -> Number:
        """The value of `name` within its bounds, whole where `default` is; what is none is noted for `refuse()`."""
        kind = type(default)
        try:
            value = kind(self.str(name, default=str(default)))
        except ValueError:
            value = kind(least) - 1
        holds = least <= value <= most
        self.always(holds, f"{name} must be a {'whole ' if kind is int else ''}number from {least:g} to {most:g}")
        return value if holds else default

    def hours(self, name: str, default: str) -> tuple[int, int] | None:
        """From when until when, as 8-20; None where it is empty."""
        value = self.str(name, default=default).strip()
        first, _dash, last = value.partition("-")
        holds = first.isdecimal() and last.isdecimal() and int(first) < int(last) <= 24
        self.always(holds or not value, f"{name} must be whole hours as 8-20, or empty for any hour")
        return (int(first), int(last)) if holds else None

    def weekdays(self, name: str, default: str) -> frozenset[int]:
        """The numbers (Monday is 0) of days as sun,mon; none where it is empty."""
        names = [day.strip().lower() for day in self.str(name, default=default).split(",") if day.strip()]
        self.always(set(names) <= set(WEEKDAYS), f"{name} must name days as {','.join(WEEKDAYS)}, or be empty for any day")
        return frozenset(WEEKDAYS.index(day) for day in names if day in WEEKDAYS)

    def counts(self, name: str) -> dict[str, int]:
        """Numbers by name, as gmail.com=60,*=300; none where it is empty."""
        parts = [part.strip().lower().partition("=") for part in self.str(name, default="").split(",") if part.strip()]
        holds = all(key and number.isdecimal() and 0 < int(number) <= 1_000_000 for key, _equals, number in parts)
        self.always(holds, f"{name} must give numbers as gmail.com=60,*=300, or be empty for no limit")
        return {key: int(number) for key, _equals, number in parts} if holds else {}

    def languages(self, name: str) -> list[str]:
        """Two-letter languages as ar,ru; none where it is empty."""
        codes = [code.strip().lower() for code in self.str(name, default="").split(",") if code.strip()]
        holds = all(len(code) == 2 and code.isascii() and code.isalpha() for code in codes)
        self.always(holds, f"{name} must name languages by two letters, as ar,ru")
        return codes if holds else []

    def beginning_with(self, prefix: str) -> dict[str, str]:
        """Every variable whose name begins so, by the rest of its name."""
        return {name.removeprefix(prefix): value for name, value in os.environ.items() if name.startswith(prefix)}

    def address(self, name: str, value: str, schemes: str) -> str:
        """`value`, the address of a service, where it begins with one of `schemes`; else "", and a problem is noted."""
        try:
            holds = not value or urlsplit(value).scheme in schemes.split()
        except ValueError:
            holds = False
        self.always(holds, f"{name} must begin with {', '.join(f'{scheme}://' for scheme in schemes.split())}")
        return value if holds else ""

    def check(self, holds: bool, problem: str) -> None:
        """Note `problem` unless it holds; embedded mode is not held to production's rules."""
        if not holds and not self.embedded:
            self.problems.append(problem)

    def always(self, holds: bool, problem: str) -> None:
        """Note `problem` unless it holds, in every mode."""
        if not holds:
            self.problems.append(problem)

    def refuse(self) -> None:
        """Raise ImproperlyConfigured with every problem noted so far."""
        if self.problems:
            lines = "\n".join(f"  - {problem}" for problem in self.problems)
            raise ImproperlyConfigured(
                f"Kesher does not start, because its settings are missing or unsafe:\n{lines}\n"
                "docs/configuration.md lists every variable. On the machine of `make run`, set KESHER_MODE=embedded."
            )


def kept_secret(path: Path) -> str:
    """The secret key of the embedded mode: made once, kept in `path`, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


def is_hard_to_guess(secret: str) -> bool:
    """Long, of many characters, and not the one that `startproject` marks as insecure."""
    return len(secret) >= SHORTEST_SECRET and len(set(secret)) >= FEWEST_CHARACTERS and not secret.startswith("django-insecure-")


def is_address(text: str) -> bool:
    """An e-mail address alone: mails put the organisation's name before it."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def is_private_or_encrypted(address: str) -> bool:
    """Whether nobody on the way can read what goes to `address`; a host name without a dot is of the own network."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme == "https" or not host:
        return bool(host)
    try:
        return ip_address(host).is_private
    except ValueError:
        return host == "localhost" or "." not in host


def is_currency(code: str) -> bool:
    return code in list_currencies()


def is_phone_region(code: str) -> bool:
    """Whether it is known how telephone numbers are written in the country of these two letters."""
    return code in SUPPORTED_REGIONS


def is_time_zone(name: str) -> bool:
    return name in available_timezones()


def has_package(name: str) -> bool:
    """Whether a package that only some installations need is there."""
    return find_spec(name) is not None


def leaves_days(working: frozenset[int], country: str, hours: tuple[int, int] | None) -> bool:
    """Whether mails can go on any day of an ordinary week, where the country's day of rest begins on the eve before it."""
    if country not in RESTS_FROM_SUNSET:
        return True
    eve = SATURDAY - 1
    ends_before = hours is not None and hours[0] >= END_OF_AN_EVE
    return bool((working or frozenset(range(7))) - {SATURDAY, *({eve} if ends_before else ())})


def has_holidays(country: str) -> bool:
    """Whether the holidays of `country`, by its two letters, are known."""
    return country in list_supported_countries()
