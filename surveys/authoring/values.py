"""What counts as an answer to a question, and in which columns it is kept. Pure."""

import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from surveys.authoring.models import Question

Value = int | str | list[str] | None


def check(question: Question, value: Value) -> None:
    """Raises ValidationError for a value that is no answer to `question`. An empty value always passes."""
    if is_empty(value):
        return
    if question.is_score:
        fits = isinstance(value, int) and not isinstance(value, bool) and value in question.scale
    elif question.is_text:
        fits = isinstance(value, str) and len(value) <= question.LONGEST[Question.Type(question.type)]
    else:
        fits = _are_choices(question, value)
    if not fits:
        raise ValidationError(_("This is no answer to the question."), code="invalid")


def is_empty(value: Value) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def as_columns(question: Question, value: Value) -> dict[str, Any] | None:
    """The columns of the answer, or None where there is nothing to keep. One choice is kept as a list of one."""
    if is_empty(value):
        return None
    if question.is_score:
        return {"number": value, "text": "", "choices": []}
    if question.is_text:
        return {"number": None, "text": without_control_characters(str(value)).strip(), "choices": []}
    return {"number": None, "text": "", "choices": [value] if isinstance(value, str) else value}


def without_control_characters(text: str) -> str:
    """`text` without what no database and no reader wants: NUL and other control characters, lone surrogates."""
    return "".join(character for character in text.replace("\r\n", "\n") if _is_kept(character))


def _is_kept(character: str) -> bool:
    if character in "\n\t":
        return True
    return unicodedata.category(character) not in ("Cc", "Cs")


def _are_choices(question: Question, value: Value) -> bool:
    known = {choice["key"] for choice in question.choices}
    if question.type == Question.Type.ONE_CHOICE:
        return isinstance(value, str) and value in known
    return isinstance(value, list) and len(set(value)) == len(value) and set(value) <= known
