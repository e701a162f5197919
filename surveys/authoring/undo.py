"""The last steps of an editor, to be taken back one by one: the draft as it was before each, kept with the login.

A step is taken back only while the draft is as that step left it: what somebody else has changed since is not lost.
The login is read with every page, so that what all drafts keep there is bounded; only the last step is kept whatever its size.
"""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from surveys.authoring.drafts import locked_draft
from surveys.authoring.models import Question, SurveyVersion
from surveys.authoring.stamps import content_of, stamp_of

STEPS = 10
LARGEST = 300_000  # characters, of all drafts together
PREFIX = "undo-"
CHANGED_SINCE = _("The draft was changed since, by somebody else or in another way; undoing your step would undo that too.")
Kept = dict[str, Any]


class ChangedSince(ValidationError):
    def __init__(self) -> None:
        super().__init__(CHANGED_SINCE, code="changed")


def snapshot(version: SurveyVersion) -> Kept:
    """The content of the draft as it is stored now."""
    return content_of(SurveyVersion.objects.get(pk=version.pk))


def remember(session: Any, version: SurveyVersion, before: Kept, what: str, question: str = "") -> None:
    """Note in `session` that a step led from `before` to the draft as it is now; a step that changed nothing is none.

    `what` says in English what the step did, perhaps to a %(question)s: it is read in the language of the page.
    """
    after = snapshot(version)
    if after == before:
        return
    steps = [*steps_of(session, version), {"before": before, "after": stamp_of(after), "what": what, "question": question}]
    session.pop(_name(version), None)  # so that the draft of the last step stands last
    session[_name(version)] = steps[-STEPS:]
    _forget_the_oldest(session)


def steps_of(session: Any, version: SurveyVersion) -> list[Kept]:
    """Oldest first."""
    return list(session.get(_name(version), []))


def in_words(step: Kept) -> str:
    """What the step did, in the language of the page; steps of older logins hold ready-made words."""
    if "question" not in step:
        return str(step["what"])
    return gettext(step["what"]) % {"question": step["question"]}


@transaction.atomic
def take_back(session: Any, version: SurveyVersion) -> str:
    """Restore the draft as it was before the last step, and return what that step was; empty where there is none.

    Raises ChangedSince, and FrozenVersionError for a version that is no draft any more.
    """
    steps = steps_of(session, version)
    if not steps:
        return ""
    version = locked_draft(version)
    if stamp_of(snapshot(version)) != steps[-1]["after"]:
        raise ChangedSince
    restore(version, steps[-1]["before"])
    session[_name(version)] = steps[:-1]
    return in_words(steps[-1])


def restore(version: SurveyVersion, kept: Kept) -> None:
    """Make the draft what `kept` says. Questions keep their rows where their keys are the same."""
    version.texts, version.default_language = kept["texts"], kept["default_language"]
    version.save(update_fields=["texts", "default_language"])
    stored = {question.key: question for question in version.questions.all()}
    for question in stored.values():
        if question.key not in {row["key"] for row in kept["questions"]}:
            question.delete()
    for position, row in enumerate(kept["questions"], start=1):
        question = stored.get(row["key"]) or Question(version=version)
        for name, value in row.items():
            setattr(question, name, value)
        question.position = position
        question.save()


def _forget_the_oldest(session: Any) -> None:
    """Until the rest is small enough: first the steps in the draft that was left the longest ago."""
    names = [name for name in session.keys() if name.startswith(PREFIX)]  # noqa: SIM118 - a session is no dict
    kept = [(name, step) for name in names for step in session[name]]
    sizes = [len(json.dumps(step)) for _name, step in kept]
    for at, (name, _step) in enumerate(kept[:-1]):
        if sum(sizes[at:]) <= LARGEST:
            return
        session[name] = session[name][1:]
        if not session[name]:
            del session[name]


def _name(version: SurveyVersion) -> str:
    return f"{PREFIX}{version.pk}"
