"""The page of themes: figures that open the answers behind them, for one's own accounts, and what stands there before any."""

import csv
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from io import BytesIO, StringIO
from urllib.parse import parse_qs, urlparse

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape
from python_calamine import CalamineWorkbook

from analytics.linkage import theme_kept
from analytics.linkage.figures import Figure
from analytics.linkage.rollup import refresh_rollups
from analytics.linkage.theme_filters import ThemeFilters
from analytics.models import Catalogue
from analytics.reports.links import answers_link
from analytics.templatetags.theme_report import heat, lines, parts, signed_text
from surveys.collection.models import Response
from tests import factories
from tests.linkage.theme_world import said, theme

pytestmark = pytest.mark.django_db
URL = "/report/themes/"
HOSTILE = "</script><img src=x onerror=alert(1)>"
PARTS = [": low", ": high", ": n", ": q", ": remark"]
WHAT = {"state": "complete", "counted": "themes"}
MAY = datetime(2026, 5, 12, tzinfo=UTC)


@pytest.fixture
def survey():
    return factories.survey()


@pytest.fixture
def price():
    return theme("price")


@pytest.fixture
def spoken(survey, price, account_manager):
    """Twelve accounts, of which ten speak of the price; two segments; one account is the manager's."""
    segments = factories.segment("Retail"), factories.segment("Industry")
    for number in range(12):
        account = factories.account(segment=segments[number == 11], account_manager=account_manager if number == 0 else None)
        said(account, survey, 2 if number < 10 else 9, {price: "negative"} if number < 10 else {}, at=MAY)
    refresh_rollups()
    return segments


def read(page):
    return list(csv.reader(StringIO(page.content.decode("utf-8-sig"))))


