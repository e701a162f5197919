"""Noting a response as handled: who may, and what is kept."""

import pytest
from django.urls import reverse

from surveys.models import Handling
from tests import factories

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def response(account_manager):
    return factories.response(factories.account(account_manager=account_manager), score=2)


def handle(response):
    return reverse("followup:handle", args=[response.pk])


def undo(response):
    return reverse("followup:undo", args=[response.pk])


def test_the_note_is_kept_with_who_and_when(login, account_manager, response):
    answer = login(account_manager).post(handle(response), {"note": " Called <Dana>\x00 "})
    assert (answer.status_code, answer["Location"]) == (302, reverse("reports:response", args=[response.pk]))
    stored = Handling.objects.get()
    assert (stored.response, stored.note, stored.handled_by) == (response, "Called <Dana>", account_manager)


def test_htmx_gets_the_part_alone(login, account_manager, response):
    answer = login(account_manager).post(handle(response), {"note": "Called <Dana>"}, headers=HTMX).content.decode()
    assert answer.strip().startswith("<section")
    assert "Called &lt;Dana&gt;" in answer
    assert "<html" not in answer


def test_it_leads_back_to_where_one_came_from_but_never_elsewhere(login, account_manager, response):
    client = login(account_manager)
    assert client.post(handle(response), {"note": "x", "next": "/feedback/?page=2"})["Location"] == "/feedback/?page=2"
    assert client.post(handle(response), {"note": "x", "next": "https://evil.example/"})["Location"] == f"/feedback/{response.pk}/"


@pytest.mark.parametrize(("headers", "status"), [({}, 422), (HTMX, 200)])
def test_an_empty_note_is_refused(login, account_manager, response, headers, status):
    answer = login(account_manager).post(handle(response), {"note": "  "}, headers=headers)
    assert answer.status_code == status
    assert "Please write in a few words what was done." in answer.content.decode()
    assert Handling.objects.count() == 0


def test_a_second_note_replaces_the_first(login, account_manager, administrator, response):
    login(account_manager).post(handle(response), {"note": "First"})
    login(administrator).post(handle(response), {"note": "Second"})
    assert list(Handling.objects.values_list("note", "handled_by")) == [("Second", administrator.pk)]


def test_it_can_be_taken_back(login, account_manager, response):
    client = login(account_manager)
    client.post(handle(response), {"note": "Called"})
    assert "Mark as handled" in client.post(undo(response), headers=HTMX).content.decode()
    assert Handling.objects.count() == 0
    assert client.post(undo(response)).status_code == 302


def test_a_response_of_another_manager_is_not_there(login, response):
    stranger = login(factories.user(role="account_manager"))
    assert stranger.post(handle(response), {"note": "x"}).status_code == 404
    Handling.objects.create(response=response, note="Kept")
    assert stranger.post(undo(response)).status_code == 404
    assert Handling.objects.count() == 1


@pytest.mark.parametrize("role", ["leadership", "sales"])
def test_who_only_reads_can_not_handle(login, response, role):
    client = login(factories.user(role=role))
    assert client.post(handle(response), {"note": "x"}).status_code == 403
    assert client.post(undo(response)).status_code == 403


def test_looking_handles_nothing(login, account_manager, response):
    assert login(account_manager).get(handle(response)).status_code == 405
    assert Handling.objects.count() == 0


def test_the_list_offers_to_take_the_note_back(login, account_manager, response):
    client = login(account_manager)
    client.post(handle(response), {"note": "Called"})
    page = client.get("/feedback/?band=detractor").content.decode()
    assert f'action="{undo(response)}"' in page
    answer = client.post(undo(response), {"next": f"/feedback/?band=detractor#response-{response.pk}"})
    assert (answer["Location"], Handling.objects.count()) == (f"/feedback/?band=detractor#response-{response.pk}", 0)
