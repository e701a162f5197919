"""What texts speak of, month by month: each response once, and nothing of what nobody has read yet."""

from datetime import UTC, date, datetime, timedelta
from unittest import mock

import pytest
from django.utils import timezone

from analytics.linkage import rollup, theme_rollup
from analytics.linkage.rollup import refresh_rollups
from analytics.linkage.theme_rollup import label_of
from analytics.models import AnswerTheme, Catalogue, Sentiment, Term, ThemeMonth
from analytics.text.judging.judge import judge, take_back
from surveys.models import Account, Answer
from tests import factories
from tests.linkage.theme_world import said, searched, theme

pytestmark = pytest.mark.django_db
MAY = datetime(2026, 5, 12, tzinfo=UTC)


@pytest.fixture
def price():
    return theme("price")


def counts(**which):
    """{theme: (responses, promoters, passives, detractors)} of the rolled up rows; None for all responses."""
    rows = ThemeMonth.objects.filter(**which)
    return {row.theme and row.theme.key: (row.responses, row.promoters, row.passives, row.detractors) for row in rows}


def labels(row):
    return {label: getattr(row, label) for label in ThemeMonth.LABELS if getattr(row, label)}


class TestRows:
    def test_all_responses_and_those_that_speak_of_a_theme(self, price):
        survey, account = factories.survey(), factories.account()
        for score, themes in ((9, {price: "positive"}), (7, {}), (2, {price: "negative"})):
            said(account, survey, score, themes, at=MAY)
        factories.response(account, survey, score=10, at=MAY)
        refresh_rollups()
        assert counts(month=date(2026, 5, 1)) == {None: (4, 2, 1, 1), "price": (2, 1, 0, 1)}
        assert labels(ThemeMonth.objects.get(theme=price)) == {"positive": 1, "negative": 1}
        assert ThemeMonth.objects.get(theme=None).commented == 3

    def test_two_texts_and_two_parts_of_a_theme_are_one_response(self, price):
        discount, terms = theme("discount", price), theme("payment", price)
        response = said(score=3, themes={discount: "negative", terms: "positive"})
        second = Answer.objects.create(response=response, question_key="more", text="Again", updated_at=timezone.now())
        searched(second, {discount: "negative", price: "neutral"}, label="negative")
        refresh_rollups()
        assert counts() == dict.fromkeys((None, "price", "discount", "payment"), (1, 0, 0, 1))
        found = {row.theme and row.theme.key: labels(row) for row in ThemeMonth.objects.all()}
        assert found == {None: {"mixed": 1}, "price": {"mixed": 1}, "discount": {"negative": 1}, "payment": {"positive": 1}}

    def test_a_month_ends_at_midnight_of_the_organisation(self, settings, price):
        settings.TIME_ZONE = "Asia/Jerusalem"
        for minute in (59, 60):
            said(themes={price: "neutral"}, at=datetime(2026, 5, 31, 20, tzinfo=UTC) + timedelta(minutes=minute))
        refresh_rollups()
        months = ThemeMonth.objects.filter(theme=price).values_list("month", flat=True)
        assert sorted(months) == [date(2026, 5, 1), date(2026, 6, 1)]

    def test_the_segment_and_region_are_those_of_the_time(self, price):
        old, new = factories.segment(), factories.segment()
        account, survey = factories.account(segment=old, region="North"), factories.survey()
        said(account, survey, themes={price: "neutral"}, at=MAY)
        Account.objects.update(segment=new, region="South")
        account.refresh_from_db()
        said(account, survey, themes={price: "neutral"}, at=MAY)
        refresh_rollups()
        found = ThemeMonth.objects.filter(theme=price).values_list("segment", "region", "responses")
        assert set(found) == {(old.pk, "North", 1), (new.pk, "South", 1)}

    def test_without_a_score_it_counts_apart_and_in_no_band(self, price):
        survey, account = factories.survey(), factories.account()
        for score in (9, None):
            said(account, survey, score, {price: "neutral"}, at=MAY)
        refresh_rollups()
        assert counts(score_type="nps") == dict.fromkeys((None, "price"), (1, 1, 0, 0))
        assert counts(score_type="") == dict.fromkeys((None, "price"), (1, 0, 0, 0))

    def test_a_text_without_a_score_that_comes_later_is_found(self, price):
        said(themes={price: "neutral"})
        refresh_rollups()
        said(score=None, themes={price: "neutral"})
        assert (refresh_rollups(), refresh_rollups(), ThemeMonth.objects.filter(theme=price).count()) == (True, False, 2)

    def test_partial_set_aside_and_anonymous_ones_do_not_count(self, price):
        said(themes={price: "neutral"}, state="partial")
        said(themes={price: "neutral"}, set_aside="too_fast")
        said(survey=factories.survey(is_anonymous=True), themes={price: "neutral"})
        refresh_rollups()
        assert ThemeMonth.objects.count() == 0

    @pytest.mark.parametrize("change", [{"themes_revision": 0}, {"language": "pt"}])
    def test_what_nobody_has_read_is_left_out_and_counted(self, price, change):
        answer = said(themes={price: "neutral"}).answers.get(question_key="comment")
        Sentiment.objects.filter(answer=answer).update(**change)
        refresh_rollups()
        [row] = ThemeMonth.objects.all()
        assert (row.theme, row.responses, row.commented, row.unread) == (None, 0, 0, 1)

    def test_a_text_that_was_never_scored_waits_too_and_one_of_emoji_speaks_of_nothing(self, price):
        factories.response(comment="Just came in")
        said(language="", label="not_scored")
        refresh_rollups()
        assert sorted(ThemeMonth.objects.values_list("responses", "commented", "unread", "not_scored")) == [(0, 0, 1, 0), (1, 1, 0, 1)]

    def test_texts_are_read_in_chunks(self, price):
        survey, account = factories.survey(), factories.account()
        for _ in range(5):
            said(account, survey, themes={price: "neutral"}, at=MAY)
        with mock.patch.object(theme_rollup, "CHUNK", 2):
            refresh_rollups()
        assert counts() == {None: (5, 5, 0, 0), "price": (5, 5, 0, 0)}


