"""Production starts only with settings that are whole and safe, and says what is wrong all at once."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

SAFE = {
    "SECRET_KEY": "hZ4vQm8xT2rJ6nB0wLk7sYd3cPf9aGe5uXi1oVtR",
    "DATABASE_URL": "postgres://kesher:secret@127.0.0.1:5432/kesher",
    "BROKER_URL": "redis://127.0.0.1:6379/0",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example:587",
    "ALLOWED_HOSTS": "feedback.example",
    "SITE_URL": "https://feedback.example",
    "FROM_EMAIL": "feedback@company.example",
    "BOUNCE_ADDRESS": "bounces@company.example",
    "ORGANISATION_NAME": "Company Ltd",
    "TIME_ZONE": "Asia/Jerusalem",
    "CURRENCY": "ILS",
    "DEFAULT_LANGUAGE": "he",
}


def start(tmp_path, **changes):
    """Load the settings in a process of its own; returns its exit code and what it said."""
    values = {**SAFE, **changes}
    environment = {name: value for name, value in values.items() if value is not None}
    environment |= {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path)}
    code = "import feedback_site.settings as s; print(s.DATABASES['default']['ENGINE'], s.EMAIL_USE_TLS, s.SESSION_COOKIE_SECURE)"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout.strip(), done.stderr.strip()


def test_whole_and_safe_settings_start(tmp_path):
    code, said, error = start(tmp_path)
    assert (code, said) == (0, "django.db.backends.postgresql True True"), error


@pytest.mark.parametrize("name", SAFE)
def test_each_missing_variable_is_named(tmp_path, name):
    code, _, error = start(tmp_path, **{name: None})
    assert code == 1
    assert f"- {name} is not set" in error


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY can be guessed: take at least 40 random characters"),
        ("SECRET_KEY", "k" * 50, "SECRET_KEY can be guessed"),
        ("SECRET_KEY", "django-insecure-hZ4vQm8xT2rJ6nB0wLk7sYd3cPf9aGe5uXi1", "SECRET_KEY can be guessed"),
        ("DATABASE_URL", "mysql://kesher:secret@127.0.0.1/kesher", "DATABASE_URL must begin with postgres://, postgresql://, sqlite://"),
        ("DATABASE_URL", "127.0.0.1", "DATABASE_URL must begin with"),
        ("DATABASE_URL", "postgres://[broken", "DATABASE_URL must begin with"),
        ("BROKER_URL", "memory://", "BROKER_URL must begin with redis://, rediss://, amqp://, amqps://, filesystem://"),
        ("ALLOWED_HOSTS", " , ", "ALLOWED_HOSTS names no host"),
        ("FROM_EMAIL", "feedback", "FROM_EMAIL is no e-mail address"),
        ("BOUNCE_ADDRESS", "bounces", "BOUNCE_ADDRESS is no e-mail address"),
        ("FROM_EMAIL", "Company <feedback@company.example>", "FROM_EMAIL is no e-mail address"),
        ("CURRENCY", "ZZZ", "CURRENCY 'ZZZ' is no ISO 4217 code"),
        ("CLV_HORIZON_QUARTERS", "0", "CLV_HORIZON_QUARTERS must be a whole number from 1 to 400"),
        ("CLV_HORIZON_QUARTERS", "a year", "CLV_HORIZON_QUARTERS must be a whole number from 1 to 400"),
        ("ANNUAL_DISCOUNT_RATE", "-0.2", "ANNUAL_DISCOUNT_RATE must be a number from 0 to 10"),
        ("ACCOUNT_PROMOTER_FROM", "5", "ACCOUNT_DETRACTOR_BELOW exceeds ACCOUNT_PROMOTER_FROM"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL"),
        ("DATABASE_URL", "sqlite:////tmp/kesher.sqlite3", "DATABASE_URL is SQLite"),
        ("BROKER_URL", "filesystem://", "BROKER_URL is the file system"),
        ("EMAIL_URL", "consolemail://", "EMAIL_URL must begin with smtp://, smtp+tls://, smtp+ssl://"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS must not be '*'"),
        ("SITE_URL", "http://feedback.example", "SITE_URL must begin with https://"),
        ("TIME_ZONE", "Jerusalem", "TIME_ZONE 'Jerusalem' is no IANA time zone"),
        ("CURRENCY", "shekel", "CURRENCY 'shekel' is no ISO 4217 code"),
        ("DEFAULT_LANGUAGE", "fr", "DEFAULT_LANGUAGE 'fr' is neither"),
        ("SENDING_HOURS", "20-8", "SENDING_HOURS must be whole hours as 8-20"),
        ("SENDING_HOURS", "8", "SENDING_HOURS must be whole hours as 8-20"),
        ("WORKING_DAYS", "sun,monday", "WORKING_DAYS must name days as mon,tue"),
        ("HOLIDAYS_OF", "Israel", "HOLIDAYS_OF 'ISRAEL' is no country"),
        ("WORKING_DAYS", "sat", "WORKING_DAYS, SENDING_HOURS and HOLIDAYS_OF leave no time"),
        ("MAILS_A_MINUTE_PER_DOMAIN", "gmail.com", "MAILS_A_MINUTE_PER_DOMAIN must give numbers as gmail.com=60"),
        ("MAILS_A_MINUTE_PER_DOMAIN", "gmail.com=0", "MAILS_A_MINUTE_PER_DOMAIN must give numbers as gmail.com=60"),
        ("MAIL_PROVIDER", "pigeon", "MAIL_PROVIDER must be one of amazon_ses, brevo, mailersend, mailgun"),
        ("MAIL_PROVIDER", "mailgun", "ANYMAIL_WEBHOOK_SECRET is not set"),
        ("DEBUG", "true", "DEBUG is on"),
        ("TEXT_ENDPOINT_URL", "http://llm.example/v1", "TEXT_ENDPOINT_URL must begin with https://"),
        ("TEXT_ENDPOINT_URL", "https://llm.example/v1", "TEXT_ENDPOINT_URL needs TEXT_ENDPOINT_MODEL and TEXT_ENDPOINT_LANGUAGES"),
        ("TEXT_ENDPOINT_URL", "ftp://llm.example/v1", "TEXT_ENDPOINT_URL must begin with https://, http://"),
        ("TEXT_ENDPOINT_LANGUAGES", "arabic", "TEXT_ENDPOINT_LANGUAGES must name languages by two letters"),
        ("TEXT_ENDPOINT_TIMEOUT", "90", "TEXT_ENDPOINT_TIMEOUT must be a whole number from 1 to 20"),
        ("PHONE_REGION", "Israel", "PHONE_REGION 'ISRAEL' is no country. Set it to its two letters, as IL"),
        ("PHONE_REGION", "", "PHONE_REGION '' is no country. Set it to its two letters, as IL"),
        ("PHONE_REGION", "XX", "PHONE_REGION 'XX' is no country. Set it to its two letters, as IL"),
        ("LEAST_ACCOUNTS", "4", "LEAST_ACCOUNTS must be a whole number from 5 to 10000"),
    ],
)
def test_each_unsafe_value_is_refused(tmp_path, name, value, problem):
    code, _, error = start(tmp_path, **{name: value})
    assert code == 1
    assert problem in error


@pytest.mark.parametrize(
    ("days", "hours", "country", "starts"),
    [
        ("fri,sat", "13-20", "IL", False),
        ("fri,sat", "12-20", "IL", True),
        ("", "13-20", "IL", True),
        ("sat", "", "il", False),
        ("sat", "8-20", "DE", True),
        ("sat", "8-20", "", True),
    ],
)
def test_days_hours_and_holidays_must_leave_a_time_at_which_mails_go(tmp_path, days, hours, country, starts):
    code, _, error = start(tmp_path, WORKING_DAYS=days, SENDING_HOURS=hours, HOLIDAYS_OF=country)
    assert (code == 0, "leave no time" in error) == (starts, not starts)


def test_a_provider_that_needs_a_package_names_it(tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['boto3'] = None  # as if it were not installed\n")
    code, _, error = start(tmp_path, MAIL_PROVIDER="amazon_ses", ANYMAIL_WEBHOOK_SECRET="name:password", PYTHONPATH=str(tmp_path))
    assert code == 1
    assert "MAIL_PROVIDER amazon_ses needs the package boto3" in error


def test_all_problems_are_named_at_once(tmp_path):
    _, _, error = start(tmp_path, SECRET_KEY=None, CURRENCY=None)
    assert "SECRET_KEY is not set" in error
    assert "CURRENCY is not set" in error


def test_no_secret_is_repeated_in_the_message(tmp_path):
    _, _, error = start(tmp_path, SECRET_KEY="hunter2", DATABASE_URL="sqlite:///hunter2")
    assert "hunter2" not in error


def test_every_variable_stands_in_the_documentation():
    source = "".join(Path(settings.BASE_DIR, "feedback_site", name).read_text() for name in ("settings.py", "environment.py"))
    kinds = "needed|number|str|bool|list|hours|weekdays|counts|languages"
    read = set(re.findall(rf'env\.(?:{kinds})\(\s*"([A-Z_]+)"', source)) | {"KESHER_MODE"}
    documented = set(re.findall(r"`([A-Z_]{4,})`", Path(settings.BASE_DIR, "docs/configuration.md").read_text()))
    assert sorted(read - documented) == []
