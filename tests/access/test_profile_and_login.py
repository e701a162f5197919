"""One's own language, appearance, tokens and second factor; the login pages."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from knox.models import AuthToken

from tests import factories

pytestmark = pytest.mark.django_db
PASSWORD = "a password for tests"  # of the factory


def log_in_and_prove_it(client, user):
    """What changes the login asks for the password once more."""
    client.post("/login/login/", {"login": user.email, "password": PASSWORD})
    client.post("/login/reauthenticate/", {"password": PASSWORD})


class TestSwitches:
    @pytest.mark.parametrize(
        ("wish", "goes"), [("/accounts/?q=a", "/accounts/?q=a"), ("https://evil.example/", "/"), ("//evil.example", "/"), ("", "/")]
    )
    def test_language_is_kept_with_the_user_and_leads_back_within_the_site(self, login, account_manager, wish, goes):
        answer = login(account_manager).post("/language/", {"language": "he", "next": wish})
        account_manager.refresh_from_db()
        assert (answer.url, account_manager.language) == (goes, "he")

    def test_visitors_keep_it_in_a_cookie(self, client):
        client.post("/language/", {"language": "he", "next": "/login/login/"})
        page = client.get("/login/login/").content.decode()
        assert '<html lang="he" dir="rtl"' in page

    def test_appearance(self, login, account_manager):
        client = login(account_manager)
        client.post("/theme/", {"theme": "dark", "next": "/profile/"})
        assert 'data-bs-theme="dark"' in client.get("/profile/").content.decode()

    @pytest.mark.parametrize(("path", "field"), [("/language/", "language"), ("/theme/", "theme")])
    def test_nonsense_and_gets_change_nothing(self, login, account_manager, path, field):
        client = login(account_manager)
        client.post(path, {field: "nonsense"})
        assert client.get(path).status_code == 405
        account_manager.refresh_from_db()
        assert (account_manager.language, account_manager.theme) == ("en", "auto")


class TestProfile:
    def test_it_is_saved(self, login, account_manager):
        values = {"name": "Dana", "language": "he", "time_zone": "Europe/Paris", "theme": "light"}
        assert login(account_manager).post("/profile/", values).url == "/profile/"
        account_manager.refresh_from_db()
        assert {name: getattr(account_manager, name) for name in values} == values

    def test_nobody_gives_oneself_a_role(self, login, account_manager):
        values = {"name": "Dana", "language": "he", "time_zone": "Europe/Paris", "theme": "light", "role": "administrator"}
        login(account_manager).post("/profile/", values)
        account_manager.refresh_from_db()
        assert account_manager.role == "account_manager"


class TestTokens:
    def test_a_token_is_shown_once_and_opens_the_api(self, login, account_manager):
        client = login(account_manager)
        answer = client.post("/profile/tokens/")
        token = re.search(r'id="new-token"[^>]*value="([^"]+)"', answer.content.decode()).group(1)
        assert answer["Cache-Control"] == "no-store"
        assert Client().get("/api/accounts/", headers={"Authorization": f"Token {token}"}).status_code == 200
        assert token not in client.get("/profile/").content.decode()

    def test_it_is_revoked_after_asking(self, login, account_manager):
        row, _token = AuthToken.objects.create(account_manager)
        client, path = login(account_manager), f"/profile/tokens/{row.token_key}/revoke/"
        assert (client.get(path).status_code, AuthToken.objects.count()) == (200, 1)
        client.post(path)
        assert AuthToken.objects.count() == 0

    def test_anothers_is_not_found(self, login, account_manager):
        row, _token = AuthToken.objects.create(factories.user())
        assert login(account_manager).post(f"/profile/tokens/{row.token_key}/revoke/").status_code == 404
        assert AuthToken.objects.count() == 1


class TestLogin:
    def test_a_wrong_password_says_neither_which_was_wrong(self, client, account_manager):
        texts = []
        for email in (account_manager.email, "nobody@example.com"):
            page = client.post("/login/login/", {"login": email, "password": "wrong"})
            texts.append(page.context["form"].non_field_errors() or page.context["form"].errors)
        assert str(texts[0]) == str(texts[1])

    def test_registration_is_closed(self, client):
        assert "Administrators add the users of this site." in client.get("/login/signup/").content.decode()

    def test_a_forgotten_password_is_mailed_to_users_without_an_address_row(self, client, account_manager, mailoutbox):
        client.post("/login/password/reset/", {"email": account_manager.email.upper()})
        assert [mail.to for mail in mailoutbox] == [[account_manager.email]]
        assert "/login/password/reset/key/" in mailoutbox[0].body

    def test_the_second_factor_is_set_up_and_asked_for(self, client, account_manager):
        log_in_and_prove_it(client, account_manager)
        page = client.get("/login/2fa/totp/activate/")
        secret = page.context["form"].secret
        assert client.post("/login/2fa/totp/activate/", {"code": code_of(secret)}).status_code == 302
        again = Client()
        answer = again.post("/login/login/", {"login": account_manager.email, "password": PASSWORD})
        assert answer.url == "/login/2fa/authenticate/"
        assert again.get("/profile/").status_code == 302
        assert again.post("/login/2fa/authenticate/", {"code": "000000"}).status_code == 200
        assert again.get("/profile/").status_code == 302

    def test_addresses_are_the_administrators_business(self, login, account_manager):
        assert login(account_manager).get("/login/email/").url == "/profile/"


def code_of(secret):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


class TestPolicy:
    INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style|\sstyle=|\son[a-z]+=|javascript:")
    VISITORS = ("/login/login/", "/login/signup/", "/login/password/reset/", "/login/password/reset/done/")
    USERS = (
        "/login/logout/",
        "/login/password/change/",
        "/login/2fa/",
        "/login/2fa/totp/activate/",
        "/login/2fa/webauthn/add/",
        "/login/reauthenticate/",
    )

    @pytest.mark.parametrize("path", VISITORS + USERS)
    def test_no_page_needs_inline_scripts_or_styles(self, client, account_manager, path):
        if path in self.USERS:
            log_in_and_prove_it(client, account_manager)
        answer = client.get(path)
        assert answer.status_code == 200
        assert self.INLINE.findall(answer.content.decode()) == []
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert "<h1" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("wish", ["nonsense", "home", "//evil.example/", "https://evil.example/", ""])
def test_a_wish_that_is_no_path_of_ours_is_no_error(client, wish):
    answer = client.post("/language/", {"language": "he", "next": wish})
    assert (answer.status_code, "evil" in answer["Location"]) == (302, False)
