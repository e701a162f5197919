"""Adding users, changing them, taking access away; teams."""

import re
import smtplib

import pytest
from allauth.account.models import EmailAddress
from auditlog.models import LogEntry
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.html import escape
from knox.models import AuthToken

from feedback_site.models import Team, User
from tests import factories

pytestmark = pytest.mark.django_db
EVIL = "<script>alert(1)</script>"
DANA = {"name": "Dana", "email": "dana@example.com", "role": "account_manager", "team": "", "language": "he", "time_zone": "Asia/Jerusalem"}


@pytest.fixture
def client_(login, administrator):
    return login(administrator)


def said(answer):
    return [str(message) for message in answer.context["messages"]]


class TestAdding:
    def test_the_mail_leads_to_a_password_and_a_login(self, client_, mailoutbox):
        client_.post("/users/new/", DANA)
        [mail] = mailoutbox
        assert (mail.to, "Kesher" in mail.subject) == (["dana@example.com"], True)
        visitor, path = Client(), re.search(r"https?://[^/]+(/\S+)", mail.body).group(1)
        form = visitor.get(path, follow=True).request["PATH_INFO"]
        visitor.post(form, {"password1": "a long secret of Dana", "password2": "a long secret of Dana"})
        answer = visitor.post("/login/login/", {"login": "Dana@Example.com", "password": "a long secret of Dana"})
        assert answer.url == "/"
        assert visitor.get("/profile/").context["user"].email == "dana@example.com"
        assert visitor.get(path, follow=True).request["PATH_INFO"] != form  # the link works once

    def test_nobody_logs_in_before(self, client_):
        client_.post("/users/new/", DANA)
        assert not User.objects.get(email="dana@example.com").has_usable_password()
        assert EmailAddress.objects.filter(email="dana@example.com", verified=True, primary=True).count() == 1

    def test_the_address_is_unique_whatever_its_case(self, client_):
        factories.user(email="dana@example.com")
        page = client_.post("/users/new/", {**DANA, "email": "DANA@example.com"})
        assert page.context["form"].errors["email"] == ["There is a user with this e-mail address already."]
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.user(email="DANA@example.com")

    def test_where_the_mail_server_is_away_the_user_is_kept_and_it_is_said(self, client_, monkeypatch):
        monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
        answer = client_.post("/users/new/", DANA, follow=True)
        assert said(answer) == [
            "Dana is saved, but the mail server did not take the mail with the link. Open the user, and send the link again."
        ]
        assert User.objects.filter(email="dana@example.com").count() == 1

    def test_the_link_can_be_sent_again(self, client_, mailoutbox):
        person = factories.user()
        client_.post(f"/users/{person.pk}/password-link/")
        assert [mail.to for mail in mailoutbox] == [[person.email]]

    def test_the_zone_of_the_organisation_is_offered(self, client_, settings):
        assert client_.get("/users/new/").context["form"]["time_zone"].value() == settings.TIME_ZONE


def refuse(*args, **kwargs):
    raise smtplib.SMTPServerDisconnected("away")


class TestList:
    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ({}, ["Admin", "Dana", "Gil"]),
            ({"q": "DAN"}, ["Dana"]),
            ({"role": "leadership"}, ["Gil"]),
            ({"is_active": "false"}, ["Gil"]),
            ({"q": "nobody"}, []),
        ],
    )
    def test_search_and_filter(self, login, query, names):
        administrator = factories.user(role="administrator", name="Admin")
        factories.user(name="Dana")
        factories.user(name="Gil", role="leadership", is_active=False)
        page = login(administrator).get("/users/", query)
        assert [user.name for user in page.context["page_obj"]] == names

    def test_by_team(self, client_):
        team = factories.team()
        factories.user(name="Dana", team=team)
        assert [user.name for user in client_.get("/users/", {"team": team.pk}).context["page_obj"]] == ["Dana"]

    def test_the_number_of_queries_does_not_grow(self, client_, django_assert_num_queries):
        with django_assert_num_queries(6):
            client_.get("/users/")
        for _ in range(3):
            factories.user(team=factories.team())
        with django_assert_num_queries(6):
            client_.get("/users/")

    def test_html_in_a_name_is_shown_as_text(self, client_):
        person = factories.user(name=EVIL, team=factories.team(name=EVIL))
        for path in ("/users/", f"/users/{person.pk}/", f"/users/{person.pk}/access/", "/teams/", "/audit/"):
            page = client_.get(path).content.decode()
            assert (EVIL in page, escape(EVIL) in page) == (False, True)


