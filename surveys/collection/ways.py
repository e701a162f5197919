"""The ways in: by whom a survey is answered, in which version, and where the answers go."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from functools import partial

from django.db import IntegrityError
from django.db.models import prefetch_related_objects

from feedback_site.access.models import User
from surveys.authoring.conditions import Facts, facts_of
from surveys.authoring.frozen import frozen_version
from surveys.authoring.models import SurveyVersion
from surveys.authoring.values import Value
from surveys.collection import anonymous, begin
from surveys.collection.limits import LOOKED, Guard
from surveys.collection.models import Response
from surveys.collection.opened import reference_of
from surveys.collection.submit import save_answers
from surveys.customers.models import Contact
from surveys.distribution.link_models import Link
from surveys.distribution.models import Distribution, Invitation


class WayIn(ABC):
    """How one person answers `version`. `response` is what is there already; `language` the one that person is asked in.

    `seed` keeps a random order the same for one person; `contact` is whom the page greets.
    """

    version: SurveyVersion
    response: Response | None = None
    language: str = ""
    seed: str = ""
    contact: Contact | None = None
    entrance: Distribution | Link | None = None  # what may be closed
    is_done = False  # an anonymous response was stored in this request

    @property
    def is_anonymous(self) -> bool:
        return self.version.survey.is_anonymous

    @property
    def facts(self) -> Facts:
        """What rules and texts may use of the respondent: of an anonymous one nothing."""
        return {} if self.is_anonymous else facts_of(self.contact)

    def stay_in(self, version_pk: int | None) -> None:
        """A page that was opened is answered in its own version, even if another was published meanwhile."""
        if version_pk in (None, self.version.pk) or self.response is not None:
            return
        if SurveyVersion.objects.filter(pk=version_pk, survey=self.version.survey_id).exclude(state=SurveyVersion.State.DRAFT).exists():
            self.version = frozen_version(version_pk)

    @abstractmethod
    def begin(self, now: datetime, language: str) -> Response:
        """A new response, not stored yet."""

    def begun(self) -> Response | None:
        """The response that another request just stored, where this way in allows for one only."""
        return None

    def take(self, answers: Mapping[str, Value], now: datetime, finished: bool, language: str) -> Response:
        """Begin and save as one: either the response and all `answers` are on disk, or nothing is. As `save_answers`."""
        try:
            return save_answers(self.response or self.begin(now, language), answers, now, finished, language)
        except IntegrityError:
            begun = self.begun()
            if begun is None:
                raise
            return save_answers(begun, answers, now, finished, language)

    def take_anonymously(self, answers: Mapping[str, Value], now: datetime, language: str) -> None:
        """The whole response at once; as `anonymous.take`."""
        raise NotImplementedError

    def admits(self) -> bool:
        """Whether one more response may begin now; public links are limited."""
        return True

    @property
    def has_taken_part(self) -> bool:
        """Whether somebody anonymous has answered before."""
        return False


class Invited(WayIn):
    """By the personal link of a mail."""

    def __init__(self, invitation: Invitation) -> None:
        self.invitation = invitation
        self.entrance = invitation.distribution
        self.version = frozen_version(invitation.distribution.version_id)
        self.contact, self.language, self.seed = invitation.contact, invitation.language, invitation.reference
        self.response = getattr(invitation, "response", None)
        if self.response is not None:
            self.response.contact = self.contact  # at hand already
            prefetch_related_objects([self.response], "answers")

    def begin(self, now: datetime, language: str) -> Response:
        return begin.by_invitation(self.invitation, self.version, now)

    def begun(self) -> Response | None:
        return Response.objects.filter(invitation=self.invitation).first()

    def take_anonymously(self, answers: Mapping[str, Value], now: datetime, language: str) -> None:
        note = partial(anonymous.took_part, self.invitation)
        anonymous.take(self.version, answers, now, language, self.invitation, note)

    @property
    def has_taken_part(self) -> bool:
        return self.is_anonymous and self.invitation.answered_at is not None


class ByLink(WayIn):
    """Over a public link: a new person, or one who comes back with the reference of a response."""

    def __init__(self, link: Link, version: SurveyVersion, response: Response | None, guard: Guard) -> None:
        self.link = self.entrance = link
        self.version, self.response, self.guard = version, response, guard
        self.seed = (response.reference or "") if response else ""
        if response is not None and response.account_id == link.account_id:
            response.account = link.account  # at hand already

    def admits(self) -> bool:
        return self.guard.admits()

    @property
    def facts(self) -> Facts:
        return {} if self.is_anonymous else facts_of(None, self.link.account)

    def take(self, answers: Mapping[str, Value], now: datetime, finished: bool, language: str) -> Response:
        response = super().take(answers, now, finished, language)
        if response.set_aside == Response.SetAside.TOO_FAST and now - response.started_at >= LOOKED:
            Response.objects.filter(pk=response.pk).update(set_aside="")
        return response

    def begin(self, now: datetime, language: str) -> Response:
        return begin.by_link(self.link, self.version, now, language, self.guard.reference, self.guard.suspicion())

    def begun(self) -> Response | None:
        reference = self.guard.reference
        return self.link.responses.filter(reference=reference).first() if reference else None

    def take_anonymously(self, answers: Mapping[str, Value], now: datetime, language: str) -> None:
        """Nothing of the page is stored with the answers; that it was sent is noted apart."""
        note = partial(anonymous.note_page, self.guard.reference)
        anonymous.take(self.version, answers, now, language, self.link, note, self.guard.suspicion())


class ByMember(WayIn):
    """A member of the own team, logged in."""

    def __init__(self, link: Link, version: SurveyVersion, member: User) -> None:
        self.link = self.entrance = link
        self.member, self.seed, self.language = member, f"{link.token}:{member.pk}", member.language
        self.response = (
            Response.objects.filter(link=link, member=member).select_related("version__survey").prefetch_related("answers").first()
        )
        self.version = self.response.version if self.response else version

    def begin(self, now: datetime, language: str) -> Response:
        return begin.by_member(self.link, self.version, self.member, now, language)

    def begun(self) -> Response | None:
        return Response.objects.filter(link=self.link, member=self.member).first()

    def take_anonymously(self, answers: Mapping[str, Value], now: datetime, language: str) -> None:
        anonymous.take(self.version, answers, now, language, self.link, partial(anonymous.member_took_part, self.link, self.member))

    @property
    def has_taken_part(self) -> bool:
        return self.is_anonymous and self.link.participations.filter(user=self.member).exists()


class Interview(WayIn):
    """Typed in by a member of the staff, who asks the contact in person or on the telephone."""

    def __init__(
        self, contact: Contact, version: SurveyVersion, typed_by: User, response: Response | None = None, opened: str = ""
    ) -> None:
        self.contact, self.version, self.typed_by, self.response = contact, version, typed_by, response
        self.language, self.seed = contact.language, f"{contact.pk}"
        self.reference = reference_of(opened, f"interview:{contact.pk}:{version.survey_id}")

    def begin(self, now: datetime, language: str) -> Response:
        return begin.by_interview(self.contact, self.version, self.typed_by, now, language, self.reference)  # type: ignore[arg-type]

    def begun(self) -> Response | None:
        return Response.objects.filter(reference=self.reference).first() if self.reference else None


class ByProgram(WayIn):
    """Collected by another program, under an id of its own."""

    def __init__(self, contact: Contact, version: SurveyVersion, external_id: str, former: Response | None) -> None:
        self.contact, self.version, self.external_id, self.response = contact, version, external_id, former

    @property
    def is_its_own(self) -> bool:
        """Whether the response that is there came by a program, from this contact, for this survey."""
        former = self.response
        if former is None or former.source != Response.Source.API:
            return former is None
        return (former.contact_id, former.survey_id) == (self.contact.pk if self.contact else None, self.version.survey_id)

    def begin(self, now: datetime, language: str) -> Response:
        return begin.by_program(self.contact, self.version, self.external_id, now, language)  # type: ignore[arg-type]

    def begun(self) -> Response | None:
        """Where another contact took the id at the same moment, there is none to go on with."""
        own = Response.objects.filter(contact=self.contact, survey=self.version.survey_id, source=Response.Source.API)
        return own.filter(external_id=self.external_id).first()
