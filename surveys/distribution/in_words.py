"""An audience in words, for those who did not choose it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feedback_site.access.models import User
from surveys.customers.languages import language_name
from surveys.customers.models import Segment
from surveys.distribution import facts
from surveys.distribution.audience import Audience
from surveys.distribution.audience_models import ExclusionList
from surveys.distribution.conditions import AttributeIs, Comparison, Conditions, Key, LastAsked, Owner
from surveys.distribution.sample import Sample

Line = tuple[str, str]


@dataclass(frozen=True)
class Names:
    """What the rows are called that audiences point to, by their keys and in their order."""

    segments: dict[int, str]
    account_managers: dict[int, str]
    exclusion_lists: dict[int, str]


def names_of(audiences: Sequence[Audience]) -> Names:
    """At most three queries, however many audiences there are."""
    asked = [audience.conditions for audience in audiences]
    return Names(
        segments=_named(Segment, (pk for conditions in asked for pk in conditions.segments)),
        account_managers=_named(User, (pk for conditions in asked for pk in conditions.account_managers)),
        exclusion_lists=_named(ExclusionList, (pk for audience in audiences for pk in audience.exclusion_lists)),
    )


def _named(model: type[Model], pks: Iterable[int]) -> dict[int, str]:
    wanted = set(pks)
    return {row.pk: str(row) for row in model._default_manager.filter(pk__in=wanted)} if wanted else {}


def in_words(audience: Audience, names: Names | None = None) -> list[Line]:
    """Each condition as its name and what is asked; empty where everybody is meant. `names` are looked up unless given."""
    names = names or names_of([audience])
    return [*_who(audience.conditions, names), *_known(audience.conditions), *_left_out(audience, names), *_sample(audience.sample)]


def _who(conditions: Conditions, names: Names) -> Iterator[Line]:
    if conditions.segments:
        yield _("Segments"), _chosen(names.segments, conditions.segments)
    if conditions.regions:
        yield _("Regions"), _names(conditions.regions)
    if conditions.industries:
        yield _("Industries"), _names(conditions.industries)
    if conditions.account_managers:
        yield _("Account managers"), _chosen(names.account_managers, conditions.account_managers)
    if conditions.languages:
        yield _("Languages"), _names(dict(settings.LANGUAGES).get(code) or language_name(code) for code in conditions.languages)
    if conditions.role:
        yield _("Role contains"), conditions.role
    if conditions.key:
        yield _("Key accounts and contacts"), str(Key(conditions.key).label)


def _known(conditions: Conditions) -> Iterator[Line]:
    asked = conditions.facts
    if facts.LAST_SCORE in asked:
        words = {"promoter": _("High"), "passive": _("Middling"), "detractor": _("Low"), "never": _("Never gave one")}
        yield _("Last score"), words[asked[facts.LAST_SCORE]]
    if facts.OPEN_CASE in asked:
        yield _("Open case"), _("Has one") if asked[facts.OPEN_CASE] else _("Has none")
    if conditions.last_asked:
        yield _("Last asked"), _last_asked(conditions)
    if facts.REVENUE in asked:
        bounds = asked[facts.REVENUE]
        low, high = (bounds.get(name) or "…" for name in ("from", "to"))
        yield _("Revenue of the last four quarters"), f"{low} – {high} {settings.CURRENCY}"
    for attribute in conditions.attributes:
        yield _attribute(attribute)


def _last_asked(conditions: Conditions) -> str:
    days = conditions.last_asked_days
    if conditions.last_asked == LastAsked.NEVER:
        return str(LastAsked.NEVER.label)
    if conditions.last_asked == LastAsked.WITHIN:
        return ngettext("Within %(n)s day", "Within %(n)s days", days) % {"n": days}
    return ngettext("Not within %(n)s day", "Not within %(n)s days", days) % {"n": days}


def _attribute(attribute: AttributeIs) -> Line:
    return f"{Owner(attribute.of).label} {attribute.name}", f"{Comparison(attribute.comparison).label} {attribute.value}"


def _left_out(audience: Audience, names: Names) -> Iterator[Line]:
    if audience.exclusion_lists:
        chosen, gone = set(audience.exclusion_lists), _("a deleted list")
        found = [name for pk, name in names.exclusion_lists.items() if pk in chosen]
        yield _("Left out"), _names([*found, gone] if len(found) < len(chosen) else found)


def _sample(sample: Sample) -> Iterator[Line]:
    if sample.rotation:
        yield _("Each account is asked, times a year"), str(sample.rotation.asks * 12 // max(sample.rotation.rounds, 1))
    if sample.per_account is not None:
        yield _("At most of each account"), str(sample.per_account)
    if sample.percent is not None:
        yield _("Sample"), f"{sample.percent} %"
    if sample.number is not None:
        yield _("Sample"), ngettext("%(n)s person", "%(n)s people", sample.number) % {"n": sample.number}
    if sample.percent is not None or sample.number is not None or sample.per_account is not None:
        yield _("Number of the lot"), str(sample.seed)


def _chosen(names: dict[int, str], pks: Iterable[int]) -> str:
    wanted = set(pks)
    return _names(name for pk, name in names.items() if pk in wanted)


def _names(rows: Any) -> str:
    return ", ".join(str(row) for row in rows)