class TestPage:
    def test_figures_chart_and_segments(self, login, leadership, spoken):
        page = login(leadership).get(URL)
        [row] = page.context["report"].rows
        assert (row.figures["theme_volume"].n, [cell.label for cell in row.cells]) == (10, ["Industry", "Retail"])
        assert page.context["chart"]["layer"][1]["encoding"]["x"]["field"] == "low"
        html = page.content.decode()
        assert "too few answers: 0 of 10 needed" in html
        assert "▲" in html

    def test_the_legend_of_the_chart_is_no_wider_than_a_phone(self, login, leadership, spoken):
        chart = login(leadership).get(URL).context["chart"]
        assert {chart["layer"][2]["encoding"][channel]["legend"]["columns"] for channel in ("color", "shape")} == {1}

    def test_a_small_line_tells_its_first_and_last_month(self, login, leadership, survey, spoken):
        said(survey=survey, at=MAY - timedelta(days=60))
        refresh_rollups()
        html = login(leadership).get(URL, {"period": "m6"}).content.decode()
        assert re.findall(r"<title>(.+ comments)</title>", html) == ["March 2026: 0 of 1 comment. May 2026: 10 of 12 comments"]
        assert html.count('<span class="k-n" dir="ltr"><bdi>Dec 2025</bdi> – <bdi>May 2026</bdi></span>') == 2  # once for phones

    def test_a_survey_without_a_score_says_why_it_has_no_impact(self, login, leadership, price):
        survey = factories.survey(score_type="")
        said(survey=survey, score=None, themes={price: "negative"}, at=MAY)
        refresh_rollups()
        client = login(leadership)
        page = client.get(URL)
        found = page.context["report"]
        assert (found.filters.survey, found.rows[0].figures["theme_volume"].n, page.context["chart"]) == (survey, 1, None)
        assert page.content.decode().count("the survey asks for no score") == 2  # the NPS of all, and the impact of the theme
        assert client.get(answers_link(found.filters, price.pk)).context["paginator"].count == 1

    @pytest.mark.parametrize("query", [{}, {"measure": "impact"}])
    def test_where_no_nps_is_asked_no_impact_on_it_is_offered(self, login, leadership, price, query):
        said(survey=factories.survey(score_type="csat"), score=5, themes={price: "positive"}, at=MAY)
        refresh_rollups()
        page = login(leadership).get(URL, query)
        choices = [value for value, _name in page.context["form"].fields["measure"].choices]
        assert (choices, page.context["report"].filters.measure) == (["negative"], "negative")

    def test_the_defaults_are_the_latest_year_with_answers(self, login, leadership, survey, spoken):
        with time_machine.travel("2027-09-01"):
            filters = login(leadership).get(URL).context["report"].filters
        assert filters == ThemeFilters(survey, date(2026, 5, 1), 12)

    def test_every_filter_reaches_the_report(self, login, leadership, survey, spoken, price):
        theme("discount", price)
        factories.account(region="North")
        asked = {"survey": survey.pk, "period": "q8", "segment": spoken[0].pk, "region": "North", "parent": price.pk, "measure": "negative"}
        filters = login(leadership).get(URL, asked).context["report"].filters
        assert filters == ThemeFilters(survey, date(2026, 5, 1), 24, 3, spoken[0].pk, "North", price.pk, "negative")

    @pytest.mark.parametrize(
        "query", [{"survey": "x"}, {"period": "m999"}, {"segment": "99"}, {"region": "Nowhere"}, {"parent": "0"}, {"measure": ""}]
    )
    def test_nonsense_is_no_error_of_the_server(self, login, leadership, spoken, query):
        page = login(leadership).get(URL, query)
        assert (page.status_code, "report" in page.context) == (200, query == {"measure": ""})

    def test_an_account_manager_sees_and_exports_own_accounts_alone(self, login, account_manager, spoken):
        client = login(account_manager)
        assert client.get(URL).context["report"].rows[0].figures["theme_volume"].n == 1
        heads, row = read(client.get(URL, {"export": "csv"}))
        assert (row[0], dict(zip(heads, row, strict=True))["Answers that mention it"]) == ("Price", "1")

    def test_a_stranger_sees_the_login_page(self, client):
        assert client.get(URL)["Location"].startswith("/login/")

    def test_names_are_text_on_the_page_and_in_the_chart(self, login, leadership, spoken, price):
        price.names = {"en": HOSTILE}
        price.save()
        spoken[0].name = HOSTILE
        spoken[0].save()
        html = login(leadership).get(URL).content.decode()
        assert (HOSTILE in html, html.count("onerror") > 2) == (False, True)

    def test_the_number_of_queries_does_not_grow(self, login, leadership, survey, spoken, django_assert_num_queries):
        client = login(leadership)
        with CaptureQueriesContext(connection) as few:
            client.get(URL)
        for number in range(3):
            said(factories.account(segment=factories.segment()), survey, themes={theme(f"theme-{number}"): "neutral"}, at=MAY)
        refresh_rollups()
        with django_assert_num_queries(len(few)):
            client.get(URL)


class TestAwaited:
    """Where it takes seconds, the page comes first and then asks for its figures; without JavaScript a link does."""

    @pytest.fixture
    def client(self, login, leadership, spoken, monkeypatch):
        monkeypatch.setattr(theme_kept, "MANY", 0)
        return login(leadership)

    def test_the_page_asks_for_the_figures_once(self, client):
        page = client.get(URL, {"period": "m6"})
        [asked] = re.findall(r'hx-get="(/report/themes/[^"]*)"', page.content.decode())
        assert (page.context.get("report"), asked, "that takes some seconds" in page.content.decode()) == (None, f"{URL}?period=m6", True)
        assert len(client.get(asked, headers={"HX-Request": "true"}).context["report"].rows) == 1
        assert client.get(URL, {"period": "m6"}).context["report"] is not None  # kept by now

    def test_a_link_without_javascript(self, client):
        [link] = re.findall(r'href="([^"]*figures=now[^"]*)"', client.get(URL, {"period": "m6"}).content.decode())
        page = client.get(URL + unescape(link))
        assert (page.context["report"].filters.months, len(page.context["report"].rows)) == (6, 1)

    def test_a_file_is_never_without_figures(self, client):
        assert len(read(client.get(URL, {"export": "csv"}))) == 2


