"""Response rates with their intervals, and the file of what became of each person."""

import csv
from datetime import datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from auditlog.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from surveys.collection.anonymous import took_part
from surveys.distribution.rates import rate, rates_of
from surveys.models import Delivery, Distribution, Skip, Suppression, Visit
from tests import factories

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Asia/Jerusalem"))


def mailed(distribution, answered=False, sent_at=NINE, reminded=None, state="sent", **contact):
    who = factories.contact(**contact)
    answered_at = (answered if answered is not True else sent_at + timedelta(days=9)) or None
    invitation = factories.invitation(distribution, who, answered_at=answered_at)
    Delivery.objects.create(invitation=invitation, state=state, sent_at=sent_at if state == "sent" else None)
    if reminded:
        Delivery.objects.create(invitation=invitation, number=1, state="sent", sent_at=reminded)
    return invitation


@pytest.fixture
def distribution():
    """Ten people of Retail, of whom four answered, six of Health, of whom three did, and one who bounced."""
    chosen = factories.distribution()
    retail, health = factories.account(segment=factories.segment("Retail")), factories.account(segment=factories.segment("Health"))
    for n in range(10):
        mailed(chosen, n < 4, account=retail, email=f"r{n}@Shop.example", language="he")
    for n in range(6):
        mailed(chosen, n < 3, NINE + timedelta(hours=5), account=health, email=f"h{n}@clinic.example")
    mailed(chosen, state="bounced", account=health)
    return chosen


def table(rows):
    return {row.key: (row.answered, row.delivered, row.value and round(row.value, 1)) for row in rows}


def test_the_interval_is_wilson_s():
    # Newcombe (1998), Statistics in Medicine 17, 857-872, table I: 81 of 263 gives 0.2553 to 0.3662.
    found = rate("", 263, 81)
    assert (round(found.low, 2), round(found.high, 2)) == (25.53, 36.62)


def test_too_few_say_nothing():
    assert (rate("", 4, 2).value, rate("", 5, 0).value, rate("", 5, 0).high > 30) == (None, 0.0, True)


def test_by_segment_language_domain_and_hour(distribution):
    found = rates_of(distribution)
    assert (found.overall.answered, found.overall.delivered) == (7, 16)
    assert table(found.segments) == {"Retail": (4, 10, 40.0), "Health": (3, 6, 50.0)}
    assert table(found.languages) == {"he": (4, 10, 40.0), "en": (3, 6, 50.0)}
    assert table(found.domains) == {"shop.example": (4, 10, 40.0), "clinic.example": (3, 6, 50.0)}
    assert table(found.hours) == {9: (4, 10, 40.0), 14: (3, 6, 50.0)}


def test_each_mail_has_its_own_rate():
    chosen = factories.distribution()
    for n in range(10):
        mailed(chosen, answered=NINE + timedelta(days=1) if n < 2 else False, reminded=None if n < 2 else NINE + timedelta(days=5))
    late = mailed(chosen, answered=NINE + timedelta(days=6), reminded=NINE + timedelta(days=5))
    assert late.deliveries.count() == 2
    assert table(rates_of(chosen).mails) == {0: (2, 11, 18.2), 1: (1, 9, 11.1)}


def test_small_groups_of_an_anonymous_survey_are_not_shown(settings):
    settings.ANONYMITY_THRESHOLD = 8
    chosen = factories.distribution(factories.survey(is_anonymous=True))
    for _ in range(7):
        mailed(chosen, True, account=factories.account(segment=factories.segment()))
    assert rates_of(chosen).overall.value is None


def test_who_complained_has_the_mail_and_whose_mail_came_back_has_not():
    chosen = factories.distribution()
    for _ in range(5):
        mailed(chosen, answered=NINE + timedelta(days=1))
    angry = mailed(chosen, answered=NINE + timedelta(days=1))
    angry.deliveries.update(state="complained")
    reminded = mailed(chosen, reminded=NINE + timedelta(days=2))
    reminded.deliveries.filter(number=1).update(state="bounced")
    found = rates_of(chosen)
    assert (found.overall.answered, found.overall.delivered) == (6, 7)
    assert table(found.mails) == {0: (6, 7, 85.7)}


def test_of_an_anonymous_survey_nobody_can_tell_after_which_mail_people_answered(login, survey_owner):
    """What is noted as the time of their answers is that of the invitation, before every mail."""
    chosen = factories.distribution(factories.survey(is_anonymous=True))
    for _ in range(12):
        invitation = mailed(chosen, reminded=NINE + timedelta(days=5))
        took_part(invitation)
    found = rates_of(chosen)
    assert (found.mails, table(found.hours)) == ([], {9: (12, 12, 100.0)})
    page = login(survey_owner).get(reverse("distribution:rates", args=[chosen.pk])).content.decode()
    assert "no time of an answer is kept" in page


def test_many_domains_are_gathered():
    chosen = factories.distribution()
    for n in range(25):
        mailed(chosen, n % 2 == 0, email=f"a@firm{n:02}.example")
    domains = rates_of(chosen).domains
    assert (len(domains), domains[-1].key, domains[-1].delivered) == (21, None, 5)


def test_the_page_needs_as_many_queries_for_many_as_for_few(login, survey_owner, distribution, django_assert_max_num_queries):
    owner = login(survey_owner)
    with django_assert_max_num_queries(14):
        page = owner.get(reverse("distribution:rates", args=[distribution.pk]))
    text = page.content.decode()
    assert "40.0 %" in text and "n = 16" in text
    empty = factories.distribution()
    assert "too few" in owner.get(reverse("distribution:rates", args=[empty.pk])).content.decode() or empty.invitations.count() == 0


