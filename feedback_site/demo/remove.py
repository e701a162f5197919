"""Remove the simulated company, with all that hangs on it; real rows stay."""

from auditlog.context import disable_auditlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from analytics.models import Campaign, ExchangeRate, Opportunity, RevenueEntry, Spend
from feedback_site.access.models import Role, Team, User
from feedback_site.demo.logins import only_simulated_administrators
from surveys.models import (
    Account,
    Alert,
    Answer,
    Contact,
    Delivery,
    Distribution,
    Handling,
    Invitation,
    Link,
    Representative,
    Response,
    Segment,
    Skip,
    Suppression,
    Survey,
    UndoneUnsubscription,
)


@transaction.atomic
def remove() -> dict[str, int]:
    """Delete every simulated row and return how many rows went, by kind.

    What a real user attached to the demo goes with it: contacts, revenue and opportunities of its accounts,
    and what was asked or answered with its surveys. A real account, response or spend that was put into
    a simulated segment stays, without a segment. So does the simulated administrator where no real one could
    log in any more.
    """
    simulated = Q(is_simulated=True)
    with disable_auditlog():
        _empty_the_segment_of_real_rows()
        gone = _delete_feedback(simulated)
        gone += [
            _delete(Opportunity.objects.filter(simulated | Q(account__is_simulated=True))),
            _delete(RevenueEntry.objects.filter(simulated | Q(account__is_simulated=True))),
            _delete(Spend.objects.filter(simulated)),
            _delete(Campaign.objects.filter(simulated)),
            _delete(ExchangeRate.objects.filter(simulated)),
            _delete(Suppression.objects.filter(email__in=Contact.objects.filter(is_simulated=True).values("email"))),
            _delete(
                UndoneUnsubscription.objects.filter(email__in=Contact.objects.filter(is_simulated=True).values(address=Lower("email")))
            ),
            _delete(Contact.objects.filter(simulated | Q(account__is_simulated=True))),
            _delete(Account.objects.filter(simulated)),
            _delete(Segment.objects.filter(simulated)),
            _delete(Representative.objects.filter(simulated)),
            _delete(_users_to_remove()),
            _delete(Team.objects.filter(simulated)),
        ]
    return {name: count for name, count in gone if count}


def _empty_the_segment_of_real_rows() -> None:
    for model in (Account, Response, Spend):
        model._default_manager.filter(is_simulated=False, segment__is_simulated=True).update(segment=None)


def _users_to_remove() -> QuerySet[User]:
    simulated = User.objects.filter(is_simulated=True)
    return simulated.exclude(role=Role.ADMINISTRATOR) if only_simulated_administrators() else simulated


def _delete_feedback(simulated: Q) -> list[tuple[str, int]]:
    """Surveys with all that was asked and answered; children first, so that no delete has to look for them."""
    distributions = Distribution.objects.filter(simulated | Q(survey__is_simulated=True))
    invitations = Invitation.objects.filter(
        Q(distribution__in=distributions) | Q(contact__account__is_simulated=True) | Q(contact__is_simulated=True)
    )
    responses = Response.objects.filter(simulated | Q(survey__is_simulated=True) | Q(account__is_simulated=True))
    return [
        _delete(Alert.objects.filter(Q(account__is_simulated=True) | Q(contact__is_simulated=True))),
        _delete(Handling.objects.filter(response__in=responses)),
        _delete(Answer.objects.filter(response__in=responses)),
        _delete(responses),
        _delete(Delivery.objects.filter(invitation__in=invitations)),
        _delete(invitations),
        _delete(Skip.objects.filter(distribution__in=distributions)),
        _delete(distributions),
        _delete(Link.objects.filter(simulated | Q(survey__is_simulated=True))),
        _delete(Survey.objects.filter(is_simulated=True)),
    ]


def _delete(rows: "QuerySet") -> tuple[str, int]:  # type: ignore[type-arg]
    counts = rows.order_by().delete()[1]
    return str(rows.model._meta.verbose_name_plural), counts.get(rows.model._meta.label, 0)
