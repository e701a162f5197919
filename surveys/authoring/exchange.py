"""A survey as a JSON file, documented by survey.schema.json: out of one installation and into another."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator, FormatChecker

from feedback_site.access.models import User
from surveys.authoring.drafts import free_key
from surveys.authoring.kinds.cleaning import without_control_characters
from surveys.authoring.models import Question, Survey, SurveyVersion
from surveys.authoring.stamps import content_of

SCHEMA_FILE = Path(__file__).parent / "survey.schema.json"
FORMAT = "kesher-survey-1"
LARGEST_FILE = 2 * 1024 * 1024
MOST_PROBLEMS = 20


def as_json(version: SurveyVersion) -> dict[str, Any]:
    """The version with its texts and questions, as the schema describes it."""
    return {
        "format": FORMAT,
        "name": version.survey.name,
        "audience": version.survey.audience,
        "is_anonymous": version.survey.is_anonymous,
        "default_language": version.default_language,
        "texts": version.texts,
        "questions": content_of(version)["questions"],
    }


def read(content: bytes) -> dict[str, Any]:
    """The survey in a file. Raises ValidationError, one message for each thing that is wrong with its form."""
    if len(content) > LARGEST_FILE:
        raise ValidationError(_("The file is larger than %(size)s MB.") % {"size": LARGEST_FILE // 1024**2})
    try:
        data = _cleaned(json.loads(content.decode("utf-8-sig")))
    except (ValueError, RecursionError):
        raise ValidationError(_("The file is no JSON.")) from None
    found = [*_schema_problems(data)] or [*_other_problems(data)]
    if found:
        raise ValidationError(found[:MOST_PROBLEMS])
    return dict(data)


@transaction.atomic
def create_from(data: dict[str, Any], owner: User | None) -> Survey:
    """A new survey with `data`, as `read` gives it, as its draft."""
    asked = {name: data[name] for name in Survey.SETTLED if name in data}
    survey = Survey.objects.create(key=free_key(data["name"]), name=data["name"], owner=owner, **asked)
    draft = SurveyVersion.objects.create(survey=survey, number=1, texts=data["texts"], default_language=data["default_language"])
    for position, fields in enumerate(data["questions"], start=1):
        Question.objects.create(version=draft, position=position, **fields)
    return survey


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA_FILE.read_text()), format_checker=FormatChecker())


def _schema_problems(data: Any) -> list[str]:
    """Where in the file, and what: "questions/2/type: …"."""
    errors = sorted(_validator().iter_errors(data), key=lambda error: [str(part) for part in error.absolute_path])
    return [
        f"{'/'.join(str(part) for part in error.absolute_path) or _('file')}: {error.message[:300]}" for error in errors[:MOST_PROBLEMS]
    ]


def _other_problems(data: dict[str, Any]) -> list[str]:
    """What a schema can not say."""
    keys = [question["key"] for question in data["questions"]]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    found = [_("Two questions have the key “%(key)s”.") % {"key": key} for key in twice]
    if data["default_language"] not in data["texts"]:
        found.append(_("The default language has no texts."))
    return found


def _cleaned(data: Any) -> Any:
    """Without what no database keeps: NUL and other control characters, in keys and in texts."""
    if isinstance(data, str):
        return without_control_characters(data)
    if isinstance(data, list):
        return [_cleaned(one) for one in data]
    if isinstance(data, dict):
        return {_cleaned(key): _cleaned(value) for key, value in data.items()}
    return data
