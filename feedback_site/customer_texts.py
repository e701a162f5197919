"""Which texts reach customers: they come in more languages than the pages of the staff."""

from pathlib import Path
from typing import Any

from django.conf import settings

# Beside the languages of the interface; a survey's own texts may be written in any language.
LANGUAGES = ("ar", "ru")
SOURCES = (
    "templates/collection/",
    "templates/distribution/unsubscribe",
    "templates/distribution/public",
    "templates/emails/invitation",
    "templates/emails/reminder",
    "surveys/authoring/kinds/",
    "surveys/authoring/questionnaire.py",
    "surveys/authoring/rows.py",
    "surveys/authoring/values.py",
    "surveys/collection/respond_views.py",
    "surveys/collection/submit.py",
    "surveys/collection/views.py",
    "surveys/distribution/messages.py",
    "surveys/distribution/public_views.py",
)
FOR_STAFF = ("templates/collection/choose_interview.html", "templates/collection/team_surveys.html")


def catalogue(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def reaches_customers(entry: Any) -> bool:
    """Whether an entry of a catalogue stands in one of the sources."""
    return not entry.obsolete and any(file.startswith(SOURCES) and file not in FOR_STAFF for file, _line in entry.occurrences)
