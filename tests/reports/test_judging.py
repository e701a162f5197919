"""Correcting a text's sentiment from the pages: one click, with htmx or without, and back."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.models import AnswerTheme, Judgement, Sentiment
from analytics.text.judging.judge import judge
from surveys.models import Answer
from tests import factories

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def manager():
    return factories.user(name="Maya")


@pytest.fixture
def account(manager):
    return factories.account(account_manager=manager)


@pytest.fixture
def answer(account):
    about = {"confidence": 0.523, "words": [["<great>", 0.8], ["late", -0.3]]}
    return factories.read_text(account, about=about)


def address(answer, undo=False):
    return f"/text/answers/{answer.pk}/judge/" + ("undo/" if undo else "")


def said(answer, label="negative", **more):
    return {"label": label, "answer_updated_at": answer.updated_at.isoformat(), **more}


def words_of(page):
    """What a page says, without its marks."""
    return " ".join(re.sub("<[^>]+>", " ", page.content.decode()).split())


@pytest.mark.parametrize("page", ["/feedback/", "/feedback/{}/"])
def test_the_page_tells_why_and_how_sure(login, manager, answer, page):
    html = login(manager).get(page.format(answer.response_id)).content.decode()
    assert '<bdi dir="ltr">52%</bdi> sure.' in html and 'unsure: <bdi dir="ltr">52%</bdi>' in html
    assert re.findall(r'k-word-(plus|minus)">.*?<bdi>(.*?)</bdi>', html) == [("plus", "&lt;great&gt;"), ("minus", "late")]
    assert "<bdi>TextBlob 1</bdi>" in html and 'href="/text/quality/"' in html


@pytest.mark.parametrize(
    ("about", "why"),
    [
        ({"engine": "", "engine_version": "", "language": "pt"}, "No engine covers this language yet"),
        ({}, "The engine did not understand this text"),
        ({"engine": "", "engine_version": "", "language": ""}, "The text has no letters"),
    ],
)
def test_what_is_not_scored_says_why_and_can_be_given_a_label(login, manager, account, about, why):
    answer = factories.read_text(account, "not_scored", about=about)
    page = login(manager).get(f"/feedback/{answer.response_id}/")
    assert why in words_of(page) and "Say what it is" in words_of(page)
    login(manager).post(address(answer), said(answer, "positive"))
    assert Sentiment.objects.values_list("label", "engine_label").get() == ("positive", "not_scored")


def test_a_text_that_waits_says_so_and_has_no_buttons(login, manager, account):
    response = factories.response(account, comment="New")
    page = login(manager).get(f"/feedback/{response.pk}/")
    assert "It is read within a minute." in words_of(page) and "/judge/" not in page.content.decode()


def test_without_javascript_one_comes_back_to_the_page(login, manager, answer):
    response = login(manager).post(address(answer), said(answer, next="/feedback/?band=promoter"))
    assert (response.status_code, response.headers["Location"]) == (302, "/feedback/?band=promoter")
    page = login(manager).get(f"/feedback/{answer.response_id}/")
    assert "corrected by you" in words_of(page) and "The engine had said: Positive. Maya judged on" in words_of(page)


def test_without_javascript_a_message_tells_it_with_undo_also_where_the_text_has_left_the_list(login, manager, answer):
    client = login(manager)
    page = client.post(address(answer), said(answer, next="/feedback/?sentiment=positive"), follow=True)
    assert f"{answer.response.account}: the sentiment of the text is now “Negative”. Undo" in words_of(page)
    assert list(page.context["page_obj"]) == [] and f'action="{address(answer, undo=True)}"' in page.content.decode()
    page = client.post(address(answer, undo=True), {"next": "/feedback/?sentiment=positive"}, follow=True)
    assert "what the program said of the text counts again" in words_of(page) and len(page.context["page_obj"]) == 1


def test_what_the_text_says_of_its_themes_follows_at_once(login, manager, answer):
    AnswerTheme.objects.create(answer=answer, theme=factories.theme("price", "great"), label="positive", spans=[[0, 5]])
    html = login(manager).post(address(answer), said(answer), headers=HTMX).content.decode()
    assert f'id="themes-{answer.pk}" hx-swap-oob="true"' in html and "k-theme-chip-negative" in html


def test_the_controls_say_of_which_text_they_are(login, manager, answer):
    Answer.objects.filter(pk=answer.pk).update(text="<Great> & more")
    page = login(manager).get("/feedback/?search=great").content.decode()
    named = re.findall(r">([^<>]*)<span class=\"visually-hidden\">[^<]*<bdi>&lt;Great&gt; &amp; more</bdi>", page)
    assert [name.strip() for name in named] == ["Agree", "Change", "Why?"]


def test_a_neutral_text_has_no_words_that_decided(login, manager, account):
    answer = factories.read_text(account, "neutral", about={"confidence": 0.98})
    assert "Neither praise nor blame prevails" in words_of(login(manager).get(f"/feedback/{answer.response_id}/"))


def test_a_foreign_address_is_not_followed(login, manager, answer):
    response = login(manager).post(address(answer), said(answer, next="https://evil.example/"))
    assert response.headers["Location"] == f"/feedback/{answer.response_id}/"


def test_htmx_gets_the_new_state_with_undo_in_focus_and_undo_brings_the_old_one(login, manager, answer):
    client = login(manager)
    corrected = client.post(address(answer), said(answer), headers=HTMX)
    assert "corrected by you" in words_of(corrected) and "autofocus>Undo<span" in corrected.content.decode()
    assert "<html" not in corrected.content.decode()
    undone = client.post(address(answer, undo=True), headers=HTMX)
    assert 'data-sentiment="positive"' in undone.content.decode() and "corrected by you" not in words_of(undone)
    assert Judgement.objects.count() == 0


def test_a_colleague_reads_who_confirmed_it(login, manager, leadership, answer):
    judge(answer, "positive", manager)
    assert "confirmed by Maya" in words_of(login(leadership).get("/feedback/"))


def test_a_stale_page_is_told_so_and_changes_nothing(login, manager, answer):
    Answer.objects.filter(pk=answer.pk).update(text="Terrible", updated_at=answer.updated_at + timedelta(minutes=1))
    client = login(manager)
    assert "The customer changed this text" in words_of(client.post(address(answer), said(answer), headers=HTMX))
    page = client.post(address(answer), said(answer, next="/feedback/"), follow=True)
    assert "The customer changed this text" in words_of(page)
    assert (Judgement.objects.count(), Sentiment.objects.get().label) == (0, "positive")


@pytest.mark.parametrize("form", [{}, {"label": "great"}, {"label": "negative", "answer_updated_at": "yesterday"}])
def test_nonsense_changes_nothing(login, manager, answer, form):
    assert login(manager).post(address(answer), form, headers=HTMX).status_code == 200
    assert Judgement.objects.count() == 0


@pytest.mark.parametrize("undo", [False, True])
def test_who_may_judge(login, answer, undo):
    judge(answer, "mixed", factories.user(role="administrator"))
    statuses = {}
    for role in ("leadership", "sales", "account_manager", "team_lead"):  # none of them manages the account
        statuses[role] = login(factories.user(role=role)).post(address(answer, undo), said(answer)).status_code
    assert statuses == {"leadership": 403, "sales": 403, "account_manager": 404, "team_lead": 404}
    assert Judgement.objects.get().label == "mixed"


def test_get_does_nothing(login, manager, answer):
    client = login(manager)
    assert [client.get(address(answer, undo), said(answer)).status_code for undo in (False, True)] == [405, 405]


def test_leadership_sees_no_buttons(login, leadership, answer):
    pages = [login(leadership).get(page).content.decode() for page in ("/feedback/", f"/feedback/{answer.response_id}/")]
    assert ["/judge/" in page for page in pages] == [False, False]


def test_the_time_line_tells_both(login, manager, answer):
    judge(answer, "not_scored", manager)
    events = login(manager).get(f"/feedback/{answer.response_id}/").context["events"]
    assert [(event.what, event.note) for event in events[1:]] == [
        ("Text looked at", "Positive"),
        ("Sentiment judged", "Cannot tell, Maya"),
    ]


def test_the_number_of_queries_does_not_grow_with_judgements(login, manager, account, survey_owner):
    client, survey = login(manager), factories.survey()

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get("/feedback/")
        return len(captured)

    judge(factories.read_text(account, survey=survey), "negative", survey_owner)
    client.get("/feedback/")
    one = queries()
    for _ in range(2):
        judge(factories.read_text(account, survey=survey), "negative", survey_owner)
    factories.read_text(account, survey=survey, about={"confidence": 0.4})
    assert queries() == one
