"""What each kind of rows does: upsert by its key, and refuse what can not be meant."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from analytics.models import Campaign, ExchangeRate, Opportunity, RevenueEntry, Spend
from feedback_site.imports.upsert import upsert_rows
from surveys.models import Account, Answer, Representative, Response, Segment, Suppression, SurveyVersion
from tests import factories

pytestmark = pytest.mark.django_db


def counts(kind, *rows, user=None, **options):
    result = upsert_rows(kind, list(rows), user, options)
    assert result.problems == []
    return result.created, result.updated, result.unchanged


def problems(kind, *rows, user=None, **options):
    result = upsert_rows(kind, list(rows), user, options)
    assert (result.created, result.updated, result.unchanged) == (0, 0, 0)
    return [(problem.row, problem.field, problem.message) for problem in result.problems]


def test_rows_are_created_then_left_alone_then_updated():
    row = {"external_id": "A1", "name": "Alpha", "region": "North"}
    assert counts("accounts", row) == (1, 0, 0)
    assert counts("accounts", row) == (0, 0, 1)
    assert counts("accounts", {**row, "region": "South"}, {"external_id": "A2", "name": "Beta"}) == (1, 1, 0)
    assert set(Account.objects.values_list("external_id", "region")) == {("A1", "South"), ("A2", "")}


def test_a_field_that_is_left_out_keeps_its_value_and_an_empty_one_is_emptied():
    account = factories.account(external_id="A1", region="North", industry="Food", currency="USD")
    assert counts("accounts", {"external_id": "A1", "region": "", "currency": None}) == (0, 1, 0)
    account.refresh_from_db()
    assert (account.region, account.industry, account.currency) == ("", "Food", "USD")  # no account is without a currency


def test_nothing_is_written_where_one_row_is_wrong():
    assert problems("accounts", {"external_id": "A1", "name": "Alpha"}, {"external_id": "A2", "name": ""}) == [
        (2, "name", "This field must not be empty.")
    ]
    assert Account.objects.count() == 0


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"name": "Alpha"}, ("external_id", "This field is needed: rows are found again by it.")),
        ({"external_id": "", "name": "Alpha"}, ("external_id", "This field must not be empty.")),
        ({"external_id": "A1"}, ("name", "This field is needed for a new row; map a column to it.")),
        ({"external_id": "A1", "name": "x" * 201}, ("name", "The text has 201 characters; at most 200 are kept.")),
        ({"external_id": "A1", "name": "A", "colour": "red"}, ("colour", "Unknown field.")),
        ({"external_id": "A1", "name": ["A"]}, ("name", "A text, a number or null is needed here.")),
        ({"external_id": "A1", "name": "A", "currency": "shekel"}, ("currency", "Name the currency by its three letters, as ILS.")),
        (
            {"external_id": "A1", "name": "A", "ended_on": "31/12/2026"},
            ("ended_on", "Day or month first? Choose the order of dates in the mapping, or write the date as 2026-12-31."),
        ),
        (
            {"external_id": "A1", "name": "A", "segment": "Nowhere"},
            ("segment", "Unknown segment; correct it, import it first, or let the import create missing ones."),
        ),
        (
            {"external_id": "A1", "name": "A", "account_manager": "nobody@example.com"},
            ("account_manager", "Unknown account manager; correct it, or import it first."),
        ),
        ({"external_id": "A1", "name": "A\0"}, ("name", "The text contains a NUL character; remove it from the file.")),
    ],
)
def test_a_wrong_account_is_refused_by_row_and_field(row, problem):
    assert problems("accounts", row) == [(1, *problem)]


def test_the_same_key_twice_in_one_file_is_refused():
    twice = ({"external_id": "A1", "name": "Alpha"}, {"external_id": "A1", "name": "Beta"})
    assert problems("accounts", *twice) == [(2, "external_id", "The same key stands in row 1 already; keep one of the two.")]


def test_all_that_is_wrong_is_told_at_once():
    wrong = problems("revenue", {"external_id": "R1", "account": "no", "amount": "1,5", "recognised_on": "soon"})
    assert [field for _row, field, _message in wrong] == ["amount", "recognised_on", "account"]


def test_an_account_refers_to_segment_manager_and_representative():
    manager, representative = factories.user(email="Dana@example.com"), factories.representative(external_id="R7")
    segment = factories.segment("קמעונאות")
    row = {
        "external_id": "A1",
        "name": "<b>Alpha</b>",
        "segment": "קמעונאות",
        "account_manager": "dana@EXAMPLE.com",
        "sales_representative": "R7",
    }
    assert counts("accounts", row) == (1, 0, 0)
    account = Account.objects.get()
    assert (account.name, account.segment, account.account_manager, account.sales_representative) == (
        "<b>Alpha</b>",
        segment,
        manager,
        representative,
    )


def test_missing_segments_and_representatives_are_created_where_that_was_chosen():
    rows = [
        {"external_id": f"A{n}", "name": "A", "segment": ("Retail", "retail")[n % 2], "sales_representative": "Moses"} for n in range(4)
    ]
    assert counts("accounts", *rows, create_missing_segments=True, create_missing_representatives=True) == (4, 0, 0)
    assert (Segment.objects.count(), Representative.objects.get().name) == (1, "Moses")


def test_own_attributes_are_merged_and_an_empty_one_is_removed():
    factories.account(external_id="A1", attributes={"floor": "3", "colour": "red"})
    assert counts("accounts", {"external_id": "A1", "attributes.floor": "", "attributes.size": 40}) == (0, 1, 0)
    assert Account.objects.get().attributes == {"colour": "red", "size": "40"}
    assert counts("accounts", {"external_id": "A1", "attributes.size": "40"}) == (0, 0, 1)


def test_a_contact_is_found_by_its_address_in_any_case():
    account = factories.account(external_id="A1")
    contact = factories.contact(account, email="Dana@Example.com", role="Buyer")
    assert counts("contacts", {"email": "dana@example.COM", "role": "Chief buyer"}) == (0, 1, 0)
    contact.refresh_from_db()
    assert (contact.email, contact.role) == ("Dana@Example.com", "Chief buyer")
    twice = ({"email": "new@example.com", "account": "A1"}, {"email": "NEW@example.com", "account": "A1"})
    assert problems("contacts", *twice) == [(2, "email", "The same key stands in row 1 already; keep one of the two.")]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"email": "dana", "account": "A1"}, ("email", "This is no e-mail address.")),
        ({"email": "dana@example.com", "account": "A9"}, ("account", "Unknown account; correct it, or import it first.")),
        ({"email": "dana@example.com"}, ("account", "This field is needed for a new row; map a column to it.")),
        ({"email": "dana@example.com", "account": "A1", "status": "gone"}, ("status", "Unknown value; known are: active, left, bounced.")),
    ],
)
def test_a_wrong_contact_is_refused(row, problem):
    factories.account(external_id="A1")
    assert problems("contacts", row) == [(1, *problem)]


def test_an_import_never_undoes_an_unsubscription_nor_wakes_an_address_that_bounces():
    account = factories.account(external_id="A1")
    bounced = factories.contact(account, email="gone@example.com", status="bounced")
    Suppression.objects.create(email="dana@example.com", reason="unsubscribed", source="unsubscribe link")
    rows = [
        {"email": "gone@example.com", "status": "active", "name": "Gone"},
        {"email": "Dana@example.com", "account": "A1", "status": "active"},
    ]
    assert counts("contacts", *rows) == (1, 1, 0)
    bounced.refresh_from_db()
    assert (bounced.status, bounced.name) == ("bounced", "Gone")
    assert Suppression.objects.filter(email="dana@example.com", reason="unsubscribed").count() == 1


def test_an_opportunity_needs_no_account_and_creates_what_is_missing_where_that_was_chosen():
    row = {
        "external_id": "O1",
        "stage": "Won",
        "closed_on": "2026-02-01",
        "value": "100.5",
        "representative": "Moses",
        "campaign": "social",
    }
    assert [field for _row, field, _message in problems("opportunities", row)] == ["representative", "campaign"]
    assert counts("opportunities", row, create_missing_representatives=True, create_missing_campaigns=True) == (1, 0, 0)
    opportunity = Opportunity.objects.get()
    assert (opportunity.account, opportunity.stage, opportunity.value, opportunity.campaign.name) == (
        None,
        "won",
        Decimal("100.50"),
        "social",
    )
    assert Campaign.objects.count() == 1


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"stage": "won"}, ("closed_on", "A won or lost opportunity needs the day on which it closed.")),
        ({"value": "-5"}, ("value", "The number must not be below 0.")),
        ({"created_on": "2026-02-01", "closed_on": "2026-01-01"}, ("closed_on", "The opportunity closed before it was created.")),
        ({"stage": "maybe"}, ("stage", "Unknown value; known are: open, won, lost.")),
        ({"account": "A9"}, ("account", "Unknown account; correct it, or import it first.")),
    ],
)
def test_a_wrong_opportunity_is_refused(row, problem):
    assert problems("opportunities", {"external_id": "O1", **row}) == [(1, *problem)]


def test_an_existing_opportunity_can_be_closed_by_stage_and_day_alone():
    factories.opportunity(external_id="O1", stage="open", closed_on=None, value=Decimal(7))
    assert problems("opportunities", {"external_id": "O1", "stage": "lost"})[0][1] == "closed_on"
    assert counts("opportunities", {"external_id": "O1", "stage": "lost", "closed_on": "2026-03-01"}) == (0, 1, 0)
    assert Opportunity.objects.get().value == Decimal(7)


def test_revenue_is_in_the_currency_of_the_account_and_may_be_negative():
    factories.account(external_id="A1", currency="USD")
    rows = [
        {"external_id": "R1", "account": "A1", "amount": "100", "recognised_on": "2026-01-01"},
        {"external_id": "R2", "account": "A1", "amount": -20.5, "recognised_on": "2026-01-02", "currency": "EUR"},
    ]
    assert counts("revenue", *rows) == (2, 0, 0)
    assert counts("revenue", *rows) == (0, 0, 2)
    assert list(RevenueEntry.objects.order_by("pk").values_list("amount", "currency")) == [(Decimal(100), "USD"), (Decimal("-20.5"), "EUR")]


def test_a_changed_revenue_entry_is_seen_as_changed():
    entry = factories.revenue(factories.account(), external_id="R1")
    before = entry.updated_at
    assert counts("revenue", {"external_id": "R1", "amount": "7"}) == (0, 1, 0)
    entry.refresh_from_db()
    assert entry.updated_at > before


def test_revenue_that_ends_before_it_starts_is_refused():
    factories.account(external_id="A1")
    row = {"external_id": "R1", "account": "A1", "amount": "1", "recognised_on": "2026-02-01", "ends_on": "2026-01-31"}
    assert problems("revenue", row) == [(1, "ends_on", "The last day lies before the first.")]


def test_spend_campaigns_and_rates():
    factories.segment("Retail")
    assert counts("campaigns", {"external_id": "C1", "name": "Spring", "starts_on": "2026-01-01", "ends_on": "2026-02-01"}) == (1, 0, 0)
    assert counts("spend", {"external_id": "S1", "campaign": "C1", "segment": "Retail", "amount": "50", "spent_on": "2026-01-05"}) == (
        1,
        0,
        0,
    )
    assert problems("spend", {"external_id": "S2", "amount": "-1", "spent_on": "2026-01-05"}) == [
        (1, "amount", "The number must not be below 0.")
    ]
    assert Spend.objects.get().kind == "acquisition"
    rate = {"currency": "USD", "valid_from": "2026-01-01", "rate": "3.7"}
    assert counts("rates", rate) == (1, 0, 0)
    assert counts("rates", {**rate, "rate": "3.8"}, {**rate, "valid_from": "2026-02-01"}) == (1, 1, 0)
    assert list(ExchangeRate.objects.order_by("valid_from").values_list("valid_from", "rate")) == [
        (date(2026, 1, 1), Decimal("3.8")),
        (date(2026, 2, 1), Decimal("3.7")),
    ]
    assert problems("rates", {**rate, "rate": "0"}) == [(1, "rate", "The number must not be below 0.000001.")]


def test_segments_and_representatives():
    user = factories.user(email="rep@example.com")
    assert counts("segments", {"name": "Retail", "inactivity_days": 90}) == (1, 0, 0)
    assert counts("representatives", {"external_id": "R1", "name": "Moses", "user": "rep@example.com"}) == (1, 0, 0)
    assert Representative.objects.get().user == user
    taken = problems("representatives", {"external_id": "R2", "name": "Other", "user": "rep@example.com"})
    assert taken == [(1, "user", "This user is another representative already.")]


# --- Past responses -------------------------------------------------------------------------------


@pytest.fixture
def past():
    """A row of a past response, with its survey and account."""
    segment = factories.segment("Retail")
    factories.account(external_id="A1", segment=segment, region="North", account_manager=factories.user())
    factories.survey(key="past", score_type="csat", default_language="he")
    return {
        "external_id": "X1",
        "survey": "past",
        "account": "A1",
        "score": 2,
        "comment": "<i>late</i>",
        "asked_at": "2025-03-01 10:00",
        "answered_at": "2025-03-02 11:30",
    }


def test_a_past_response_has_score_band_comment_times_and_the_account_as_it_is(past):
    assert counts("responses", past) == (1, 0, 0)
    response = Response.objects.get()
    account = Account.objects.get()
    assert (response.score, response.score_type, response.band, response.state, response.source) == (
        2,
        "csat",
        "detractor",
        "complete",
        "import",
    )
    assert response.completed_at == response.started_at == datetime(2025, 3, 2, 9, 30, tzinfo=UTC)
    assert (response.segment, response.region, response.account_manager, response.contact) == (
        account.segment,
        "North",
        account.account_manager,
        None,
    )
    assert response.language == "he"
    assert set(Answer.objects.values_list("question_key", "number", "text")) == {("score", 2, ""), ("comment", None, "<i>late</i>")}


def test_the_same_response_twice_changes_nothing_and_a_corrected_one_changes_its_answers(past):
    counts("responses", past)
    assert counts("responses", past) == (0, 0, 1)
    before = Answer.objects.get(question_key="comment").updated_at
    assert counts("responses", {**past, "score": "5"}) == (0, 1, 0)
    assert (Response.objects.get().band, Answer.objects.get(question_key="score").number) == ("promoter", 5)
    assert Answer.objects.get(question_key="comment").updated_at == before
    assert counts("responses", {**past, "score": "5", "comment": "on time"}) == (0, 1, 0)
    assert Answer.objects.get(question_key="comment").text == "on time"
    assert counts("responses", {**past, "score": "5", "comment": ""}) == (0, 1, 0)
    assert list(Answer.objects.values_list("question_key", flat=True)) == ["score"]


def test_a_response_keeps_the_account_as_it_was_at_its_first_import(past):
    counts("responses", past)
    Account.objects.update(region="South")
    assert counts("responses", {**past, "score": 3}) == (0, 1, 0)
    assert Response.objects.get().region == "North"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"score": 6}, ("score", "The score lies outside of the survey's scale, 1 to 5.")),
        ({"score": "4.5"}, ("score", "This is no whole number.")),
        ({"score": ""}, ("score", "This field must not be empty.")),
        ({"survey": "other"}, ("survey", "Unknown survey; correct it, or import it first.")),
        ({"account": "A9"}, ("account", "Unknown account; correct it, or import it first.")),
        ({"contact": "nobody@example.com"}, ("contact", "Unknown contact; correct it, or import it first.")),
        ({"contact": "other@example.com"}, ("contact", "This contact belongs to another account.")),
        ({"answered_at": "2025-02-01"}, ("asked_at", "The customer was asked after the answer.")),
        ({"answered_at": "2125-02-01"}, ("answered_at", "This time lies in the future.")),
        ({"comment": "x" * 1_000_000}, ("comment", "The text has 1000000 characters; at most 10000 are kept.")),
    ],
)
def test_a_wrong_response_is_refused(past, change, problem):
    factories.contact(email="other@example.com")
    assert problems("responses", {**past, **change}) == [(1, *problem)]


def test_a_survey_without_a_published_version_takes_no_responses(past):
    SurveyVersion.objects.update(state="archived")
    assert problems("responses", past) == [(1, "survey", "The survey has no published version; publish it first.")]


def test_a_response_that_was_given_here_is_not_changed_by_an_import(past):
    factories.response(account=Account.objects.get(), external_id="X1", source="mail")
    assert problems("responses", past)[0] == (1, "external_id", "This response was given here; it can not be changed by an import.")


def test_the_number_of_queries_does_not_grow_with_the_rows(past, django_assert_max_num_queries):
    rows = [{**past, "external_id": f"X{n}"} for n in range(300)]
    with django_assert_max_num_queries(34):  # SQLite takes 999 values at once: 300 responses are 9 statements
        counts("responses", *rows)
    with django_assert_max_num_queries(34):
        assert counts("responses", *rows) == (0, 0, 300)


# --- Who sees which rows ----------------------------------------------------------------------------


def test_accounts_of_others_are_unknown(account_manager):
    factories.account(external_id="mine", account_manager=account_manager)
    hidden = factories.account(external_id="hidden", name="Hidden")
    row = {"external_id": "R1", "account": "hidden", "amount": 1, "recognised_on": "2026-01-01"}
    assert problems("revenue", row, user=account_manager) == [(1, "account", "Unknown account; correct it, or import it first.")]
    assert counts("revenue", {**row, "account": "mine"}, user=account_manager) == (1, 0, 0)
    assert problems("accounts", {"external_id": "hidden", "name": "Mine now"}, user=account_manager) == [
        (1, "external_id", "Unknown row; correct the key.")
    ]
    hidden.refresh_from_db()
    assert hidden.name == "Hidden"


def test_rows_of_others_can_not_be_taken_over_by_their_key(account_manager):
    factories.account(external_id="mine", account_manager=account_manager)
    factories.revenue(factories.account(), external_id="R1")
    factories.contact(email="other@example.com")
    assert problems("revenue", {"external_id": "R1", "account": "mine"}, user=account_manager) == [
        (1, "external_id", "Unknown row; correct the key.")
    ]
    assert problems("contacts", {"email": "other@example.com", "account": "mine"}, user=account_manager) == [
        (1, "email", "Unknown row; correct the key.")
    ]


def test_an_account_manager_adds_accounts_and_opportunities_of_their_own_only(account_manager):
    row = {"external_id": "A1", "name": "Alpha"}
    assert problems("accounts", row, user=account_manager)[0][1] == "account_manager"
    assert counts("accounts", {**row, "account_manager": account_manager.email}, user=account_manager) == (1, 0, 0)
    assert problems("opportunities", {"external_id": "O1"}, user=account_manager) == [
        (1, "account", "Name an account: you would not see the row without one.")
    ]


def test_who_sees_every_account_may_change_every_row(survey_owner):
    factories.revenue(factories.account(), external_id="R1")
    assert counts("revenue", {"external_id": "R1", "amount": 5}, user=survey_owner) == (0, 1, 0)
