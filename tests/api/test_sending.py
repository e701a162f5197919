"""Distributions, what became of each invitation, alerts and the rest of sending, by the API: the same rows as on the pages."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from surveys.models import Alert, Delivery, ExcludedAddress, ExclusionList, SavedAudience, Schedule, Skip, Suppression
from tests import factories

pytestmark = pytest.mark.django_db
OF_ACCOUNTS = ["invitations", "skips", "alerts"]  # everybody reads those of the accounts that they see
OF_OWNERS = ["distributions", "suppressions", "audiences", "exclusion-lists", "schedules"]  # survey owners and administrators only
ALL = [*OF_ACCOUNTS, *OF_OWNERS]
READS = {"administrator": 200, "survey_owner": 200, "leadership": 403, "team_lead": 403, "account_manager": 403, "sales": 403}
SENT = datetime(2026, 2, 1, 9, tzinfo=UTC)


def make(account, owner=None):
    """One row for every list."""
    owner = owner or factories.user(role="survey_owner")
    distribution = factories.distribution(created_by=owner)
    invitation = factories.invitation(distribution, factories.contact(account))
    Delivery.objects.create(invitation=invitation, state="sent", sent_at=SENT)
    Skip.objects.create(distribution=distribution, contact=factories.contact(account), reason="left")
    Suppression.objects.create(email=f"gone{invitation.pk}@example.com", reason="bounced", survey=distribution.survey)
    SavedAudience.objects.create(name=f"Audience {invitation.pk}", created_by=owner, is_shared=True, audience={"regions": ["North"]})
    listed = ExclusionList.objects.create(name=f"List {invitation.pk}")
    ExcludedAddress.objects.create(exclusion_list=listed, email="rival@example.com")
    Schedule.objects.create(name="Each quarter", survey=distribution.survey, kind="recurring", created_by=owner)
    facts = {"email": invitation.contact.email}
    Alert.objects.create(kind="contact_bounces", account=account, contact=invitation.contact, occasion=f"x{invitation.pk}", facts=facts)
    return invitation


def rows(client, name, /, **query):
    response = client.get(f"/api/{name}/", query)
    assert response.status_code == 200, response.content
    return response.json()["results"]


@pytest.mark.parametrize("name", ALL)
class TestEveryList:
    def test_without_a_token(self, name):
        assert APIClient().get(f"/api/{name}/").status_code == 401

    def test_single_row_equals_the_row_of_the_list(self, api, administrator, name):
        make(factories.account())
        client = api(administrator)
        [row] = rows(client, name)
        assert client.get(f"/api/{name}/{row['id']}/").json() == row

    def test_pages(self, api, administrator, name):
        for _ in range(3):
            make(factories.account())
        client = api(administrator)
        first = client.get(f"/api/{name}/", {"page_size": 2}).json()
        second = client.get(first["next"]).json()
        assert (first["count"], len(first["results"]), len(second["results"]), second["next"]) == (3, 2, 1, None)

    def test_the_number_of_queries_does_not_grow_with_the_rows(self, api, administrator, name):
        make(factories.account())
        client = api(administrator)
        with CaptureQueriesContext(connection) as one:
            rows(client, name)
        for _ in range(2):
            make(factories.account())
        with CaptureQueriesContext(connection) as three:
            assert len(rows(client, name)) == 3
        assert len(three) == len(one)

    def test_no_row_is_changed_or_deleted(self, api, administrator, name):
        make(factories.account())
        client = api(administrator)
        [row] = rows(client, name)
        address = f"/api/{name}/{row['id']}/"
        assert {client.put(address).status_code, client.patch(address).status_code, client.delete(address).status_code} <= {403, 405}
        assert rows(client, name) == [row]


class TestWhoReads:
    @pytest.mark.parametrize("name", OF_OWNERS)
    @pytest.mark.parametrize("role", READS)
    def test_by_role_as_on_the_pages(self, api, name, role):
        make(factories.account())
        client = api(factories.user(role=role))
        assert client.get(f"/api/{name}/").status_code == READS[role]
        assert client.get(f"/api/{name}/1/").status_code in (READS[role], 404 if READS[role] == 200 else 403)

    @pytest.mark.parametrize("name", OF_ACCOUNTS)
    @pytest.mark.parametrize(
        ("role", "seen"),
        [("account_manager", 1), ("team_lead", 2), ("sales", 1), ("leadership", 4), ("survey_owner", 4), ("administrator", 4)],
    )
    def test_own_accounts_only(self, api, name, role, seen):
        team = factories.team()
        user, colleague = factories.user(role=role, team=team), factories.user(team=team)
        own = {"sales_representative": factories.representative(user=user)} if role == "sales" else {"account_manager": user}
        accounts = [factories.account(**fields) for fields in (own, {"account_manager": colleague}, {}, {})]
        for account in accounts:
            make(account)
        found = rows(api(user), name)
        assert [row["account"] for row in found] == [account.external_id for account in accounts[:seen]]
        strange = rows(api(factories.user(role="administrator")), name)[seen:]
        assert {api(user).get(f"/api/{name}/{row['id']}/").status_code for row in strange} <= {404}

    def test_alerts_are_those_of_the_page(self, api, login, account_manager):
        for fields in ({"account_manager": account_manager}, {}):
            make(factories.account(**fields))
        page = login(account_manager).get(reverse("followup:alerts")).context["page_obj"]
        assert [row["id"] for row in rows(api(account_manager), "alerts")] == [alert.pk for alert in page]

    def test_others_audiences_where_they_share_them(self, api, survey_owner):
        make(factories.account())
        SavedAudience.objects.update(is_shared=False)
        make(factories.account(), survey_owner)
        assert [row["created_by"] for row in rows(api(survey_owner), "audiences")] == [survey_owner.email]


class TestWhatARowHolds:
    def test_a_distribution_with_its_counts(self, api, administrator):
        distribution = make(factories.account()).distribution
        for state, number in (("sent", 0), ("bounced", 0)):
            invitation = factories.invitation(distribution, answered_at=timezone.now() if state == "sent" else None)
            Delivery.objects.create(invitation=invitation, state=state, number=number)
        Delivery.objects.create(invitation=invitation, state="queued", number=1)
        make(factories.account())
        [row, _other] = rows(api(administrator), "distributions")
        assert {name: row[name] for name in ("invited", "answered", "skipped", "mails", "state", "survey", "version")} == {
            "invited": 3,
            "answered": 1,
            "skipped": 1,
            "mails": {"sent": 2, "bounced": 1, "queued": 1},
            "state": "confirmed",
            "survey": distribution.survey.key,
            "version": 1,
        }

    def test_an_invitation_with_what_became_of_it(self, api, administrator):
        invitation = make(factories.account())
        Delivery.objects.create(invitation=invitation, number=1, state="bounced", reason="550 no such mailbox")
        [row] = rows(api(administrator), "invitations")
        row.pop("created_at")
        assert row == {
            "id": invitation.pk,
            "distribution": invitation.distribution_id,
            "survey": invitation.distribution.survey.key,
            "contact": invitation.contact.email,
            "account": invitation.contact.account.external_id,
            "language": "en",
            "state": "bounced",
            "reminder": 1,
            "reason": "550 no such mailbox",
            "sent_at": None,
            "answered": "no",
            "answered_at": None,
        }

    def test_an_answer_whole_or_in_part(self, api, administrator):
        invitation = make(factories.account())
        client = api(administrator)
        factories.response(contact=invitation.contact, survey=invitation.distribution.survey, invitation=invitation, state="partial")
        assert [row["answered"] for row in rows(client, "invitations")] == ["partly"]
        type(invitation).objects.update(answered_at=SENT)
        [row] = rows(client, "invitations")
        assert (row["answered"], datetime.fromisoformat(row["answered_at"])) == ("yes", SENT)

    def test_of_an_anonymous_survey_not_when_it_was_answered(self, api, administrator):
        survey = factories.survey(is_anonymous=True)
        factories.invitation(factories.distribution(survey), answered_at=SENT)
        [row] = rows(api(administrator), "invitations")
        assert (row["answered"], row["answered_at"]) == ("yes", None)

    def test_an_alert(self, api, administrator, account_manager):
        invitation = make(factories.account(account_manager=account_manager))
        [row] = rows(api(administrator), "alerts")
        assert {name: row[name] for name in ("kind", "account", "contact", "facts", "seen_at", "seen_by")} == {
            "kind": "contact_bounces",
            "account": invitation.contact.account.external_id,
            "contact": invitation.contact.email,
            "facts": {"email": invitation.contact.email},
            "seen_at": None,
            "seen_by": None,
        }

    def test_a_list_with_its_size(self, api, administrator):
        make(factories.account())
        assert [row["size"] for row in rows(api(administrator), "exclusion-lists")] == [1]


class TestFilters:
    @pytest.fixture
    def one(self):
        """An invitation, and another that fits no filter of these tests."""
        other = make(factories.account())
        Delivery.objects.filter(invitation=other).update(state="failed", sent_at=None)
        Skip.objects.update(reason="excluded")
        Suppression.objects.update(reason="complained")
        Schedule.objects.update(is_stopped=True, kind="event")
        Alert.objects.update(kind="account_silent", seen_at=timezone.now())
        type(other.distribution).objects.update(state="prepared")
        SavedAudience.objects.update(is_shared=False)
        return make(factories.account())

    def test_each(self, api, administrator, one):
        distribution, contact = one.distribution, one.contact
        same_account = [{"account": contact.account.external_id}]
        of_survey, of_contact = {"survey": distribution.survey.key}, {"contact": contact.email.upper()}
        queries = {
            "distributions": [of_survey, {"state": "confirmed"}],
            "invitations": [
                {"distribution": distribution.pk},
                of_survey,
                of_contact,
                *same_account,
                {"state": "sent"},
                {"answer": "silent"},
            ],
            "skips": [{"distribution": distribution.pk}, *same_account, {"reason": "left"}],
            "suppressions": [{"reason": "bounced"}, of_survey, {"email": f"GONE{one.pk}@example.com"}],
            "audiences": [{"is_shared": "true"}, {"name": f"audience {one.pk}"}],
            "exclusion-lists": [{"name": f"list {one.pk}"}],
            "schedules": [of_survey, {"kind": "recurring"}, {"is_stopped": "false"}],
            "alerts": [{"kind": "contact_bounces"}, {"seen": "false"}, *same_account],
        }
        client = api(administrator)
        found = {name: [len(rows(client, name, **query)) for query in asked] for name, asked in queries.items()}
        assert found == {name: [1] * len(asked) for name, asked in queries.items()}

    @pytest.mark.parametrize(
        "address", ["distributions/?state=maybe", "invitations/?state=maybe", "skips/?reason=x", "alerts/?kind=x", "schedules/?kind=x"]
    )
    def test_that_can_not_be_meant(self, api, administrator, address):
        assert api(administrator).get(f"/api/{address}").status_code == 400


class TestSuppressing:
    def test_an_address_is_added_once(self, api, survey_owner):
        client = api(survey_owner)
        given = {"email": "Dana@Example.com", "reason": "unsubscribed"}
        first, again = (client.post("/api/suppressions/", given, format="json") for _ in range(2))
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()
        assert list(Suppression.objects.values_list("email", "reason", "survey", "source")) == [
            ("dana@example.com", "unsubscribed", None, "API")
        ]

    def test_for_one_survey_and_for_all_are_two(self, api, survey_owner):
        survey, client = factories.survey(), api(survey_owner)
        for extra in ({"survey": survey.key, "source": "CRM"}, {}):
            client.post("/api/suppressions/", {"email": "dana@example.com", "reason": "unsubscribed", **extra}, format="json")
        assert list(Suppression.objects.order_by("pk").values_list("survey", "source")) == [(survey.pk, "CRM"), (None, "API")]

    @pytest.mark.parametrize(
        ("given", "wrong"),
        [
            ({}, ["email", "reason"]),
            ({"email": "none", "reason": "bounced"}, ["email"]),
            ({"email": "dana@example.com", "reason": "tired"}, ["reason"]),
            ({"email": "dana@example.com", "reason": "bounced", "survey": "no such"}, ["survey"]),
        ],
    )
    def test_what_is_wrong_is_named(self, api, survey_owner, given, wrong):
        answer = api(survey_owner).post("/api/suppressions/", given, format="json")
        assert (answer.status_code, sorted(answer.json()), Suppression.objects.count()) == (400, wrong, 0)

    def test_a_bounce_or_a_complaint_is_of_no_single_survey(self, api, survey_owner):
        """It would hide, under the name of one, what all surveys have to heed."""
        given = {"email": "dana@example.com", "reason": "complained", "survey": factories.survey().key}
        answer = api(survey_owner).post("/api/suppressions/", given, format="json")
        assert (answer.status_code, list(answer.json())) == (400, ["survey"])
        assert not Suppression.objects.exists()

    @pytest.mark.parametrize("role", ["leadership", "account_manager", "team_lead", "sales"])
    def test_not_by_others(self, api, role):
        given = {"email": "dana@example.com", "reason": "unsubscribed"}
        assert api(factories.user(role=role)).post("/api/suppressions/", given, format="json").status_code == 403

    def test_nothing_is_lifted(self, api, administrator):
        row = Suppression.objects.create(email="dana@example.com", reason="bounced")
        assert api(administrator).delete(f"/api/suppressions/{row.pk}/").status_code == 405
        assert Suppression.objects.count() == 1


class TestAddressesOfAList:
    @pytest.fixture
    def address(self):
        return f"/api/exclusion-lists/{ExclusionList.objects.create(name='Rivals').pk}/addresses/"

    def test_are_put_on_read_and_taken_off(self, api, survey_owner, address):
        client = api(survey_owner)
        added = client.post(address, {"emails": ["Dana@example.com", "dana@EXAMPLE.com", "avi@example.com"]}, format="json")
        again = client.post(address, {"emails": ["dana@example.com"]}, format="json")
        assert (added.json(), again.json()) == ({"added": 2}, {"added": 0})
        assert [row["email"] for row in client.get(address).json()["results"]] == ["avi@example.com", "dana@example.com"]
        removed = client.post(f"{address}remove/", {"emails": ["DANA@example.com", "who@example.com"]}, format="json")
        assert (removed.json(), list(ExcludedAddress.objects.values_list("email", flat=True))) == ({"removed": 1}, ["avi@example.com"])

    def test_all_or_none(self, api, survey_owner, address):
        answer = api(survey_owner).post(address, {"emails": ["dana@example.com", "none"]}, format="json")
        assert (answer.status_code, ExcludedAddress.objects.count()) == (400, 0)

    def test_at_most_a_thousand_at_once(self, api, survey_owner, address):
        emails = [f"n{n}@example.com" for n in range(1001)]
        client = api(survey_owner)
        assert client.post(address, {"emails": emails}, format="json").status_code == 400
        assert client.post(address, {"emails": emails[:1000]}, format="json").json() == {"added": 1000}
        assert client.post(f"{address}remove/", {"emails": emails[:1000]}, format="json").json() == {"removed": 1000}

    @pytest.mark.parametrize("role", ["leadership", "account_manager", "team_lead", "sales"])
    def test_not_for_others(self, api, address, role):
        client, given = api(factories.user(role=role)), {"emails": ["dana@example.com"]}
        answers = [client.get(address), client.post(address, given, format="json"), client.post(f"{address}remove/", given, format="json")]
        assert [answer.status_code for answer in answers] == [403] * 3


class TestSeen:
    def alert(self, **fields):
        return Alert.objects.create(kind="account_silent", account=factories.account(**fields), occasion=f"s{Alert.objects.count()}")

    def test_is_noted_once_with_whom(self, api, account_manager, administrator):
        alert = self.alert(account_manager=account_manager)
        answers = [api(user).post(f"/api/alerts/{alert.pk}/seen/") for user in (account_manager, administrator)]
        assert [(answer.status_code, answer.json()["seen_by"]) for answer in answers] == [(200, account_manager.email)] * 2
        alert.refresh_from_db()
        assert timezone.now() - alert.seen_at < timedelta(minutes=1)

    def test_not_of_others_accounts(self, api, account_manager):
        assert api(account_manager).post(f"/api/alerts/{self.alert().pk}/seen/").status_code == 404

    @pytest.mark.parametrize("role", ["leadership", "sales"])
    def test_not_by_those_who_only_look_on(self, api, role):
        user = factories.user(role=role)
        alert = self.alert(sales_representative=factories.representative(user=user))
        assert api(user).post(f"/api/alerts/{alert.pk}/seen/").status_code == 403
