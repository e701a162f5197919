"""When a question is shown: by earlier answers, and by what is known of the contact and the account. Pure.

`Question.shown_if` is a list of groups of rules, `[[rule, rule], [rule]]`: the question is shown where every
rule of one group holds; without groups, always. A rule is `{"subject": "q.recommend", "is": "at_most", "value": 6}`.
Subjects are `q.<key of a question>`, and the facts below; own attributes of the account are `account.attributes.<name>`.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from surveys.authoring.kinds import Value, kind_of
from surveys.authoring.kinds.choices import Choosing, split
from surveys.authoring.kinds.scales import Scale
from surveys.authoring.kinds.written import Number, as_number
from surveys.authoring.models import Question
from surveys.authoring.values import is_empty
from surveys.customers.models import Account, Contact

Rule = dict[str, Any]
Facts = Mapping[str, str]
QUESTION, ATTRIBUTE = "q.", "account.attributes."
FACTS = {
    "contact.name": _("Name of the contact"),
    "contact.role": _("Role of the contact"),
    "contact.language": _("Language of the contact"),
    "account.name": _("Name of the account"),
    "account.segment": _("Segment of the account"),
    "account.region": _("Region of the account"),
    "account.industry": _("Industry of the account"),
}
COMPARISONS = {
    "at_least": _("is at least"),
    "at_most": _("is at most"),
    "equals": _("is"),
    "differs": _("is not"),
    "includes": _("includes"),
    "excludes": _("does not include"),
    "answered": _("was answered"),
    "unanswered": _("was not answered"),
}
WITHOUT_VALUE = ("answered", "unanswered")


def facts_of(contact: Contact | None, account: Account | None = None) -> dict[str, str]:
    """What rules and recalled texts may use of a contact and its account; of an account alone where nobody knows the contact."""
    account = contact.account if contact else account
    person = {"contact.name": contact.name, "contact.role": contact.role, "contact.language": contact.language} if contact else {}
    return {**person, **_facts_of_account(account)} if account else person


def _facts_of_account(account: Account) -> dict[str, str]:
    own = {f"{ATTRIBUTE}{name}": str(value) for name, value in account.attributes.items()}
    return {
        "account.name": account.name,
        "account.segment": account.segment.name if account.segment else "",
        "account.region": account.region,
        "account.industry": account.industry,
        **own,
    }


def comparisons_for(question: Question | None) -> list[str]:
    """What can be asked of the answer to `question`; None stands for a fact."""
    if question is None:
        return ["equals", "differs"]
    kind = kind_of(question)
    if isinstance(kind, Scale | Number):
        return ["at_least", "at_most", "equals", *WITHOUT_VALUE]
    if isinstance(kind, Choosing):
        return ["includes", "excludes", *WITHOUT_VALUE]
    return list(WITHOUT_VALUE) if kind.takes_answer else []


def is_shown(question: Question, answers: Mapping[str, Value], facts: Facts) -> bool:
    """Whether `question` is shown after `answers`, those to the questions shown before it."""
    groups: list[list[Rule]] = question.shown_if
    return not groups or any(all(holds(rule, answers, facts) for rule in group) for group in groups)


def holds(rule: Rule, answers: Mapping[str, Value], facts: Facts) -> bool:
    """An answer that was not given is neither large nor small, and includes nothing."""
    subject, comparison, wanted = rule["subject"], rule["is"], rule.get("value")
    if not subject.startswith(QUESTION):
        is_same = str(facts.get(subject, "")).strip().casefold() == str(wanted).strip().casefold()
        return is_same if comparison == "equals" else not is_same
    given = answers.get(subject[len(QUESTION) :])
    if comparison in WITHOUT_VALUE or is_empty(given):
        return comparison == ("unanswered" if is_empty(given) else "answered")
    if comparison in ("includes", "excludes"):
        return (wanted in split(given)[0]) == (comparison == "includes")
    return compares(_number(given), comparison, _number(wanted))


def compares(given: Decimal | None, comparison: str, wanted: Decimal | None) -> bool:
    if given is None or wanted is None:
        return False
    return {"at_least": given >= wanted, "at_most": given <= wanted, "equals": given == wanted}[comparison]


def _number(value: Any) -> Decimal | None:
    return as_number(str(value))


def subjects_of(question: Question) -> set[str]:
    return {rule["subject"] for group in question.shown_if for rule in group}


def problems_of(question: Question, earlier: Iterable[Question]) -> list[Any]:
    """What is wrong with the rules of `question`, where `earlier` are the questions before it."""
    known = {one.key: one for one in earlier}
    found: list[Any] = []
    for rule in (rule for group in question.shown_if for rule in group):
        subject = rule["subject"]
        if not subject.startswith(QUESTION):
            continue
        about = known.get(subject[len(QUESTION) :])
        if about is None:
            found.append(_("it is shown by the answer to a question that does not come before it."))
        elif rule["is"] not in comparisons_for(about) or not can_hold(rule, about):
            found.append(_("it is shown by an answer that nobody can give."))
    return list(dict.fromkeys(found))


def can_hold(rule: Rule, about: Question) -> bool:
    """Whether some answer to `about` makes the rule true."""
    kind, wanted = kind_of(about), rule.get("value")
    if rule["is"] in WITHOUT_VALUE:
        return True
    if isinstance(kind, Choosing):
        return wanted in kind.known(about)
    if isinstance(kind, Scale):
        return any(compares(Decimal(step), rule["is"], _number(wanted)) for step in about.scale)
    return _number(wanted) is not None
