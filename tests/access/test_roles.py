"""Who opens which page, and who sees which rows: the same answer everywhere."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern

from feedback_site.access.models import Role
from feedback_site.shell import MAILBOX, PAGES
from surveys.models import Account, Contact
from tests import factories

pytestmark = pytest.mark.django_db
ALL = {"administrator", "survey_owner", "account_manager", "team_lead", "leadership", "sales"}
MAY_OPEN = {
    "reports:satisfaction_revenue": ALL,
    "reports:feedback": ALL,
    "reports:themes": ALL,
    "followup:alerts": ALL,
    "reports:results_list": ALL,
    "collection:team_surveys": {"account_manager", "team_lead", "sales"},
    "customers:accounts": ALL,
    "customers:contacts": ALL,
    "customers:segments": {"administrator", "survey_owner"},
    "authoring:surveys": {"administrator", "survey_owner"},
    "distribution:list": {"administrator", "survey_owner"},
    "distribution:mailbox": {"administrator", "survey_owner"},
    "text:engines": {"administrator", "survey_owner"},
    "sales:opportunities": ALL,
    "imports:list": {"administrator", "survey_owner"},
    "access:users": {"administrator"},
    "access:audit": {"administrator"},
}
OPEN_TO_VISITORS = {
    "account_login",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
    "api-docs",
    "api-schema",  # what the API offers, not what it holds
}


def test_every_entry_of_the_navigation_is_in_the_table():
    assert {page.view for page in (*PAGES, MAILBOX)} == MAY_OPEN.keys()


@pytest.mark.parametrize("role", Role.values)
def test_pages_open_for_the_roles_of_the_table(login, role):
    client = login(factories.user(role=role))
    statuses = {view: client.get(reverse(view)).status_code for view in MAY_OPEN}
    assert statuses == {view: 200 if role in roles else 403 for view, roles in MAY_OPEN.items()}


@pytest.mark.parametrize("role", Role.values)
def test_the_navigation_offers_just_those(login, role):
    page = login(factories.user(role=role)).get("/profile/")
    offered = {entry["url"] for entry in page.context["navigation"]}
    assert offered == {reverse(view) for view, roles in MAY_OPEN.items() if role in roles}


def plain_addresses(patterns, prefix="", namespace=""):
    """The name and address of every page without arguments."""
    for pattern in patterns:
        where = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            if "<" not in where and "(" not in where and pattern.name:
                yield f"{namespace}{pattern.name}", "/" + where.replace("^", "").replace("$", "")
        else:
            inside = f"{pattern.namespace}:" if pattern.namespace else namespace
            yield from plain_addresses(pattern.url_patterns, where, inside)


def test_visitors_are_asked_to_log_in_everywhere_else(client):
    answers = {name: client.get(path) for name, path in plain_addresses(get_resolver().url_patterns)}
    open_ = {name for name, answer in answers.items() if answer.status_code == 200}
    assert open_ - OPEN_TO_VISITORS == set()
    refused = {name: answer.status_code for name, answer in answers.items() if answer.status_code not in (200, 302)}
    assert set(refused.values()) <= {401, 403, 404, 405}
    assert len(answers) > 60


class TestRows:
    @pytest.fixture
    def world(self):
        team = factories.team()
        manager, colleague = (factories.user(team=team) for _ in range(2))
        seller = factories.user(role="sales")
        accounts = {
            "own": factories.account(account_manager=manager),
            "colleague's": factories.account(account_manager=colleague),
            "sold": factories.account(sales_representative=factories.representative(user=seller)),
            "nobody's": factories.account(),
        }
        for account in accounts.values():
            factories.contact(account)
        users = {
            "manager": manager,
            "lead": factories.user(role="team_lead", team=team),
            "lead without team": factories.user(role="team_lead"),
            "seller": seller,
            "leadership": factories.user(role="leadership"),
            "owner": factories.user(role="survey_owner"),
            "administrator": factories.user(role="administrator"),
            "left": factories.user(role="administrator", is_active=False),
            "visitor": AnonymousUser(),
        }
        return accounts, users

    @pytest.mark.parametrize(
        ("who", "sees"),
        [
            ("manager", {"own"}),
            ("lead", {"own", "colleague's"}),
            ("lead without team", set()),
            ("seller", {"sold"}),
            ("leadership", {"own", "colleague's", "sold", "nobody's"}),
            ("owner", {"own", "colleague's", "sold", "nobody's"}),
            ("administrator", {"own", "colleague's", "sold", "nobody's"}),
            ("left", set()),
            ("visitor", set()),
        ],
    )
    def test_accounts_and_their_contacts(self, world, who, sees):
        accounts, users = world
        expected = {accounts[name] for name in sees}
        assert set(Account.objects.visible_to(users[who])) == expected
        assert {contact.account for contact in Contact.objects.visible_to(users[who])} == expected


@pytest.mark.parametrize(
    ("address", "entry"),
    [
        ("/report/", "/report/"),
        ("/feedback/", "/feedback/"),
        ("/feedback/{}/", "/feedback/"),
        ("/report/rows/?figure=revenue", "/report/"),
        ("/surveys/new/", "/surveys/"),
    ],
)
def test_the_navigation_marks_where_one_is(login, address, entry):
    response = factories.response()
    page = login(factories.user(role="administrator")).get(address.format(response.pk))
    assert [one["url"] for one in page.context["navigation"] if one["current"]] == [entry]


def test_every_page_says_in_the_browsers_tab_what_it_is(login, administrator):
    client = login(administrator)
    titles = {}
    for page in PAGES:
        found = client.get(reverse(page.view), follow=True)
        titles[page.view] = re.search(r"<title>(.*?)</title>", found.content.decode(), re.DOTALL)[1].strip()
    assert [view for view, title in titles.items() if not title.removesuffix("Kesher").strip(" ·")] == []
    assert len(set(titles.values())) == len(titles)
