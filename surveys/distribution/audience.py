"""Who will be mailed, and who is skipped with which reason: one decision, made by the database."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, Q, QuerySet, Value, When
from django.utils import timezone

from feedback_site.access.models import User
from surveys.authoring.models import Survey, SurveyVersion
from surveys.customers.models import Contact
from surveys.distribution.fatigue import asked_too_often
from surveys.distribution.models import Skip, Suppression

INVITED = ""


@dataclass(frozen=True)
class Audience:
    """The conditions on a contact; what is left empty does not narrow. Kept as JSON with its distribution."""

    segments: tuple[int, ...] = ()
    region: str = ""
    account_manager: int | None = None
    language: str = ""

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Audience":
        known = {name: kept[name] for name in cls.__dataclass_fields__ if name in kept}
        return cls(**{**known, "segments": tuple(known.get("segments") or ())})

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "segments": list(self.segments)}

    def contacts(self, user: User) -> "QuerySet[Contact]":
        """The contacts that fit, among those whom `user` may see."""
        contacts = Contact.objects.visible_to(user)
        if self.segments:
            contacts = contacts.filter(account__segment__in=self.segments)
        if self.region:
            contacts = contacts.filter(account__region=self.region)
        if self.account_manager:
            contacts = contacts.filter(account__account_manager=self.account_manager)
        if self.language:
            contacts = contacts.filter(language=self.language)
        return contacts


def with_skip_reason(contacts: "QuerySet[Contact]", survey: Survey, now: datetime) -> "QuerySet[Any]":
    """Each contact with `skip_reason`: the first that holds, or empty for those who will be mailed."""
    reason, address = Skip.Reason, Suppression.objects.of_outer("email", survey)
    return contacts.annotate(
        skip_reason=Case(
            When(Exists(address.exclude(reason=Suppression.Reason.BOUNCED)), then=Value(reason.UNSUBSCRIBED)),
            When(Q(status=Contact.Status.BOUNCED) | Exists(address.filter(reason=Suppression.Reason.BOUNCED)), then=Value(reason.BOUNCED)),
            When(status=Contact.Status.LEFT, then=Value(reason.LEFT)),
            When(account__ended_on__lte=timezone.localdate(now), then=Value(reason.ACCOUNT_ENDED)),
            *asked_too_often(survey, now),
            default=Value(INVITED),
            output_field=CharField(),
        )
    )


def counts(contacts: "QuerySet[Any]") -> dict[str, int]:
    """How many contacts there are per skip reason; those to be mailed stand under the empty reason."""
    per_reason = contacts.order_by().values_list("skip_reason").annotate(n=Count("pk"))
    return dict(per_reason)


def in_survey_language(version: SurveyVersion) -> Case:
    """The contact's own language where the survey is written in it, otherwise the survey's."""
    own = When(language__in=version.languages, then=F("language"))
    return Case(own, default=Value(fallback_language(version)), output_field=CharField())


def fallback_language(version: SurveyVersion) -> str:
    default = version.default_language
    return default if default in version.languages or not version.languages else version.languages[0]