def exported(client, distribution):
    text = b"".join(client.get(reverse("distribution:export", args=[distribution.pk, "csv"]))).decode("utf-8-sig")
    return [line.split(",") for line in text.splitlines()]


def test_the_file_tells_what_became_of_each_person(login, survey_owner):
    chosen = factories.distribution()
    answered = mailed(chosen, NINE + timedelta(days=1), reminded=NINE + timedelta(hours=2), name="=Anna", email="anna@example.com")
    Visit.objects.create(invitation=answered, is_scanner=True, at=NINE)
    Visit.objects.create(invitation=answered, at=NINE + timedelta(hours=3))
    Suppression.objects.create(email="ANNA@example.com", reason="unsubscribed", created_at=timezone.now())
    Skip.objects.create(distribution=chosen, contact=factories.contact(name="Ben", status="left"), reason="left")
    heads, anna, ben = exported(login(survey_owner), chosen)
    row = dict(zip(heads, anna, strict=True))
    assert (row["contact"], row["outcome"], row["last_mail"], row["mails_sent"], row["answer"]) == ("'=Anna", "invited", "sent", "2", "yes")
    assert row["opened_at"] and row["answered_at"] and row["unsubscribed_at"]
    assert dict(zip(heads, ben, strict=True)) | {"email": "", "account": ""} == {
        **dict.fromkeys(heads, ""),
        "contact": "Ben",
        "language": "en",
        "outcome": "skipped",
        "reason": "left",
        "mails_sent": "0",
    }


def test_of_an_anonymous_survey_the_file_tells_no_time(login, survey_owner):
    chosen = factories.distribution(factories.survey(is_anonymous=True))
    mailed(chosen, True)
    heads, row = exported(login(survey_owner), chosen)
    told = dict(zip(heads, row, strict=True))
    assert (told["answer"], told["answered_at"], told["opened_at"]) == ("yes", "", "")


def test_the_file_has_the_address_that_was_mailed_and_no_wish_about_another_survey(login, survey_owner):
    chosen = factories.distribution()
    moved = mailed(chosen, name="Anna", email="new@example.com")
    Delivery.objects.filter(invitation=moved).update(email="old@example.com")
    Suppression.objects.create(email="new@example.com", reason="unsubscribed", survey=factories.survey())
    heads, anna = exported(login(survey_owner), chosen)
    assert (dict(zip(heads, anna, strict=True))["email"], anna[-1]) == ("old@example.com", "")
    Suppression.objects.create(email="OLD@example.com", reason="unsubscribed", survey=chosen.survey)
    assert exported(login(survey_owner), chosen)[1][-1]


def rate_file(client, distribution, kind="csv"):
    return client.get(reverse("distribution:export_rates", args=[distribution.pk, kind]))


def rows_of(answer):
    return list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))


def test_the_file_of_rates_has_each_table_with_n_and_interval_and_no_formula(login, survey_owner, distribution):
    formula = factories.account(segment=factories.segment("=1+1"))
    for n in range(5):
        mailed(distribution, n < 1, account=formula, email=f"few{n}@few.example")
    mailed(distribution, email="one@one.example")
    owner = login(survey_owner)
    heads, *rows = rows_of(rate_file(owner, distribution))
    assert heads == ["table", "group", "response_rate", "low", "high", "answered", "n", "remark"]
    assert rows[0][:2] == ["", "All"] and rows[0][5:] == ["8", "22", ""]
    by_segment = {row[1]: row for row in rows if row[0] == "By segment"}
    found = rate("", 10, 4)
    assert [float(cell) for cell in by_segment["Retail"][2:5]] == pytest.approx([40.0, found.low, found.high])
    assert by_segment["Retail"][5:] == ["4", "10", ""] and "'=1+1" in by_segment
    assert [row[2:] for row in rows if row[1] == "one.example"] == [["", "", "", "0", "1", "Fewer than 5: too few to say"]]
    assert {row[0] for row in rows} == {"", "By segment", "By language", "By mail domain", "By hour of sending", "By mail"}
    noted = LogEntry.objects.get_for_object(distribution).first()
    assert (noted.actor, noted.changes) == (survey_owner, {"export": ["", "csv"], "rates": ["", str(len(rows))]})
    assert rate_file(owner, distribution, "xlsx").content.startswith(b"PK")
    assert rate_file(owner, distribution, "pdf").status_code == 404
    assert (
        reverse("distribution:export_rates", args=[distribution.pk, "csv"])
        in owner.get(reverse("distribution:rates", args=[distribution.pk])).content.decode()
    )


def test_of_an_anonymous_survey_the_file_of_rates_tells_nothing_of_a_small_group(login, survey_owner, settings):
    settings.ANONYMITY_THRESHOLD = 8
    chosen = factories.distribution(factories.survey(is_anonymous=True))
    for n in range(15):
        mailed(chosen, True, email=f"a{n}@{'small' if n < 7 else 'large'}.example")
    rows = {row[1]: row for row in rows_of(rate_file(login(survey_owner), chosen))}
    assert rows["small.example"][2:] == ["", "", "", "", "", "Fewer than 8: too few to say"]
    assert rows["large.example"][5:7] == ["8", "8"]
    assert "By mail" not in {row[0] for row in rows.values()}


@pytest.mark.parametrize("page", [("rates",), ("export", "csv"), ("export_rates", "csv")])
def test_rates_and_file_are_for_those_who_manage_surveys(login, account_manager, page):
    chosen = factories.distribution()
    address = reverse(f"distribution:{page[0]}", args=[chosen.pk, *page[1:]])
    assert login(account_manager).get(address).status_code == 403
    assert Distribution.objects.count() == 1
