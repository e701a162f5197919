"""The real marketplace through the import machine, against pandas and scipy on the same files."""

import subprocess
import sys
from decimal import Decimal
from io import StringIO
from unittest import mock

import pandas as pd
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.db.models import Avg, Count, Sum
from scipy.stats import spearmanr

from analytics.models import Campaign, Opportunity, RevenueEntry
from surveys.models import Account, Answer, Response, Segment
from tests import real_data

EXAMPLE = settings.BASE_DIR / "docs" / "examples" / "marketplace"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """The import files."""
    source, target = real_data.path("olist"), tmp_path_factory.mktemp("marketplace")
    subprocess.run([sys.executable, EXAMPLE / "prepare.py", source, target], check=True, capture_output=True, timeout=60)
    return target


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, prepared):
    """The marketplace in the database, once for all tests of this file, and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        load(prepared)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def marketplace(loaded, db, settings):
    settings.CURRENCY = "BRL"


def load(folder):
    output = StringIO()
    with mock.patch("feedback_site.management.commands.load_marketplace.refresh_rollups"):
        call_command("load_marketplace", folder, stdout=output)
    return output.getvalue()


@pytest.fixture(scope="module")
def raw():
    """Per seller: mean score, number of responses, revenue, state; from the raw files alone."""
    folder = real_data.path("olist")
    items = pd.read_csv(folder / "olist_order_items_dataset.csv")
    reviews = pd.read_csv(folder / "olist_order_reviews_dataset.csv", parse_dates=["review_answer_timestamp"])
    sellers = pd.read_csv(folder / "olist_sellers_dataset.csv").set_index("seller_id")
    latest = reviews.loc[reviews.groupby("order_id")["review_answer_timestamp"].idxmax()]
    answered = latest.merge(items.drop_duplicates(["order_id", "seller_id"])[["order_id", "seller_id"]], on="order_id")
    by_seller = answered.groupby("seller_id")["review_score"].agg(["mean", "size"])
    by_seller["revenue"] = items.groupby("seller_id")["price"].sum().round(2)  # equal sums must tie, whatever floats make of them
    by_seller["state"] = sellers["seller_state"]
    return by_seller


def test_rows_and_sums_are_those_of_the_files(marketplace):
    assert RevenueEntry.objects.aggregate(rows=Count("pk"), sum=Sum("amount"))["rows"] == 4519
    assert RevenueEntry.objects.aggregate(sum=Sum("amount"))["sum"].quantize(Decimal("0.01")) == Decimal("549545.09")
    assert Response.objects.count() == 4000
    assert Response.objects.values("account").distinct().count() == 1119
    assert round(100 * Response.objects.filter(score__gte=4).count() / 4000, 1) == 76.6
    assert Opportunity.objects.filter(stage="won").count() == 842
    assert Opportunity.objects.filter(account=None).count() == 842 - 380
    assert Campaign.objects.count() == 10
    assert Account.objects.count() == 3095


def test_segment_is_known_where_the_funnel_knows_it(marketplace):
    known = Account.objects.exclude(segment=None)
    assert known.count() == 380
    assert Segment.objects.filter(name="Health beauty").exists()
    assert set(known.values_list("opportunities__stage", flat=True)) == {"won"}


def test_real_times_and_comments_are_kept_and_no_contact_is_needed(marketplace):
    response = Response.objects.select_related("account").get(external_id__startswith="7b00d98bac04a404375e12b9ff15b749-")
    assert response.asked_at.isoformat() == "2018-06-12T03:00:00+00:00"  # midnight in São Paulo
    assert response.completed_at.isoformat() == "2018-06-18T05:48:33+00:00"
    assert (response.score, response.band, response.language, response.contact, response.source) == (3, "passive", "pt", None, "import")
    assert response.region == response.account.region
    text = Answer.objects.get(response=response, question_key="comment").text
    assert text.splitlines() == [
        "Não vale muito apena",
        "Não gostei do produto o cabelo fico só um pouco platinado quase nada= não vale o valor que está sendo vendido",
    ]


def test_loading_twice_changes_nothing(marketplace, prepared):
    before = list(Response.objects.order_by("pk").values_list("pk", "updated_at"))
    lines = load(prepared).splitlines()[:5]
    assert lines == [
        "accounts.csv: 0 created, 0 updated, 3095 unchanged",
        "campaigns.csv: 0 created, 0 updated, 10 unchanged",
        "opportunities.csv: 0 created, 0 updated, 842 unchanged",
        "responses.csv: 0 created, 0 updated, 4000 unchanged",
        "revenue.csv: 0 created, 0 updated, 4519 unchanged",
    ]
    assert list(Response.objects.order_by("pk").values_list("pk", "updated_at")) == before


def test_the_known_figures_hold_in_the_raw_files(raw):
    sellers = raw[raw["size"] >= 3]
    assert sellers["state"].value_counts().head(6).to_dict() == {"SP": 263, "PR": 41, "MG": 40, "SC": 21, "RJ": 17, "RS": 7}
    rho, p = spearmanr(sellers["mean"], sellers["revenue"])
    assert (len(sellers), round(rho, 3), round(p, 2)) == (401, -0.085, 0.09)
    by_state = {state: round(spearmanr(rows["mean"], rows["revenue"])[0], 3) for state, rows in sellers.groupby("state") if len(rows) >= 10}
    assert by_state == {"SP": -0.094, "PR": -0.153, "MG": -0.077, "SC": 0.032, "RJ": -0.156}


def test_the_loaded_rows_give_the_same_mean_scores_and_revenue_for_every_seller(marketplace, raw):
    scores = {
        row["account__external_id"]: (row["n"], row["mean"])
        for row in Response.objects.values("account__external_id").order_by().annotate(n=Count("pk"), mean=Avg("score"))
    }
    money = dict(RevenueEntry.objects.values_list("account__external_id").order_by().annotate(Sum("amount")))
    assert scores == {seller: (row["size"], pytest.approx(row["mean"])) for seller, row in raw.iterrows()}
    assert {seller: float(money[seller]) for seller in scores} == {seller: pytest.approx(row["revenue"]) for seller, row in raw.iterrows()}