class TestExport:
    def test_the_file_names_its_filters(self, login, leadership, spoken, survey, price):
        theme("discount", price)
        asked = {"period": "q8", "segment": spoken[0].pk, "parent": ""}
        named = {"Survey": survey.name, "From": "2024-07-01", "To": "2026-05-31"}
        named |= {"Segment": "Retail", "Region": "all", "Themes": "top themes"}
        client = login(leadership)
        heads, row = read(client.get(URL, {"export": "csv", **asked}))
        assert list(zip(heads, row, strict=True))[-6:] == [(f"Filter: {name}", value) for name, value in named.items()]
        book = CalamineWorkbook.from_filelike(BytesIO(client.get(URL, {"export": "xlsx", **asked}).content))
        assert (book.sheet_names[1], dict(book.get_sheet_by_index(1).to_python())) == ("Filters", named)

    def test_figures_with_interval_n_and_reason(self, login, leadership, spoken):
        heads, row = read(login(leadership).get(URL, {"export": "csv", "period": "m3"}))
        cells = dict(zip(heads, row, strict=True))
        assert (cells["Share of comments: n"], cells["Negative"], cells["Share of comments, May 2026"][:5]) == ("12", "10", "83.33")
        assert cells["Change of the share: remark"] == "no comments in the period before"
        assert cells["Impact on NPS, Industry: remark"] == "too few answers: 0 of 10 needed"

    def test_shares_step_by_step_carry_interval_n_and_reason(self, login, leadership, spoken):
        heads, row = read(login(leadership).get(URL, {"export": "csv", "period": "m3"}))
        cells = dict(zip(heads, row, strict=True))
        parts = [[cells[f"Share of comments, {month} 2026{part}"] for part in ("", *PARTS)] for month in ("April", "May")]
        assert parts[0] == ["", "", "", "0", "", "no comments"]
        assert [part[:5] for part in parts[1]] == ["83.33", "55.19", "95.30", "12", "", ""]

    def test_as_xlsx_and_nothing_else(self, login, leadership, spoken):
        client = login(leadership)
        assert client.get(URL, {"export": "xlsx"}).content[:2] == b"PK"
        assert client.get(URL, {"export": "pdf"}).status_code == 404


class TestEmpty:
    def text(self, page):
        return " ".join(page.content.decode().split())

    def test_no_survey(self, login, leadership, price):
        assert "There is no survey yet." in self.text(login(leadership).get(URL))

    def test_no_theme(self, login, leadership, survey):
        assert "There is no theme yet." in self.text(login(leadership).get(URL))

    def test_nothing_in_the_period(self, login, leadership, survey, price):
        assert "No comment of this period" in self.text(login(leadership).get(URL))

    def test_texts_that_wait_to_be_searched_are_told(self, login, leadership, spoken):
        client = login(leadership)
        assert client.get(URL).context["is_under_way"] is False
        Catalogue.objects.update_or_create(defaults={"revision": 2})
        assert "Texts are being searched for themes just now" in self.text(client.get(URL))

    def test_answers_that_nobody_can_read_are_told(self, login, leadership, survey, spoken):
        said(survey=survey, language="pt", at=MAY)
        refresh_rollups()
        assert "1 answer is left out of all figures" in self.text(login(leadership).get(URL))