class TestTakingAccessAway:
    def test_it_asks_then_ends_sessions_and_tokens(self, client_):
        person, session = factories.user(), Client()
        session.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        _row, token = AuthToken.objects.create(person)
        assert client_.get(f"/users/{person.pk}/access/").status_code == 200
        client_.post(f"/users/{person.pk}/access/")
        assert session.get("/profile/").status_code == 302
        assert Client().get("/api/accounts/", headers={"Authorization": f"Token {token}"}).status_code == 401
        client_.post(f"/users/{person.pk}/access/")
        person.refresh_from_db()
        assert (person.is_active, AuthToken.objects.count()) == (True, 0)

    def test_the_last_administrator_stays(self, client_, administrator):
        page = client_.post(f"/users/{administrator.pk}/access/")
        assert (page.status_code, "This is the last active administrator." in page.content.decode()) == (409, True)
        page = client_.post(f"/users/{administrator.pk}/", {**DANA, "email": administrator.email, "role": "sales"})
        assert page.context["form"].errors["role"] == ["This is the last active administrator. Make somebody else an administrator first."]
        administrator.refresh_from_db()
        assert (administrator.role, administrator.is_active) == ("administrator", True)

    def test_with_another_one_they_may_go(self, client_, administrator):
        factories.user(role="administrator")
        client_.post(f"/users/{administrator.pk}/access/")
        administrator.refresh_from_db()
        assert administrator.is_active is False

    def test_a_role_is_changed_and_recorded(self, client_, administrator):
        person = factories.user(role="sales")
        client_.post(f"/users/{person.pk}/", {**DANA, "email": "new@example.com", "role": "leadership"})
        person.refresh_from_db()
        assert (person.role, person.email) == ("leadership", "new@example.com")
        entry = LogEntry.objects.get_for_object(person).latest("timestamp")
        assert (entry.actor, entry.changes["role"]) == (administrator, ["sales", "leadership"])


class TestTeams:
    def test_add_rename_delete(self, client_):
        client_.post("/teams/new/", {"name": "North"})
        team = Team.objects.get()
        member = factories.user(team=team)
        client_.post(f"/teams/{team.pk}/", {"name": "Far north"})
        team.refresh_from_db()
        assert team.name == "Far north"
        assert "1 user is left without a team" in client_.get(f"/teams/{team.pk}/delete/").content.decode()
        client_.post(f"/teams/{team.pk}/delete/")
        member.refresh_from_db()
        assert (member.team, Team.objects.count()) == (None, 0)

    def test_a_name_is_taken(self, client_):
        factories.team(name="North")
        assert "name" in client_.post("/teams/new/", {"name": "North"}).context["form"].errors

    def test_the_list_counts_members(self, client_):
        factories.user(team=factories.team(name="North"))
        assert [(team.name, team.member_count) for team in client_.get("/teams/").context["page_obj"]] == [("North", 1)]


def test_the_first_administrator_comes_by_command(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a long secret of the first")
    call_command("createsuperuser", "--noinput", email="first@example.com", name="First", verbosity=0)
    assert User.objects.get().role == "administrator"
    assert Client().post("/login/login/", {"login": "first@example.com", "password": "a long secret of the first"}).url == "/"
