"""Writing drafts: new surveys, new versions, questions added, changed, moved, removed."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from feedback_site.access.models import User
from feedback_site.defaults import organisation_language
from surveys.authoring.checks import published_otherwise
from surveys.authoring.models import FrozenVersionError, Question, Survey, SurveyVersion
from surveys.authoring.stamps import (
    DRAFT_CHANGED,
    GONE,
    QUESTION_FIELDS,
    refuse_changed,
    stamp_of_draft,
    stamp_of_question,
    stamp_of_texts,
)
from surveys.authoring.starters import Starter


@transaction.atomic
def create_survey(name: str, languages: list[str], owner: User | None, starter: Starter | None = None, **asked: Any) -> Survey:
    """A survey with its first draft; from a starter with all texts of the languages that the starter has.

    `asked` may say the `audience`, and whether it `is_anonymous`; a starter says both itself.
    """
    if starter:
        asked = {"audience": starter.audience, "is_anonymous": starter.is_anonymous}
    survey = Survey.objects.create(key=free_key(name), name=name, owner=owner, **asked)
    texts = starter.texts if starter else {}
    wording = {code: texts.get(code, {}) for code in languages}
    draft = SurveyVersion.objects.create(survey=survey, number=1, texts=wording, default_language=languages[0])
    for position, fields in enumerate(starter.questions if starter else [], start=1):
        Question.objects.create(version=draft, position=position, **fields)
    return survey


def free_key(name: str) -> str:
    """A survey key made of `name` that no survey has; names without Latin letters give `survey`."""
    stem = slugify(name)[:50] or "survey"
    taken = set(Survey.objects.filter(key__startswith=stem).values_list("key", flat=True))
    return next(key for key in (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))) if key not in taken)


@transaction.atomic
def new_draft(survey: Survey) -> SurveyVersion:
    """The draft of `survey`: the one there is, or a copy of the published version with every key kept."""
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    former = survey.published or survey.versions.first()
    if survey.draft or former is None:
        return survey.draft or SurveyVersion.objects.create(survey=survey, number=1, texts={organisation_language(): {}})
    latest = survey.versions.order_by("-number").values_list("number", flat=True)[0]
    draft = SurveyVersion.objects.create(survey=survey, number=latest + 1, texts=former.texts, default_language=former.default_language)
    for question in former.questions.all():
        question.pk, question.version = None, draft
        question._state.adding = True
        question.save()
    return draft


@transaction.atomic
def save_texts(
    version: SurveyVersion,
    name: str,
    languages: list[str],
    default: str,
    texts: dict[str, dict[str, str]],
    seen: str | None = None,
    **asked: Any,
) -> None:
    """Change the survey's name and the draft's languages and texts. A language that is taken out takes its texts along.

    `asked` may change the `audience`, and whether it `is_anonymous`, of a survey that was never published.
    Raises ValidationError where they are not as they were `seen` (a stamp) any more, and for what is settled.
    """
    version = locked_draft(version)
    refuse_changed(seen, stamp_of_texts(version))
    Survey.objects.filter(pk=version.survey_id).update(name=name, **asked)
    version.default_language = default
    version.texts = {code: {**version.texts.get(code, {}), **texts.get(code, {})} for code in languages}
    version.save(update_fields=["texts", "default_language"])


@transaction.atomic
def save_question(version: SurveyVersion, question: Question, seen: str | None = None) -> Question:
    """Store a new or changed question of a draft; a new one goes to the end. Its rules and its place are not changed.

    Raises ValidationError where it was removed meanwhile, where the key is taken in this version, was published with
    another type or scale, or where the stored question is not as it was `seen` (a stamp) any more.
    """
    version = locked_draft(version)
    if question.pk:
        stored = version.questions.filter(pk=question.pk).first()
        if stored is None:
            raise ValidationError(GONE, code="gone")
        refuse_changed(seen, stamp_of_question(stored))
    if version.questions.filter(key=question.key).exclude(pk=question.pk).exists():
        raise ValidationError({"key": _("Another question of this version has this key.")})
    if published_otherwise(version, question):
        raise ValidationError({"key": _("This key was published with another type, scale or unit. Give the question a new key.")})
    if question.pk:
        question.save(update_fields=QUESTION_FIELDS)
    else:
        question.version, question.position = version, _last_position(version) + 1
        question.save()
    return question


@transaction.atomic
def place_question(question: Question, place: int, seen: str | None = None) -> int:
    """Put a question of a draft at `place`, from 1, or at the nearest that there is; returns where it stands then.

    Raises ValidationError where the draft is not as it was `seen` (its stamp) any more.
    """
    version = locked_draft(question.version)
    refuse_changed(seen, stamp_of_draft(version), DRAFT_CHANGED)
    order = [one for one in version.questions.all() if one.pk != question.pk]
    place = max(1, min(place, len(order) + 1))
    order.insert(place - 1, question)
    for position, one in enumerate(order, start=1):
        if one.position != position:
            one.position = position
            one.save(update_fields=["position"])
    return place


@transaction.atomic
def delete_question(question: Question, seen: str | None = None) -> None:
    """Remove a question from a draft. Answers to it in former versions stay.

    Raises ValidationError where the draft is not as it was `seen` (its stamp) any more.
    """
    refuse_changed(seen, stamp_of_draft(locked_draft(question.version)), DRAFT_CHANGED)
    question.delete()


def free_question_key(version: SurveyVersion, type_: str) -> str:
    """A key for a new question: its type's name, numbered where this survey ever had it."""
    taken = set(Question.objects.filter(version__survey_id=version.survey_id).values_list("key", flat=True))
    return next(key for key in (type_, *(f"{type_}_{number}" for number in range(2, len(taken) + 3))) if key not in taken)


def locked_draft(version: SurveyVersion) -> SurveyVersion:
    """The stored row of a draft; as in publishing, its survey is locked first, so that nobody publishes half of a change.

    Raises FrozenVersionError.
    """
    Survey.objects.select_for_update().get(pk=version.survey_id)
    version = SurveyVersion.objects.select_for_update(of=("self",)).select_related("survey").get(pk=version.pk)
    if not version.is_draft:
        raise FrozenVersionError
    return version


def _last_position(version: SurveyVersion) -> int:
    return max(version.questions.values_list("position", flat=True), default=0)
