"""Who will be mailed, and who is skipped with which reason: one decision, for the dry run and for the sending."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_noop

from feedback_site.access.models import User
from surveys.authoring.models import Survey, SurveyVersion
from surveys.customers.models import Contact
from surveys.distribution.audience_models import ExcludedAddress, ExclusionList
from surveys.distribution.conditions import Conditions
from surveys.distribution.fatigue import asked_too_often
from surveys.distribution.models import Skip, Suppression
from surveys.distribution.sample import Rotation, Sample

INVITED = ""
LIST_LOST = gettext_noop(
    "A list of addresses to leave out was deleted, so that nothing is sent. Choose “Change”, look at who is to be left out, and save."
)


class ListLost(Exception):
    """An exclusion list of the audience is gone: whom it held can not be told any more, so that nobody may be mailed."""


@dataclass(frozen=True)
class Audience:
    """Whom to ask: the conditions on a contact, the lists of addresses to leave out, and the sample. Kept as JSON."""

    conditions: Conditions = Conditions()
    exclusion_lists: tuple[int, ...] = ()
    sample: Sample = Sample()

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Audience":
        sample = dict(kept.get("sample") or {})
        rotation = sample.pop("rotation", None)
        return cls(
            conditions=Conditions.from_json(kept),
            exclusion_lists=tuple(kept.get("exclusion_lists") or ()),
            sample=Sample(**sample, rotation=Rotation(**rotation) if rotation else None),
        )

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self.conditions), "exclusion_lists": list(self.exclusion_lists), "sample": asdict(self.sample)}

    def in_turn(self, rotation: Rotation | None) -> "Audience":
        """The same audience in one round of a rotating sample."""
        return replace(self, sample=replace(self.sample, rotation=rotation))

    def contacts(self, user: User) -> "QuerySet[Contact]":
        """The contacts that fit, among those whom `user` may see."""
        return self.conditions.contacts(user)


def sizes(audiences: Sequence[Audience], user: User) -> list[int]:
    """How many contacts fit each of `audiences`, before limits and sample; one query, however many there are."""
    if not audiences:
        return []
    counted = [size_of(audience.contacts(user), place) for place, audience in enumerate(audiences)]
    found = dict(counted[0].union(*counted[1:], all=True))
    return [found[place] for place in range(len(audiences))]


def size_of(contacts: "QuerySet[Contact]", place: int) -> "QuerySet[Any]":
    """One row: `place`, and the number of `contacts`."""
    fit = Contact.objects.filter(pk__in=contacts.order_by().values("pk")).order_by()
    return fit.values(place=Value(place)).annotate(n=Count("pk")).values_list("place", "n")


class Decided(NamedTuple):
    """What happens to one contact of an audience: mailed in `language`, or skipped with `reason`."""

    contact: int
    account: int
    reason: str
    language: str
    zone: str


def has_lost_a_list(audience: Audience) -> bool:
    """Whether an exclusion list of it was deleted; no query where it has none."""
    lists = set(audience.exclusion_lists)
    return bool(lists) and ExclusionList.objects.filter(pk__in=lists).count() < len(lists)


def decide(audience: Audience, user: User, version: SurveyVersion, at: datetime) -> list[Decided]:
    """The decision about each contact of the audience, by their keys, for mails that go from `at` on; the same for the same moment.

    One query; what the sample draws from are those against whom nothing else speaks.
    """
    return decide_about(audience.contacts(user), audience, version, at)


def decide_about(contacts: "QuerySet[Contact]", audience: Audience, version: SurveyVersion, at: datetime) -> list[Decided]:
    """As `decide`, for `contacts` that were chosen already."""
    asked = with_skip_reason(contacts, version.survey, at, audience.exclusion_lists).annotate(asked_in=in_survey_language(version))
    found = asked.order_by("pk").values_list("pk", "account", "skip_reason", "asked_in", "time_zone")
    rows = [Decided(*row) for row in found]  # no cursor: PostgreSQL would plan for the first rows, at a hundred times the cost
    if audience.sample.is_all:
        return rows
    drawn = audience.sample.draw((row.contact, row.account) for row in rows if row.reason == INVITED)
    return [row if row.reason or row.contact in drawn else row._replace(reason=Skip.Reason.NOT_DRAWN.value) for row in rows]


def with_skip_reason(contacts: "QuerySet[Contact]", survey: Survey, at: datetime, exclusion_lists: Iterable[int] = ()) -> "QuerySet[Any]":
    """`contacts` with `skip_reason`: the one reason, or empty for those who will be mailed at `at`."""
    reason, why, address = Skip.Reason, Suppression.Reason, Suppression.objects.of_outer("email", survey)
    return contacts.annotate(
        skip_reason=Case(
            When(Exists(address.filter(reason=why.UNSUBSCRIBED)), then=Value(reason.UNSUBSCRIBED)),
            When(Exists(address.filter(reason=why.COMPLAINED)), then=Value(reason.COMPLAINED)),
            When(Q(status=Contact.Status.BOUNCED) | Exists(address), then=Value(reason.BOUNCED)),
            When(status=Contact.Status.LEFT, then=Value(reason.LEFT)),
            When(account__ended_on__lte=timezone.localdate(at), then=Value(reason.ACCOUNT_ENDED)),
            *excluded(exclusion_lists),
            *asked_too_often(survey, at),
            default=Value(INVITED),
            output_field=CharField(),
        )
    )


def excluded(exclusion_lists: Iterable[int]) -> Iterable[When]:
    """The condition of standing on one of the lists; none without lists."""
    lists = list(exclusion_lists)
    if lists:
        listed = ExcludedAddress.objects.filter(exclusion_list__in=lists).annotate(address=Lower("email"))
        yield When(Exists(listed.filter(address=Lower(OuterRef("email")))), then=Value(Skip.Reason.EXCLUDED))


def counts(decided: Iterable[Decided]) -> dict[str, int]:
    """How many contacts there are per skip reason; those to be mailed stand under the empty reason."""
    return Counter(row.reason for row in decided)


def in_survey_language(version: SurveyVersion) -> Case:
    """The contact's own language where the survey is written in it, else the nearest, else the survey's.

    Nearest to he-il is he, and to pt or pt-pt is pt-br.
    """
    written = version.languages
    exactly = [When(language__iexact=code, then=Value(code)) for code in written]
    of_base = [When(of_language(code), then=Value(code)) for code in written if base_of(code) == code]
    of_same_base = [When(of_language(base_of(code)), then=Value(code)) for code in written if base_of(code) != code]
    return Case(*exactly, *of_base, *of_same_base, default=Value(fallback_language(version)), output_field=CharField())


def base_of(code: str) -> str:
    """The language without its region or script: pt of pt-br and of pt_BR."""
    return code.replace("_", "-").split("-")[0].lower()


def of_language(base: str) -> Q:
    """Contacts who speak `base`, wherever."""
    return Q(language__iexact=base) | Q(language__istartswith=f"{base}-") | Q(language__istartswith=f"{base}_")


def fallback_language(version: SurveyVersion) -> str:
    default = version.default_language
    return default if default in version.languages or not version.languages else version.languages[0]