@pytest.mark.parametrize(
    ("several", "one"),
    [
        (["positive", "neutral"], "positive"),
        (["negative", "neutral"], "negative"),
        (["positive", "negative"], "mixed"),
        (["mixed", "positive"], "mixed"),
        (["not_scored", "neutral"], "neutral"),
        (["not_scored", "not_scored"], "not_scored"),
    ],
)
def test_several_labels_are_one(several, one):
    assert label_of(several) == one


class TestFollowing:
    """Whatever happens to texts and themes, the next run finds it, however long after."""

    @pytest.fixture
    def answer(self, price):
        answer = said(themes={price: "negative"}, score=2).answers.get(question_key="comment")
        said(themes={price: "negative"}, score=2)
        refresh_rollups()
        with mock.patch.object(rollup, "OVERLAP", -timedelta(days=1)):  # no time of change helps
            yield answer

    def test_nothing_new_is_nothing_to_do(self, answer):
        assert refresh_rollups() is False

    def test_another_search_finds_other_themes(self, answer):
        delivery = theme("delivery")
        AnswerTheme.objects.filter(answer=answer).update(theme=delivery)
        Sentiment.objects.filter(answer=answer).update(themes_revision=2)
        assert refresh_rollups() is True
        assert counts(account=answer.response.account) == {None: (1, 0, 0, 1), "delivery": (1, 0, 0, 1)}

    def test_while_all_texts_are_searched_anew_accounts_wait_to_be_done_once(self, answer):
        delivery = theme("delivery")
        Catalogue.objects.create(pk=1, revision=2)
        AnswerTheme.objects.filter(answer=answer).update(theme=delivery)
        Sentiment.objects.filter(answer=answer).update(themes_revision=2)
        refresh_rollups()
        assert "price" in counts(account=answer.response.account)
        Sentiment.objects.update(themes_revision=2)
        refresh_rollups()
        assert counts(account=answer.response.account) == {None: (1, 0, 0, 1), "delivery": (1, 0, 0, 1)}

    def test_a_text_that_waits_again(self, answer):
        Sentiment.objects.filter(answer=answer).update(themes_revision=0)
        refresh_rollups()
        assert counts(account=answer.response.account) == {None: (0, 0, 0, 0)}

    def test_a_theme_becomes_a_part_of_another(self, answer, price):
        price.parent = theme("money")
        price.save()
        refresh_rollups()
        assert ThemeMonth.objects.filter(theme=price.parent, detractors=1).count() == 2

    def test_terms_in_another_language(self, answer):
        Term.objects.all().delete()
        refresh_rollups()
        assert set(counts()) == {None}

    def test_a_deleted_theme_takes_its_rows_along(self, answer, price):
        price.delete()
        assert set(counts()) == {None}

    def test_a_deleted_response(self, answer):
        answer.response.delete()
        refresh_rollups()
        assert counts(account=answer.response.account_id) == {}


class TestJudged:
    """A person's label reaches the themes with the next search."""

    @pytest.fixture
    def answer(self, price):
        answer = said(themes={price: "negative"}, label="negative").answers.get(question_key="comment")
        refresh_rollups()
        judge(answer, "positive", factories.user(role="administrator"))
        searched(answer, {price: "positive"})
        return answer

    def test_it_counts(self, answer, price):
        assert refresh_rollups() is True
        assert labels(ThemeMonth.objects.get(theme=price)) == {"positive": 1}

    def test_taken_back_long_after_it_counts_no_more(self, answer, price):
        refresh_rollups()
        with mock.patch.object(rollup, "OVERLAP", -timedelta(days=1)):
            take_back(answer, factories.user(role="administrator"))
            searched(answer, {price: "negative"}, label="negative")
            refresh_rollups()
        assert labels(ThemeMonth.objects.get(theme=price)) == {"negative": 1}
