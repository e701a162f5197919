"""Searching the feedback, and who reads personal data: the same on pages, in files and by the API."""

import csv
from io import BytesIO, StringIO

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import load_workbook

from analytics.models import Sentiment
from analytics.text.score import score_waiting
from analytics.text.search.find import matching
from analytics.text.search.index import index_waiting
from feedback_site.access.permissions import SEES_PERSONAL_DATA
from surveys.models import Answer, Handling
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/feedback/"
TEXT = "Call me at 050-1234567 about the late deliveries"
MASKED = "Call me at [phone] about the late deliveries"


@pytest.fixture
def manager():
    return factories.user()


@pytest.fixture
def account(manager):
    seller = factories.representative(user=factories.user(role="sales"))
    return factories.account(account_manager=manager, sales_representative=seller)


def survey_with(**question):
    survey = factories.survey(published=False)
    factories.question(survey.versions.get(), position=4, **question)
    survey.versions.update(state="published", published_at=timezone.now())
    return survey


@pytest.fixture
def response(account):
    """With a telephone number in a text, in the note of what was done, and in the respondent's own details."""
    survey = survey_with(key="who", type="contact_details")
    response = factories.response(account, survey, score=2, comment=TEXT, contact=factories.contact(account, name="Dana"))
    response.answers.create(question_key="who", data={"name": "Dana Levi", "phone": "050-1234567"}, updated_at=response.started_at)
    before = {"number": None, "text": "Mail dana@example.com", "choices": [], "data": None}
    response.corrections.create(question_key="comment", before=before, answered_at=response.started_at, corrected_at=response.started_at)
    Handling.objects.create(response=response, note="Rang 052-7654321")
    index_waiting()
    score_waiting()
    return response


def shown(client, **query):
    return [response.pk for response in client.get(URL, query).context["page_obj"]]


def csv_rows(response):
    return list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"))))


class TestWhoReadsPersonalData:
    def test_those_who_act_on_feedback(self):
        assert sorted(SEES_PERSONAL_DATA) == ["account_manager", "administrator", "survey_owner", "team_lead"]

    @pytest.fixture(params=["administrator", "survey_owner", "account_manager", "team_lead", "leadership", "sales"])
    def reader(self, request, account):
        if request.param in ("account_manager", "sales"):
            return account.account_manager if request.param == "account_manager" else account.sales_representative.user
        if request.param == "team_lead":
            account.account_manager.team = factories.team()
            account.account_manager.save()
            return factories.user(role="team_lead", team=account.account_manager.team)
        return factories.user(role=request.param)

    def test_on_every_page_in_every_file_and_by_the_login(self, login, response, reader):
        client = login(reader)
        pages = [
            client.get(URL),
            client.get(reverse("reports:response", args=[response.pk])),
            client.get(reverse("reports:results", args=[response.survey_id])),
            client.get(URL, {"export": "csv"}),
            client.get(reverse("reports:rows"), {"survey": response.survey_id, "figure": "responses"}),
            client.get(reverse("reports:rows"), {"survey": response.survey_id, "figure": "responses", "export": "csv"}),
            login(reader).get("/api/responses/"),
            login(reader).get(f"/api/responses/{response.pk}/"),
        ]
        assert [page.status_code for page in pages] == [200] * len(pages)
        readable = [any(secret in page.content.decode() for secret in ("1234567", "7654321", "dana@", "Dana Levi")) for page in pages]
        assert readable == [reader.role in SEES_PERSONAL_DATA] * len(pages)
        assert ["late deliveries" in page.content.decode() for page in pages] == [True] * len(pages)