class TestDrillDown:
    def asked(self, **which):
        filters = ThemeFilters(factories.survey(), date(2026, 5, 1), 12, segment_id=4, region="North & South")
        link = urlparse(answers_link(filters, 7, **which))
        return link.path, {name: values[0] for name, values in parse_qs(link.query).items() if name != "survey"}

    def test_a_figure_opens_the_answers_of_the_period(self):
        period = {"first": "2025-06-01", "last": "2026-05-31"}
        assert self.asked() == ("/feedback/", {"theme": "7", "segment": "4", "region": "North & South", **WHAT, **period})

    def test_a_month_and_a_segment(self):
        asked = self.asked(step=date(2026, 2, 1), segment=5)[1]
        assert (asked["first"], asked["last"], asked["segment"]) == ("2026-02-01", "2026-02-28", "5")

    def test_the_running_quarter_ends_with_the_period(self, survey):
        link = answers_link(ThemeFilters(survey, date(2026, 5, 1), 6, 3), None, step=date(2026, 4, 1))
        assert parse_qs(urlparse(link).query)["last"] == ["2026-05-31"]

    def test_the_list_holds_as_many_as_the_figure_counts(self, login, leadership, spoken, survey, price):
        said(survey=survey, themes={theme("discount", price): "neutral"}, at=MAY)
        refresh_rollups()
        client = login(leadership)
        found = client.get(URL).context["report"]
        counted = {None: found.total.figures["nps"].n, price.pk: found.rows[0].figures["theme_volume"].n}
        assert counted == {None: 13, price.pk: 11}
        listed = {key: client.get(answers_link(found.filters, key)).context["paginator"].count for key in counted}
        assert listed == counted

    def listed(self, client, link):
        return client.get(link).context["paginator"].count

    def test_what_no_figure_counts_is_in_no_list_behind_one(self, login, leadership, survey, spoken, price):
        """Without a score, on another scale, not searched yet, in a language without themes, never gone over."""
        about = {"survey": survey, "themes": {price: "negative"}, "at": MAY}
        Response.objects.filter(pk=said(**about).pk).update(score=None, band="")
        said(score_type="csat", **about)
        said(revision=0, **about)
        said(language="pt", **about)
        factories.response(survey=survey, score=2, comment="never gone over", at=MAY)
        refresh_rollups()
        client = login(leadership)
        found = client.get(URL).context["report"]
        assert (found.rows[0].figures["theme_volume"].n, found.total.figures["nps"].n, found.unread) == (10, 12, 3)
        assert [self.listed(client, answers_link(found.filters, key)) for key in (price.pk, None)] == [10, 12]

    def test_accounts_without_a_segment(self, login, leadership, spoken, survey, price):
        said(survey=survey, themes={price: "neutral"}, at=MAY)
        refresh_rollups()
        client = login(leadership)
        page = client.get(URL)
        cells = page.context["report"].rows[0].cells
        assert [cell.label for cell in cells] == ["Industry", "Retail", "no segment"]
        links = [answers_link(page.context["report"].filters, price.pk, cell.segment_id) for cell in cells]
        assert [self.listed(client, link) for link in links] == [0, 10, 1]
        assert escape(links[2]) in page.content.decode()

    def test_the_share_negative_opens_the_negative_ones(self, login, leadership, spoken, survey, price):
        """By the one label that a response has there: something good beside makes it mixed."""
        said(survey=survey, themes={price: "negative", theme("discount", price): "positive"}, at=MAY)
        refresh_rollups()
        client = login(leadership)
        page = client.get(URL)
        [row] = page.context["report"].rows
        link = answers_link(page.context["report"].filters, price.pk, figure=row.figures["theme_negative"])
        assert (row.labels["negative"], row.labels["mixed"], self.listed(client, link)) == (10, 1, 10)
        assert escape(link) in page.content.decode()

    def test_a_change_opens_both_periods(self, login, leadership, spoken, survey, price):
        said(survey=survey, themes={price: "neutral"}, at=MAY - timedelta(days=90))
        refresh_rollups()
        client = login(leadership)
        page = client.get(URL, {"period": "m3"})
        [row] = page.context["report"].rows
        link = answers_link(page.context["report"].filters, price.pk, figure=row.figures["theme_change"])
        assert (row.figures["theme_volume"].n, self.listed(client, link)) == (10, 11)
        assert escape(link) in page.content.decode()

    def test_the_number_in_the_list_of_themes_opens_the_days_that_it_counts(self, login, leadership, price):
        for days in (1, 100):
            said(themes={price: "neutral"}, at=timezone.now() - timedelta(days=days))
        client = login(leadership)
        page = client.get("/themes/")
        [link] = re.findall(r'href="(/feedback/[^"]+)"', page.content.decode())
        assert (page.context["tree"][0].answers, self.listed(client, unescape(link))) == (1, 1)

    def test_the_list_says_what_it_leaves_out(self, login, leadership, spoken, survey):
        page = login(leadership).get(answers_link(ThemeFilters(survey, date(2026, 5, 1), 1), None)).content.decode()
        assert "Only what the figures on themes count" in page


