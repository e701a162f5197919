"""A list is not deleted while something leaves out who stands on it: they would be mailed."""

import pytest
from django.urls import reverse

from surveys.models import ExclusionList, SavedAudience, Schedule
from tests import factories

pytestmark = pytest.mark.django_db


def to(name, *args):
    return reverse(f"distribution:{name}", args=args)


@pytest.fixture
def owner(login, survey_owner):
    return login(survey_owner)


@pytest.fixture
def rivals():
    return ExclusionList.objects.create(name="Rivals")


def of(*lists):
    return {"regions": ["North"], "exclusion_lists": [one.pk for one in lists]}


def prepared(audience, **fields):
    return factories.distribution(**{"state": "prepared", "audience": audience, **fields})


def schedule(audience, **fields):
    return Schedule.objects.create(survey=factories.survey(), kind="event", name="After tickets", audience=audience, **fields)


def saved(user, audience, **fields):
    return SavedAudience.objects.create(**{"created_by": user, "name": "North", "audience": audience, **fields})


def refused(client, chosen):
    """The links that the refusal names."""
    asked, answer = client.get(to("delete_exclusion_list", chosen.pk)), client.post(to("delete_exclusion_list", chosen.pk))
    assert (asked.status_code, answer.status_code) == (200, 409)
    assert "btn-danger" not in asked.content.decode()
    assert ExclusionList.objects.filter(pk=chosen.pk).exists()
    return [use.url for use in answer.context["uses"]]


def test_what_uses_it_is_named_with_links_and_nothing_is_deleted(owner, survey_owner, rivals):
    audience, rule, soon = saved(survey_owner, of(rivals)), schedule(of(rivals)), prepared(of(rivals))
    links = [to("schedule", rule.pk), to("audience", audience.pk), to("edit", soon.pk)]
    assert refused(owner, rivals) == links
    page = owner.get(to("exclusion_list", rivals.pk)).content.decode()
    assert all(f'href="{link}"' in page for link in links)
    assert {owner.get(link).status_code for link in links} == {200}


def test_a_stopped_schedule_may_go_on_and_counts(owner, rivals):
    rule = schedule(of(rivals), is_stopped=True)
    assert refused(owner, rivals) == [to("schedule", rule.pk)]


def test_what_others_keep_for_themselves_counts_without_its_name(owner, rivals):
    colleague = factories.user(role="survey_owner", name="Noa")
    saved(colleague, of(rivals), name="Secret plan")
    saved(colleague, of(rivals), name="For everybody", is_shared=True)
    assert refused(owner, rivals) == ["", ""]
    page = owner.get(to("exclusion_list", rivals.pk)).content.decode()
    assert ("Secret plan" in page, "For everybody" in page, page.count("<bdi>Noa</bdi>")) == (False, True, 2)


def test_what_was_sent_or_names_other_lists_does_not_hold_it(owner, survey_owner, rivals):
    other = ExclusionList.objects.create(name="Other")
    for state in ("confirmed", "paused", "cancelled"):
        prepared(of(rivals), state=state)
    saved(survey_owner, of(other))
    schedule(of(other))
    prepared({"regions": ["North"]})
    assert "Nowhere: no schedule" in owner.get(to("exclusion_list", rivals.pk)).content.decode()
    assert owner.post(to("delete_exclusion_list", rivals.pk)).status_code == 302
    assert list(ExclusionList.objects.all()) == [other]


def test_the_page_of_a_list_takes_as_many_queries_for_many_uses(owner, rivals, django_assert_num_queries):
    colleague = factories.user(role="survey_owner")
    with django_assert_num_queries(9):
        owner.get(to("exclusion_list", rivals.pk))
    for n in range(3):
        saved(colleague, of(rivals), name=f"North {n}")
        schedule(of(rivals))
        prepared(of(rivals))
    with django_assert_num_queries(9):
        owner.get(to("exclusion_list", rivals.pk))


def test_a_saved_audience_is_copied_where_it_is_used_so_that_it_can_go(owner, survey_owner):
    audience = saved(survey_owner, {"regions": ["North"]})
    soon = prepared(audience.audience)
    owner.post(to("delete_audience", audience.pk))
    soon.refresh_from_db()
    assert (SavedAudience.objects.count(), soon.audience) == (0, {"regions": ["North"]})
