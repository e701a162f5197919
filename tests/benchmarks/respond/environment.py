"""Production settings for a machine that has only PostgreSQL and Redis; what the environment sets already stays."""

import os

WANTED = {
    "DATABASE_URL": "postgres://root@127.0.0.1:5432/kesher_bench",
    "BROKER_URL": "redis://127.0.0.1:6379/0",
    "EMAIL_URL": "smtp://127.0.0.1:25",
    "ALLOWED_HOSTS": "feedback.example",
    "SITE_URL": "https://feedback.example",
    "FROM_EMAIL": "feedback@feedback.example",
    "BOUNCE_ADDRESS": "bounces@feedback.example",
    "ORGANISATION_NAME": "Benchmark Ltd",
    "TIME_ZONE": "Asia/Jerusalem",
    "CURRENCY": "ILS",
    "DEFAULT_LANGUAGE": "en",
    "SECRET_KEY": "for-benchmarks-only-0123456789-abcdefghijklmnopqrstuvwxyz",
    "BEHIND_PROXY": "true",
    "LOG_LEVEL": "WARNING",
    "DJANGO_SETTINGS_MODULE": "feedback_site.settings",
}
# What the proxy in front of a real server sends along.
PROXY = {"Host": "feedback.example", "X-Forwarded-Proto": "https"}


def set_up() -> None:
    """Set the environment, for this process and the server that it starts, and make Django ready."""
    os.environ.pop("KESHER_MODE", None)
    for name, value in WANTED.items():
        os.environ.setdefault(name, value)
    import django

    django.setup()