class TestFiles:
    @pytest.mark.parametrize(
        ("query", "read"),
        [({}, (TEXT, "Rang 052-7654321", "Dana")), ({"mask": "1"}, (MASKED, "Rang [phone]", "[personal]"))],
    )
    def test_who_may_read_it_chooses(self, login, manager, response, query, read):
        [row] = csv_rows(login(manager).get(URL, {"export": "csv", **query}))
        assert (row["Text"], row["Note"], row["Contact"]) == read

    def test_the_rest_has_no_choice(self, login, leadership, response):
        [row] = csv_rows(login(leadership).get(URL, {"export": "csv", "mask": "0"}))
        assert (row["Text"], row["Note"]) == (MASKED, "Rang [phone]")

    def test_the_address_of_a_contact_without_a_name_is_masked_too(self, login, manager, account):
        factories.response(account, contact=factories.contact(account, name="", email="dana@example.com"))
        contacts = [csv_rows(login(manager).get(URL, {"export": "csv", "mask": mask}))[0]["Contact"] for mask in ("", "1")]
        assert contacts == ["dana@example.com", "[personal]"]

    def test_a_workbook_in_the_readers_language(self, login, response):
        reader = factories.user(role="leadership", language="he")
        content = login(reader).get(URL, {"export": "xlsx"}, headers={"Accept-Language": "he"}).content
        cells = [cell for row in load_workbook(BytesIO(content)).get_sheet_by_index(0).to_python() for cell in row]
        assert not any("1234567" in str(cell) for cell in cells)

    def test_rows_behind_a_figure(self, login, manager, response):
        query = {"survey": response.survey_id, "figure": "responses", "export": "csv", "mask": "1"}
        [row] = csv_rows(login(manager).get(reverse("reports:rows"), query))
        assert row["Text"] == MASKED

    def test_the_choice_carries_the_filters_of_the_page(self, login, manager, leadership, response):
        query = {"search": "late", "band": "detractor", "page": 1}
        pages = [login(user).get(URL, query).content.decode() for user in (manager, leadership)]
        for page in pages:
            form = page[page.index('<form class="k-downloads"') :].split("</form>")[0]
            carried = [f'name="{name}"' in form for name in ("search", "band", "page")]
            assert carried == [True, True, False]
        assert ["Mask personal data in the files" in page for page in pages] == [True, False]


class TestSearch:
    def test_any_form_of_a_word_in_either_language(self, login, manager, account, response):
        hebrew = factories.response(account, comment="והשירות היה איטי")
        index_waiting()
        client = login(manager)
        found = [shown(client, search=query) for query in ("delivery", '"late deliveries"', "call -delivery", "שירות", "איטי שירות")]
        assert found == [[response.pk], [response.pk], [], [hebrew.pk], [hebrew.pk]]

    def test_names_of_accounts_and_contacts(self, login, manager, response):
        client = login(manager)
        assert [shown(client, search=query) for query in ("dan", response.account.name.lower())] == [[response.pk]] * 2

    def test_a_name_that_is_not_shown_is_not_found(self, login, leadership, response):
        client = login(leadership)
        assert [shown(client, search=query) for query in ("dan", response.account.name.lower())] == [[], [response.pk]]

    @pytest.mark.parametrize("query", ["@", "_", "+", "."])
    def test_marks_of_addresses_tell_nothing_of_what_is_masked(self, login, manager, leadership, account, query):
        factories.response(account, comment="Write to a_b+c@d.example")
        index_waiting()
        assert [len(shown(login(user), search=query)) for user in (manager, leadership)] == [1, 0]

    def test_of_own_accounts_only(self, login, response):
        assert shown(login(factories.user()), search="delivery") == []

    def test_a_masked_number_is_found_by_those_only_who_may_read_it(self, login, manager, leadership, response):
        found = [[len(shown(login(user), search=query)) for query in ("1234567", "050", "delivery")] for user in (manager, leadership)]
        assert found == [[1, 1, 1], [0, 0, 1]]
        assert [login(user).get("/api/responses/", {"search": "1234567"}).json()["count"] for user in (manager, leadership)] == [1, 0]

    def test_what_was_found_is_marked_here_and_on_the_page_of_the_response(self, login, manager, response):
        client = login(manager)
        page = client.get(URL, {"search": "delivery"}).content.decode()
        assert "about the late <mark>deliveries</mark>" in page
        link = f"{reverse('reports:response', args=[response.pk])}?search=delivery"
        assert f'href="{link}"' in page
        assert "about the late <mark>deliveries</mark>" in client.get(link).content.decode()

    def test_masked_first_and_marked_then(self, login, leadership, response):
        page = login(leadership).get(reverse("reports:response", args=[response.pk]), {"search": "1234567 delivery"}).content.decode()
        assert 'Call me at <bdi class="text-nowrap">[phone]</bdi> about the late <mark>deliveries</mark>' in page

    def test_nothing_of_the_search_gets_out_of_its_quotes(self, login, manager, account):
        response = factories.response(account, comment='<script>alert("x")</script>')
        index_waiting()
        page = login(manager).get(URL, {"search": '"><script> alert'}).content.decode()
        assert ['"><script>' in page, 'value="&quot;&gt;&lt;script&gt; alert"' in page] == [False, True]
        link = reverse("reports:response", args=[response.pk])
        page = login(manager).get(link, {"search": 'script "><script>'}).content.decode()
        assert "&lt;<mark>script</mark>&gt;alert(&quot;x&quot;)&lt;/<mark>script</mark>&gt;" in page

    def test_how_many_were_found_or_how_to_search(self, login, manager, response):
        client = login(manager)
        pages = [client.get(URL, {"search": query}).content.decode() for query in ("delivery", "nothing of the kind")]
        assert ["<strong>1</strong> response found" in pages[0], "<strong>0</strong> responses found" in pages[1]] == [True, True]
        assert ["a minus before a word leaves out" in page for page in pages] == [True, True]

    @pytest.mark.parametrize("query", ["-", '"', '""', "-delivery", "a" * 2000, "' OR 1=1", "\\", "%", "(", "😀", "& | !", ":*"])
    def test_odd_queries_are_no_error(self, login, manager, response, query):
        assert login(manager).get(URL, {"search": query}).status_code == 200

    def test_sentiments_by_the_words_of_their_text(self, login, manager, response):
        found = [login(manager).get("/api/sentiments/", {"search": query}).json()["count"] for query in ("delivery", "invoice")]
        assert found == [1, 0]


