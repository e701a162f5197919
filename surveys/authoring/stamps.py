"""What an editor saw when it was opened, so that nobody overwrites what another has saved meanwhile. Pure."""

import hashlib
import json
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from surveys.authoring.models import Question, SurveyVersion

QUESTION_FIELDS = ("key", "type", "is_required", "starts_page", "texts", "choices", "rows", "options")
CONTENT_FIELDS = (*QUESTION_FIELDS, "shown_if")
CHANGED = _(
    "Somebody else has saved this meanwhile. Nothing of yours is lost: it is still here. "
    "Open the page a second time to see what changed; saving again replaces it."
)
DRAFT_CHANGED = _("The draft was changed meanwhile, by somebody else or in another window. Nothing was done; here it is as it is now.")
GONE = _("This question is not there any more: somebody else has removed or published it.")


def stamp_of_question(question: Question) -> str:
    """Of a question that is not stored yet: empty."""
    return stamp_of([getattr(question, name) for name in QUESTION_FIELDS]) if question.pk else ""


def content_of(version: SurveyVersion) -> dict[str, Any]:
    """All of a draft that its editor can change, as `version` is loaded, its questions in their order."""
    questions = [{name: getattr(question, name) for name in CONTENT_FIELDS} for question in version.questions.all()]
    return {"texts": version.texts, "default_language": version.default_language, "questions": questions}


def stamp_of_draft(version: SurveyVersion) -> str:
    return stamp_of(content_of(version))


def stamp_of_texts(version: SurveyVersion) -> str:
    return stamp_of([version.survey.name, version.default_language, version.texts])


def stamp_of(content: Any) -> str:
    """Differs where anything in `content`, as JSON, differs."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def refuse_changed(seen: str | None, now: str, told: Any = CHANGED) -> None:
    """Raises ValidationError, which has `told`, where what was `seen` is no longer what is stored; None asks for no check."""
    if seen is not None and seen != now:
        raise ValidationError(told, code="changed")
