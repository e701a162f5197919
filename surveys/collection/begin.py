"""New responses, by each way in, to be stored with their first answers.

Which account a response belongs to, and who its people are, is settled here for good.
"""

from datetime import datetime
from typing import Any

from feedback_site.access.models import User
from surveys.authoring.models import SurveyVersion
from surveys.collection.models import Response
from surveys.customers.models import Account, Contact
from surveys.distribution.link_models import Link
from surveys.distribution.models import Invitation
from surveys.distribution.references import new_reference


def snapshot(account: Account) -> dict[str, Any]:
    """The account's segment, region and people as they are now: what a response keeps of them for good."""
    return {
        "segment": account.segment,
        "region": account.region,
        "account_manager": account.account_manager,
        "sales_representative": account.sales_representative,
    }


def by_invitation(invitation: Invitation, version: SurveyVersion, now: datetime) -> Response:
    """The response of whoever was invited; another one of the same invitation can not be stored."""
    return Response(
        invitation=invitation,
        asked_at=_first_mail(invitation) or invitation.created_at,
        is_simulated=invitation.distribution.is_simulated,
        **_new(version, Response.Source.MAIL, now, invitation.language),
        **_of_contact(invitation.contact),
    )


def by_link(link: Link, version: SurveyVersion, now: datetime, language: str, reference: str, set_aside: str = "") -> Response:
    """The response of somebody unknown, who comes back to it by its `reference`; another one with the same can not be stored."""
    return Response(
        **_new(version, Response.Source.LINK, now, language),
        link=link,
        reference=reference or new_reference(),
        set_aside=set_aside,
        is_simulated=link.is_simulated,
        **(_of_account(link.account) if link.account else {}),
    )


def by_member(link: Link, version: SurveyVersion, member: User, now: datetime, language: str) -> Response:
    """The response of a member of the team; another one of the same over the same `link` can not be stored."""
    return Response(**_new(version, Response.Source.LINK, now, language), link=link, member=member, is_simulated=link.is_simulated)


def by_interview(contact: Contact, version: SurveyVersion, typed_by: User, now: datetime, language: str, reference: str) -> Response:
    """A response that a member of the staff types in for `contact`, and which says so.

    Another one with the same `reference` can not be stored.
    """
    new = _new(version, Response.Source.INTERVIEW, now, language)
    return Response(
        **new, reference=reference or None, typed_by=typed_by, asked_at=now, is_simulated=contact.is_simulated, **_of_contact(contact)
    )


def by_program(contact: Contact, version: SurveyVersion, external_id: str, now: datetime, language: str) -> Response:
    """A response that was collected elsewhere; another one with the same `external_id` can not be stored."""
    new = _new(version, Response.Source.API, now, language)
    return Response(**new, external_id=external_id, is_simulated=contact.is_simulated, **_of_contact(contact))


def _new(version: SurveyVersion, source: Response.Source, now: datetime, language: str) -> dict[str, Any]:
    return {"survey_id": version.survey_id, "version": version, "source": source, "started_at": now, "language": language}


def _first_mail(invitation: Invitation) -> datetime | None:
    """When the first mail of `invitation` went out."""
    sent = invitation.deliveries.filter(sent_at__isnull=False)
    return sent.order_by("sent_at").values_list("sent_at", flat=True).first()


def _of_contact(contact: Contact) -> dict[str, Any]:
    return {"contact": contact, **_of_account(contact.account)}


def _of_account(account: Account) -> dict[str, Any]:
    """As `snapshot`, without reading the rows of its people."""
    people = {name: getattr(account, name) for name in ("segment_id", "account_manager_id", "sales_representative_id")}
    return {"account": account, "region": account.region, **people}