class TestDrawings:
    def figure(self, value, **fields):
        return Figure("theme_impact", value, 20, "responses", **fields)

    def test_a_line_breaks_where_nothing_is_known(self):
        drawn = lines([self.figure(5), self.figure(None), self.figure(10), self.figure(0)])
        assert [[(point.x, point.y) for point in line] for line in drawn] == [[(2, 12)], [(66, 2), (98, 22)]]

    def test_no_line_of_nothing(self):
        assert lines([]) == lines([self.figure(None)]) == []

    def test_a_bar_of_what_was_scored(self):
        bar = parts({"positive": 1, "neutral": 0, "mixed": 1, "negative": 2, "not_scored": 9})
        assert [(part.label, part.x, part.width) for part in bar] == [("positive", 0, 25), ("mixed", 25, 25), ("negative", 50, 50)]
        assert parts({"positive": 0, "neutral": 0, "mixed": 0, "negative": 0, "not_scored": 2}) == []

    @pytest.mark.parametrize(
        ("value", "low", "high", "drawn"),
        [
            *[(-6, -9, -2, "k-heat-bad-2"), (2, 1, 3, "k-heat-good-1"), (2, 0.06, 3, "k-heat-good-1")],
            *[(-6, -13, 1, ""), (-6, None, None, ""), (None, None, None, "")],
            *[(-6, -9, -0.04, ""), (2, 0.04, 3, "")],  # printed, they end at 0.0
        ],
    )
    def test_a_cell_is_coloured_where_chance_is_unlikely(self, value, low, high, drawn):
        assert heat(self.figure(value, low=low, high=high)) == drawn

    def test_the_share_negative_has_steps(self):
        assert [heat(Figure("theme_negative", value, 20, "responses")) for value in (0, 20, 75)] == [
            "k-heat-bad-0",
            "k-heat-bad-1",
            "k-heat-bad-3",
        ]

    def test_a_change_bears_its_sign(self):
        assert [signed_text(self.figure(value)) for value in (4.1, -2.04, 0.0)] == ["+4.1", "−2.0", "0.0"]


class TestAccount:
    def test_what_it_speaks_of_with_its_own_sentiment(self, login, account_manager, survey, price):
        account = factories.account(account_manager=account_manager)
        for themes in ({price: "negative"}, {price: "neutral", theme("delivery"): "positive"}, {theme("discount", price): "not_scored"}):
            said(account, survey, themes=themes)
        said(survey=survey, themes={price: "negative"})
        said(account, survey, themes={price: "negative"}, at=timezone.now() - timedelta(days=400))
        refresh_rollups()
        page = login(account_manager).get(f"/accounts/{account.pk}/")
        found = [(one.theme.key, one.n, one.labels["negative"], one.labels["not_scored"]) for one in page.context["spoken"]]
        assert found == [("price", 3, 1, 1), ("delivery", 1, 0, 0)]

    def test_nothing_is_no_block(self, login, leadership):
        assert "speaks of" not in login(leadership).get(f"/accounts/{factories.account().pk}/").content.decode()
