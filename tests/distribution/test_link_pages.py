"""The pages on which links are made and looked after."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from surveys.models import Link, Response
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(login, survey_owner):
    return login(survey_owner)


def posted(survey, **fields):
    return {
        "name": "Shop",
        "survey": survey.pk,
        "account": "",
        "opens_on": "",
        "closes_on": "",
        "one_per_browser": "on",
        "origins": "",
        **fields,
    }


def test_a_new_link(owner, survey_owner):
    survey = factories.survey()
    sites = "https://www.example.com/contact?x=1\nhttps://shop.example.com:8443\n\nhttps://www.example.com"
    sent = owner.post(reverse("distribution:add_link"), posted(survey, closes_on="2030-01-31", origins=sites))
    link = Link.objects.get()
    assert sent["Location"] == reverse("distribution:link", args=[link.pk])
    assert (link.survey, link.created_by, link.origins) == (
        survey,
        survey_owner,
        ["https://www.example.com", "https://shop.example.com:8443"],
    )
    assert link.closes_at.isoformat() == "2030-01-31T21:59:59+00:00"  # the end of the day in Jerusalem
    assert len(link.token) >= 16


@pytest.mark.parametrize(
    "fields, field",
    [
        ({"origins": "example.com"}, "origins"),
        ({"origins": "javascript:alert(1)"}, "origins"),
        ({"origins": "https://a.example; script-src *"}, "origins"),
        ({"origins": "\n".join(f"https://{n}.example.com" for n in range(21))}, "origins"),
        ({"opens_on": "2030-02-01", "closes_on": "2030-01-31"}, "closes_on"),
        ({"name": ""}, "name"),
        ({"closes_on": "2020-01-01"}, "closes_on"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(owner, fields, field):
    page = owner.post(reverse("distribution:add_link"), posted(factories.survey(), **fields))
    assert (page.status_code, list(page.context["form"].errors), Link.objects.count()) == (422, [field], 0)


@pytest.mark.parametrize("asked", [{"is_anonymous": True}, {"audience": "team"}])
def test_no_account_where_nobody_may_be_known(owner, asked):
    account = factories.account()
    page = owner.post(reverse("distribution:add_link"), posted(factories.survey(**asked), account=account.pk))
    assert list(page.context["form"].errors) == ["account"]


def test_stopped_and_taken_up_again(owner):
    link = factories.link()
    owner.post(reverse("distribution:stop_link", args=[link.pk]))
    assert Link.objects.get().is_stopped is True
    owner.post(reverse("distribution:go_on_link", args=[link.pk]))
    assert Link.objects.get().is_stopped is False


def test_the_page_counts_what_came(owner):
    link = factories.link()
    for fields in ({}, {"state": "partial"}, {"set_aside": "too_fast"}):
        factories.response(survey=link.survey, link=link, **fields)
    shown = owner.get(reverse("distribution:link", args=[link.pk])).context["link"]
    assert (shown.complete, shown.partial, shown.set_aside) == (1, 1, 1)


def test_the_list_needs_the_same_queries_for_one_and_for_three(owner):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as found:
            owner.get(reverse("distribution:links"))
        return len(found)

    factories.link(account=factories.account())
    first = queries()
    for _n in range(2):
        factories.link(account=factories.account())
    assert queries() == first


@pytest.mark.parametrize("role", ["account_manager", "team_lead", "leadership", "sales"])
def test_only_who_manages_surveys(login, role):
    link, client = factories.link(), login(factories.user(role=role))
    pages = [reverse("distribution:links"), reverse("distribution:add_link"), reverse("distribution:link", args=[link.pk])]
    assert [client.get(page).status_code for page in pages] == [403, 403, 403]
    assert client.post(reverse("distribution:stop_link", args=[link.pk])).status_code == 403
    assert Response.objects.count() == 0


def test_a_new_link_is_saved_as_its_form_opens(owner):
    survey = factories.survey()
    form = owner.get(f"{reverse('distribution:add_link')}?survey={survey.pk}").context["form"]
    opened = {name: form[name].value() or "" for name in form.fields}
    assert opened["origins"] == ""
    owner.post(reverse("distribution:add_link"), {**opened, "name": "As it is"})
    assert Link.objects.get().origins == []


def test_what_is_copied_for_the_site_is_escaped_there_too(owner):
    survey = factories.survey(published=False)
    draft = survey.draft
    draft.texts["en"]["title"] = 'שו"ת "><script>alert(1)</script>'
    draft.save()
    survey.versions.update(state="published")
    page = owner.get(reverse("distribution:link", args=[factories.link(survey, origins=["https://a.example"]).pk])).content.decode()
    copied = [html.unescape(lines) for lines in re.findall(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)]
    assert len(copied) == 2
    assert all("<script>alert" not in lines and "&quot;&gt;&lt;script&gt;" in lines for lines in copied)
