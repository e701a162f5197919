"""How often engines err: of texts drawn at random only, with interval, or the reason why there is no figure."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.models import Judgement
from analytics.reports.error_rates import readings
from analytics.text.judging.judge import judge
from tests import factories

pytestmark = pytest.mark.django_db
IN_USE = [("en", True), ("he", True)]  # the languages that an engine covers, whatever was judged


@pytest.fixture
def manager():
    return factories.user()


@pytest.fixture
def judged(manager):
    """`judged(engine's label, person's label, n)`: n judgements of an engine "old" in English, drawn at random."""
    account, survey = factories.account(account_manager=manager), factories.survey()

    def make(said, label, n=1, is_sampled=True, account=account, confidence=None):
        answers = [factories.response(account, survey, comment="x").answers.get(question_key="comment") for _ in range(n)]
        about = {"language": "en", "engine": "old", "engine_version": "1", "answer_updated_at": timezone.now(), "judged_by": manager}
        about |= {"engine_label": said, "label": label, "is_sampled": is_sampled, "confidence": confidence}
        Judgement.objects.bulk_create([Judgement(answer=answer, **about) for answer in answers])

    return make


def old(user):
    [found] = [reading for reading in readings(user) if reading.engine == "old"]
    return found


def test_the_share_is_of_drawn_texts_of_which_people_could_tell(judged, manager):
    judged("positive", "positive", 8)
    judged("positive", "negative", 1)
    judged("neutral", "mixed", 1)
    judged("positive", "not_scored", 3)  # people could not tell
    judged("not_scored", "negative", 2)  # the engine had said nothing
    judged("positive", "negative", 5, is_sampled=False)
    judged("positive", "positive", 2, is_sampled=False)
    found = old(manager)
    # Wilson for 2 of 10: 5.7 % – 51.0 %, as in R's prop.test(2, 10, correct = FALSE)
    assert (found.wrong.n, found.wrong_count, found.wrong.value) == (10, 2, 0.2)
    assert (round(found.wrong.low, 4), round(found.wrong.high, 4)) == (0.0567, 0.5098)
    assert (found.opposite_count, found.untold, found.corrected, found.confirmed) == (1, 3, 5, 2)
    assert [counts for _name, counts in found.confusion] == [[8, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0], [0, 0, 0, 0]]


def test_bands_set_the_promise_beside_what_was_right(judged, manager):
    judged("positive", "positive", 6, confidence=0.95)
    judged("positive", "negative", 4, confidence=0.91)
    judged("positive", "positive", 1, confidence=0.6)
    judged("positive", "not_scored", 1, confidence=0.3)
    low, high = old(manager).bands
    assert (low.low, low.high, low.right.n, low.is_shown) == (0.6, 0.7, 1, False)
    assert (high.low, high.high, round(high.promised, 3), high.right.value, high.right.n) == (0.9, 1.0, 0.934, 0.6, 10)


def test_below_ten_there_is_a_reason_and_no_share(login, judged, manager):
    judged("positive", "negative", 4)
    html = login(manager).get("/text/quality/").content.decode()
    assert html.count("too few: 4 of 10 needed") == 1 and "100%" not in html


def test_each_user_sees_the_figure_of_own_accounts(judged, manager, leadership):
    judged("positive", "positive", 2)
    judged("positive", "negative", 3, account=factories.account())
    assert [old(user).wrong.n for user in (manager, leadership)] == [2, 5]
    assert [reading.engine for reading in readings(factories.user()) if reading.drawn] == []


def test_engines_in_use_are_shown_before_anything_is_judged(manager):
    assert [(reading.language, reading.is_in_use) for reading in readings(manager)] == IN_USE


def test_a_judged_text_counts_for_the_engine_that_had_read_it(manager):
    answer = factories.read_text(factories.account(account_manager=manager), about={"engine": "old", "confidence": 0.8})
    judge(answer, "negative", manager, is_sampled=True)
    answer.sentiment.engine = "new"
    answer.sentiment.save()
    assert (old(manager).wrong_count, old(manager).bands[0].right.n) == (1, 1)


def test_every_role_reads_the_page_and_those_who_handle_feedback_may_check(login):
    roles = ("administrator", "survey_owner", "account_manager", "team_lead", "leadership", "sales")
    pages = {role: login(factories.user(role=role)).get("/text/quality/") for role in roles}
    assert {page.status_code for page in pages.values()} == {200}
    assert [role for role, page in pages.items() if "/text/check/" not in page.content.decode()] == ["leadership", "sales"]


def test_the_number_of_queries_does_not_grow(login, judged, manager):
    client = login(manager)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get("/text/quality/")
        return len(captured)

    judged("positive", "positive", 1, confidence=0.9)
    client.get("/text/quality/")
    one = queries()
    judged("negative", "positive", 3, confidence=0.7)
    assert queries() == one
