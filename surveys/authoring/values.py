"""What counts as an answer to a question, and in which columns it is kept."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from surveys.authoring.kinds import Value, kind_of
from surveys.authoring.models import Question


def check(question: Question, value: Value) -> None:
    """Raises ValidationError for a value that is no answer to `question`. An empty value always passes."""
    if not is_empty(value) and not kind_of(question).fits(question, value):
        raise ValidationError(_("This is no answer to the question."), code="invalid")


def is_empty(value: Value) -> bool:
    return value is None or value is False or value in ([], {}) or (isinstance(value, str) and not value.strip())


def as_columns(question: Question, value: Value) -> dict[str, Any] | None:
    """The columns of the answer, or None where there is nothing to keep."""
    return None if is_empty(value) else kind_of(question).columns(question, value)
