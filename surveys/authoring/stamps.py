"""What an editor saw when it was opened, so that nobody overwrites what another has saved meanwhile. Pure."""

import hashlib
import json
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from surveys.authoring.models import Question, SurveyVersion

QUESTION_FIELDS = ("key", "type", "is_required", "starts_page", "texts", "choices", "rows", "options")
CHANGED = _(
    "Somebody else has saved this meanwhile. Nothing of yours is lost: it is still here. "
    "Open the page a second time to see what changed; saving again replaces it."
)


def stamp_of_question(question: Question) -> str:
    """Of a question that is not stored yet: empty."""
    return _stamp([getattr(question, name) for name in QUESTION_FIELDS]) if question.pk else ""


def stamp_of_texts(version: SurveyVersion) -> str:
    return _stamp([version.survey.name, version.default_language, version.texts])


def _stamp(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def refuse_changed(seen: str | None, now: str) -> None:
    """Raises ValidationError where what was `seen` is no longer what is stored; None asks for no check."""
    if seen is not None and seen != now:
        raise ValidationError(CHANGED, code="changed")
