"""Exclusion lists and audiences under a name."""

import csv
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback_site.imports.api import upsert_rows
from feedback_site.models import User
from surveys.models import ExcludedAddress, ExclusionList, SavedAudience
from tests import factories

pytestmark = pytest.mark.django_db
FACTS = {"last_score": "never", "open_case": False}


def to(name, *args):
    return reverse(f"distribution:{name}", args=args)


@pytest.fixture
def owner(login, survey_owner):
    return login(survey_owner)


@pytest.fixture
def rivals():
    return ExclusionList.objects.create(name="Rivals")


def addresses(chosen):
    return list(chosen.addresses.order_by("email").values_list("email", flat=True))


def test_addresses_are_pasted_once_each_in_lower_case(owner, rivals):
    owner.post(to("exclusion_list", rivals.pk), {"addresses": "Dana@Example.com\n\n  noa@example.com, gil@example.com\ndana@example.com"})
    owner.post(to("exclusion_list", rivals.pk), {"addresses": "DANA@example.com"})
    assert addresses(rivals) == ["dana@example.com", "gil@example.com", "noa@example.com"]


def test_a_line_that_is_no_address_is_named_and_nothing_is_added(owner, rivals):
    page = owner.post(to("exclusion_list", rivals.pk), {"addresses": "dana@example.com\n=cmd()@\nnoa@example.com"})
    assert page.status_code == 422
    assert page.context["form"].errors["addresses"] == ["Line 2: “=cmd()@” is no e-mail address."]
    assert addresses(rivals) == []


def test_lists_are_made_searched_exported_and_deleted(owner):
    owner.post(to("exclusion_lists"), {"name": "Law suit"})
    chosen = ExclusionList.objects.get()
    for email in ("dana@example.com", "=cmd@example.com"):
        ExcludedAddress.objects.create(exclusion_list=chosen, email=email)
    assert [row.email for row in owner.get(to("exclusion_list", chosen.pk), {"search": "dana"}).context["rows"]] == ["dana@example.com"]
    exported = b"".join(owner.get(to("export_exclusion_list", chosen.pk, "csv"))).decode("utf-8-sig")
    assert exported.splitlines() == ["exclusion_list,email", "Law suit,'=cmd@example.com", "Law suit,dana@example.com"]
    assert owner.get(to("delete_exclusion_list", chosen.pk)).status_code == 200
    owner.post(to("delete_exclusion_list", chosen.pk))
    assert ExclusionList.objects.count() == 0


def test_an_address_is_taken_off_only_its_own_list(owner, rivals):
    other = ExclusionList.objects.create(name="Other")
    address = ExcludedAddress.objects.create(exclusion_list=rivals, email="dana@example.com")
    assert owner.post(to("remove_address", other.pk, address.pk)).status_code == 404
    owner.post(to("remove_address", rivals.pk, address.pk))
    assert addresses(rivals) == []


def test_a_name_that_is_taken_is_refused(owner, rivals):
    assert owner.post(to("exclusion_lists"), {"name": "Rivals"}).status_code == 422


def test_an_audience_is_saved_and_filled_into_a_new_distribution(owner):
    retail = factories.segment("Retail")
    owner.post(to("add_audience"), {"name": "Few of retail", "segments": [retail.pk], "percent": 10, "seed": 5})
    saved = SavedAudience.objects.get()
    form = owner.get(to("create"), {"audience": saved.pk}).context["form"]
    assert (form["segments"].value(), form["percent"].value(), form["seed"].value()) == ([retail.pk], 10, 5)
    page = owner.get(to("audiences")).content.decode()
    assert "Retail" in page and "10 %" in page


def test_others_use_what_is_shared_and_change_nothing(owner, login):
    owner.post(to("add_audience"), {"name": "Mine"})
    owner.post(to("add_audience"), {"name": "Ours", "is_shared": "on"})
    mine, ours = SavedAudience.objects.order_by("name")
    colleague = login(factories.user(role="survey_owner"))
    assert [row.name for row in colleague.get(to("audiences")).context["rows"]] == ["Ours"]
    assert colleague.get(to("create"), {"audience": ours.pk}).status_code == 200
    assert colleague.get(to("create"), {"audience": mine.pk}).status_code == 404
    assert {colleague.get(to(page, ours.pk)).status_code for page in ("audience", "delete_audience")} == {404}
    assert colleague.post(to("delete_audience", ours.pk)).status_code == 404