class TestApi:
    def test_masked_where_asked(self, login, manager, response):
        [row] = login(manager).get("/api/responses/", {"mask": "1"}).json()["results"]
        answers = {answer["question_key"]: answer for answer in row["answers"]}
        assert (answers["comment"]["text"], answers["who"]["data"]) == (MASKED, {"name": "[personal]", "phone": "[personal]"})
        assert login(manager).get(f"/api/responses/{response.pk}/", {"mask": "true"}).json() == row

    def test_a_matrix_with_a_row_of_that_name_is_no_detail(self, login, leadership, account):
        survey = survey_with(key="grid", type="matrix")
        response = factories.response(account, survey)
        response.answers.create(question_key="grid", data={"phone": "good"}, updated_at=response.started_at)
        [row] = login(leadership).get("/api/responses/").json()["results"]
        assert [answer["data"] for answer in row["answers"] if answer["question_key"] == "grid"] == [{"phone": "good"}]


def test_words_that_decided_are_those_that_the_reader_finds_in_the_text(login, manager, leadership, account):
    answer = factories.response(account, comment="I hate it. Send it to 12 Awful Street").answers.get(question_key="comment")
    said = {"label": "negative", "engine_label": "negative", "polarity": -0.9, "words": [["hate", -2.0], ["Awful", -1.0]]}
    Sentiment.objects.create(answer=answer, language="en", engine="e", answer_updated_at=answer.updated_at, **said)
    rows = [login(user).get("/api/sentiments/").json()["results"][0] for user in (manager, leadership)]
    decided = [[word for word, _weight in row["words"]] for row in rows]
    assert decided == [["hate", "Awful"], ["hate"]]
    pages = [login(user).get(f"{URL}{answer.response_id}/").content.decode() for user in (manager, leadership)]
    assert [("<bdi>Awful</bdi>" in page, "<bdi>hate</bdi>" in page) for page in pages] == [(True, True), (False, True)]


def test_where_nothing_is_found_the_same_words_without_prefixes_are_offered(login, manager, account):
    factories.response(account, comment="שירות מצוין")
    index_waiting()
    page = login(manager).get(URL, {"search": "השירות", "band": "promoter"})
    assert page.context["shorter"] == ("שירות", 1)
    assert "?search=%D7%A9%D7%99%D7%A8%D7%95%D7%AA&amp;band=promoter" in page.content.decode()
    offers = [login(manager).get(URL, {"search": query}).context["shorter"] for query in ("המחיר", '"השירות"', "service")]
    assert offers == [None, None, None]


@pytest.mark.parametrize("query", ["-", "- -", '"', "-“”"])
def test_signs_without_a_word_are_refused_and_find_nothing(login, manager, account, query):
    factories.response(account, comment='Half-way - and "so"')
    page = login(manager).get(URL, {"search": query})
    html = page.content.decode()
    assert ("There is no word in it." in html, '<details class="k-fold">' in html, list(page.context["page_obj"])) == (True, True, [])
    assert matching(Answer.objects.all(), query).count() == 0


def test_the_search_stands_above_the_folded_filters_which_tell_how_many_are_in_use(login, manager, response):
    html = login(manager).get(URL, {"search": "late", "band": "detractor", "order": "newest", "region": ""}).content.decode()
    assert "1 in use" in html and html.count('id="id_search"') == 1
    assert html.index('id="id_search"') < html.index('<details class="k-fold">') < html.index('id="id_band"')


def test_who_needs_no_names_reads_none(login, manager, leadership, response):
    addresses = (URL, f"{URL}{response.pk}/")
    read = [["Dana" in login(user).get(address).content.decode() for address in addresses] for user in (manager, leadership)]
    assert read == [[True, True], [False, False]]
