"""Editing when a question is shown: rules in words, added one by one to a group or as a new group, and taken away."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.authoring.conditions import (
    ATTRIBUTE,
    COMPARISONS,
    FACTS,
    QUESTION,
    WITHOUT_VALUE,
    Rule,
    can_hold,
    comparisons_for,
)
from surveys.authoring.drafts import locked_draft
from surveys.authoring.flow import in_order
from surveys.authoring.kinds import kind_of
from surveys.authoring.kinds.choices import OTHER, Choosing, YesNo
from surveys.authoring.models import Question
from surveys.authoring.stamps import refuse_changed, stamp_of

RULES_CHANGED = gettext_lazy("The rules were changed meanwhile. Nothing was done; here they are as they are now.")
MOST_GROUPS, MOST_RULES, LONGEST_VALUE = 10, 10, 200


def earlier(question: Question) -> list[Question]:
    """The questions that may decide whether `question` is shown: those before it that take an answer."""
    order = in_order(question.version)
    return [one for one in order[: order.index(question)] if kind_of(one).takes_answer]


def subjects(question: Question) -> list[tuple[str, str]]:
    """What a rule of `question` may be about, with its name."""
    asked = [(f"{QUESTION}{one.key}", str(one)) for one in earlier(question)]
    return [*asked, *((name, str(label)) for name, label in FACTS.items())]


def about(question: Question, subject: str) -> Question | None:
    """The question that a subject names; None for a fact. Raises ValidationError for what may not be asked."""
    if not subject.startswith(QUESTION):
        if subject not in FACTS and not subject.startswith(ATTRIBUTE):
            raise ValidationError(_("Choose what the rule is about."))
        return None
    found = next((one for one in earlier(question) if subject == f"{QUESTION}{one.key}"), None)
    if found is None:
        raise ValidationError(_("Only questions that come before this one can decide whether it is shown."))
    return found


def values_of(asked: Question | None, language: str) -> list[tuple[str, str]]:
    """The answers to choose from, or none where a value is typed."""
    if asked is None or not isinstance(kind_of(asked), Choosing):
        return []
    if isinstance(kind_of(asked), YesNo):
        return [("yes", _("Yes")), ("no", _("No"))]
    return [*asked.choices_in(language), *([(OTHER, _("Other"))] if asked.options.get(OTHER) else [])]


@transaction.atomic
def add_rule(question: Question, group: int | None, subject: str, comparison: str, value: str, seen: str | None = None) -> None:
    """Add a rule to a group (from 0), or as a new group where `group` is None.

    Raises ValidationError where the rule can not be meant, or the rules are no longer those that were `seen`,
    IndexError where there is no such group, FrozenVersionError where the version is no draft.
    """
    locked_draft(question.version)
    question.refresh_from_db(fields=["shown_if"])
    refuse_changed(seen, stamp_of_rules(question), RULES_CHANGED)
    asked = about(question, subject)
    rule: Rule = {"subject": subject, "is": comparison}
    if comparison not in comparisons_for(asked):
        raise ValidationError(_("Choose how the answer is compared."))
    if comparison not in WITHOUT_VALUE:
        rule["value"] = value.strip()[:LONGEST_VALUE]
        if not rule["value"]:
            raise ValidationError(_("Say what the answer is compared with."))
        if asked is not None and not can_hold(rule, asked):
            raise ValidationError(_("Nobody can give such an answer: choose another value."))
    groups = [list(one) for one in question.shown_if]
    if group is None:
        groups.append([rule])
    else:
        groups[group].append(rule)
    if len(groups) > MOST_GROUPS or max(len(one) for one in groups) > MOST_RULES:
        raise ValidationError(_("These are too many rules for one question."))
    question.shown_if = groups
    question.save(update_fields=["shown_if"])


@transaction.atomic
def remove_rule(question: Question, group: int, place: int, seen: str | None = None) -> None:
    """Take one rule away; a group without rules goes with it.

    Raises ValidationError where the rules are no longer those that were `seen`: another one would stand in that place;
    IndexError where none of them stands there.
    """
    locked_draft(question.version)
    question.refresh_from_db(fields=["shown_if"])
    refuse_changed(seen, stamp_of_rules(question), RULES_CHANGED)
    groups = [list(one) for one in question.shown_if]
    del groups[group][place]
    question.shown_if = [one for one in groups if one]
    question.save(update_fields=["shown_if"])


def stamp_of_rules(question: Question) -> str:
    return stamp_of(question.shown_if)


def comparisons(asked: Question | None) -> list[tuple[str, str]]:
    """How the answer can be compared, in words."""
    return [(name, comparison_in_words(name, asked)) for name in comparisons_for(asked)]


def comparison_in_words(name: str, asked: Question | None) -> str:
    """Of one choice one says that it *is*, of several that they include."""
    one_choice = asked is not None and isinstance(kind_of(asked), Choosing) and not kind_of(asked).several
    plain = {"includes": "equals", "excludes": "differs"} if one_choice else {}
    return str(COMPARISONS[plain.get(name, name)])


@dataclass(frozen=True)
class RuleInWords:
    subject: str
    comparison: str
    value: str


def in_words(question: Question, language: str) -> list[list[RuleInWords]]:
    """The rules as people read them, group by group."""
    questions = {f"{QUESTION}{one.key}": one for one in question.version.questions.all()}
    return [[_in_words(rule, questions.get(rule["subject"]), language) for rule in group] for group in question.shown_if]


def _in_words(rule: Rule, asked: Question | None, language: str) -> RuleInWords:
    subject = rule["subject"]
    name: Any = (asked.text("label", language) or asked.key) if asked else FACTS.get(subject, subject.removeprefix(ATTRIBUTE))
    value = str(rule.get("value", ""))
    return RuleInWords(str(name), comparison_in_words(rule["is"], asked), dict(values_of(asked, language)).get(value, value))