def test_one_name_is_one_audience_whatever_the_case(owner):
    for name in ("Retail", "RETAIL"):
        page = owner.post(to("add_audience"), {"name": name})
    assert page.context["form"].errors["name"] == ["You have an audience of this name already."]
    assert SavedAudience.objects.count() == 1


def test_the_audience_of_a_distribution_can_be_kept(owner):
    distribution = factories.distribution(audience={"regions": ["North"]})
    owner.post(to("keep_audience", distribution.pk), {"name": "North"})
    assert SavedAudience.objects.get().audience == {"regions": ["North"]}
    assert "already" in owner.post(to("keep_audience", distribution.pk), {"name": "north"}, follow=True).content.decode()


def test_the_page_takes_as_many_queries_for_many_audiences_as_for_one(owner, survey_owner, rivals):
    def keep():
        retail, manager = factories.segment(), factories.user()
        factories.contact(factories.account(segment=retail, account_manager=manager))
        kept = {"segments": [retail.pk], "account_managers": [manager.pk], "exclusion_lists": [rivals.pk], "facts": FACTS}
        return SavedAudience.objects.create(created_by=survey_owner, name=f"Audience {retail.pk:04}", audience=kept)

    keep()
    owner.get(to("audiences"))
    with CaptureQueriesContext(connection) as one:
        owner.get(to("audiences"))
    others = [keep() for _ in range(4)]
    SavedAudience.objects.create(created_by=survey_owner, name="Everybody", audience={})
    with CaptureQueriesContext(connection) as many:
        page = owner.get(to("audiences"))
    assert len(one) == len(many)
    rows = page.context["rows"]
    assert [row.size for row in rows] == [1, 1, 1, 1, 1, 5]
    assert dict(rows[4].words)["Account managers"] == str(User.objects.get(pk=others[3].audience["account_managers"][0]))


def test_audiences_are_paged(owner, survey_owner):
    SavedAudience.objects.bulk_create(SavedAudience(created_by=survey_owner, name=f"Audience {n:02}", audience={}) for n in range(26))
    assert [row.name for row in owner.get(to("audiences"), {"page": 2}).context["rows"]] == ["Audience 25"]


@pytest.mark.parametrize("page", ["audiences", "add_audience", "exclusion_lists"])
def test_account_managers_have_none_of_it(login, account_manager, page):
    assert login(account_manager).get(to(page)).status_code == 403


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Rivals", "+a@example.com"),
        ("Rivals", "-a@example.com"),
        ("Rivals", "=a@example.com"),
        ("Rivals", "'+a@example.com"),
        ("Rivals", "''=a@example.com"),
        ("Rivals", "'a@example.com"),
        ("=Rivals", "a@example.com"),
        ("'-Rivals", "a@example.com"),
        ("'Rivals'", "a@example.com"),
    ],
)
def test_what_looks_like_a_formula_comes_back_from_the_file_as_it_was(login, survey_owner, name, email):
    chosen = ExclusionList.objects.create(name=name)
    ExcludedAddress.objects.create(exclusion_list=chosen, email=email)
    file = login(survey_owner).get(to("export_exclusion_list", chosen.pk, "csv")).content.decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(file)))
    assert upsert_rows("excluded_addresses", rows, None).unchanged == 1
    chosen.addresses.all().delete()
    result = upsert_rows("excluded_addresses", rows, None)
    assert (result.created, list(ExcludedAddress.objects.values_list("exclusion_list__name", "email"))) == (1, [(name, email)])


def test_addresses_of_a_list_that_is_not_there_yet_come_in_where_it_may_be_made():
    rows = [{"exclusion_list": name, "email": f"{n}@example.com"} for n, name in enumerate(("Rivals", "rivals", "Law suit"))]
    assert len(upsert_rows("excluded_addresses", rows, None).problems) == 3
    for outcome in ((3, 0), (0, 3)):
        result = upsert_rows("excluded_addresses", rows, None, {"create_missing_lists": True})
        assert (result.problems, result.created, result.unchanged) == ([], *outcome)
    assert sorted(ExcludedAddress.objects.values_list("exclusion_list__name", "email")) == [
        ("Law suit", "2@example.com"),
        ("Rivals", "0@example.com"),
        ("Rivals", "1@example.com"),
    ]
