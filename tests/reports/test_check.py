"""Checking a sample: one text at a time, without what the engine said."""

import pytest

from analytics.models import Drawn, Judgement
from analytics.reports.error_rates import LEAST
from analytics.statistics.proportions import proportion
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/text/check/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def manager():
    return factories.user()


@pytest.fixture
def texts(manager):
    account, survey = factories.account(account_manager=manager), factories.survey()
    return [factories.read_text(account, survey=survey, comment=f"Text {number}", score=2) for number in range(2)]


def said(page, label, **more):
    answer = page.context["drawn"].answer
    return {"label": label, "answer": answer.pk, "answer_updated_at": answer.updated_at.isoformat(), **more}


def test_get_draws_nothing_and_post_draws(login, manager, texts):
    client = login(manager)
    assert (client.get(URL).context["drawn"], Drawn.objects.count()) == (None, 0)
    page = client.post(URL, follow=True)
    assert page.context["drawn"] == Drawn.objects.get()
    again = client.get(URL)
    assert (again.context["drawn"], Drawn.objects.count()) == (Drawn.objects.get(), 1)


def test_neither_the_engines_label_nor_the_score_nor_the_account_is_shown(login, manager, texts):
    page = login(manager).post(URL, follow=True)
    html = page.content.decode()
    shown = page.context["drawn"].answer
    assert f">{shown.text}</p>" in html and "comment?" in html
    assert [word in html for word in ("data-sentiment", "band-detractor", shown.response.account.name)] == [False, False, False]


def test_a_judgement_is_of_the_sample_and_the_next_text_follows(login, manager, texts):
    client = login(manager)
    first = client.post(URL, follow=True)
    second = client.post(URL, said(first, "negative"), headers=HTMX)
    assert Judgement.objects.values_list("answer", "label", "is_sampled").get() == (first.context["drawn"].answer_id, "negative", True)
    html = second.content.decode()
    assert second.context["drawn"].answer_id != first.context["drawn"].answer_id
    assert "1 judged; 10 in one language give a first figure" in html and "you said “Negative”, the program “Positive”" in html
    end = client.post(URL, said(second, "not_scored"), follow=True)
    assert "Every text that you see is judged." in end.content.decode()


def test_a_skipped_text_is_counted_as_open(login, manager, texts):
    client = login(manager)
    first = client.post(URL, follow=True)
    second = client.post(URL, said(first, "skip"), follow=True)
    assert second.context["drawn"] != first.context["drawn"]
    assert "1 skipped and still open" in second.content.decode()
    assert Judgement.objects.count() == 0


def test_a_text_that_was_not_drawn_for_one_can_not_be_chosen(login, manager, texts):
    client = login(manager)
    page = client.post(URL, follow=True)
    chosen = next(answer for answer in texts if answer != page.context["drawn"].answer)
    assert client.post(URL, {**said(page, "negative"), "answer": chosen.pk}).status_code == 404
    Drawn.objects.update(held_by=factories.user())
    after = client.post(URL, said(page, "negative"), follow=True)
    assert "Somebody else got that text meanwhile." in after.content.decode()
    assert Judgement.objects.count() == 0


def test_a_text_that_was_changed_meanwhile_is_not_judged(login, manager, texts):
    client = login(manager)
    page = client.post(URL, follow=True)
    after = client.post(URL, {**said(page, "negative"), "answer_updated_at": "2020-01-01T00:00:00+00:00"}, headers=HTMX)
    assert "The customer changed this text" in after.content.decode()
    assert Judgement.objects.count() == 0


def test_only_those_who_handle_feedback(login):
    allowed = [role for role in ("leadership", "sales", "team_lead") if login(factories.user(role=role)).get(URL).status_code == 200]
    assert allowed == ["team_lead"]


def test_so_precise_is_a_share_as_the_page_says():
    """Half the 95 % Wilson interval of one wrong text in five, in points."""
    shares = [proportion(n // 5, n) for n in (LEAST, 50, 200, 400)]
    assert [round(50 * (share.high - share.low)) for share in shares] == [23, 11, 6, 4]
