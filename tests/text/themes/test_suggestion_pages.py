"""Survey owners decide on suggested themes: accept them under a name, discard them, bring them back, ask for newer ones."""

import pytest

from analytics.models import Catalogue, SuggestionMark, Theme, ThemeSuggestion
from analytics.text import tasks
from analytics.text.themes import suggest
from analytics.text.themes.suggest import ask_for_suggestions
from tests import factories
from tests.linkage.theme_world import said

pytestmark = pytest.mark.django_db
URL = "/themes/suggestions/"


@pytest.fixture
def hints(monkeypatch):
    """No broker is asked."""
    given = []
    monkeypatch.setattr(tasks.suggest_themes, "apply_async", lambda **options: given.append(options))
    return given


@pytest.fixture
def suggestion():
    answer = said().answers.get(question_key="comment")
    fields = {"n": 9, "scored": 8, "negative": 2, "examples": [answer.pk, 999_999]}
    return ThemeSuggestion.objects.create(language="en", terms=["parking", "garage"], **fields)


def text(page):
    return " ".join(page.content.decode().split())


class TestList:
    def test_terms_sentiment_with_interval_and_examples(self, login, survey_owner, suggestion):
        page = login(survey_owner).get(URL)
        [group] = [group for group in page.context["groups"] if group.suggestions]
        [(found, examples)] = group.suggestions
        assert (found, [answer.text for answer in examples]) == (suggestion, ["A comment"])
        assert "9 texts have one of these words." in text(page)
        assert "25.0%" in text(page)

    @pytest.mark.parametrize("role", ["account_manager", "team_lead", "leadership", "sales"])
    def test_others_may_not(self, login, suggestion, role):
        client = login(factories.user(role=role))
        assert client.get(URL).status_code == 403
        paths = ["ask/", f"{suggestion.pk}/accept/", f"{suggestion.pk}/discard/", f"{suggestion.pk}/bring-back/"]
        assert {client.post(f"{URL}{path}").status_code for path in paths} == {403}

    def test_too_few_texts_are_told(self, login, survey_owner):
        SuggestionMark.objects.create(pk=1, texts={"he": 24, "en": 80})
        page = text(login(survey_owner).get(URL))
        assert "Too few texts without a theme: 24 of 50 needed." in page
        assert "No suggestion: what these texts share was decided before" in page

    def test_the_number_of_queries_does_not_grow(self, login, survey_owner, suggestion, django_assert_num_queries):
        client = login(survey_owner)
        client.get(URL)
        with django_assert_num_queries(6):  # session, user, alerts, mark, suggestions, examples
            client.get(URL)
        for number in range(3):
            answer = said().answers.get(question_key="comment")
            ThemeSuggestion.objects.create(language="he", terms=[f"term {number}"], n=5, examples=[answer.pk])
        with django_assert_num_queries(6):
            client.get(URL)

    def test_what_customers_wrote_is_text(self, login, survey_owner, suggestion):
        suggestion.terms = ["<img src=x onerror=alert(1)>"]
        suggestion.save()
        assert "<img" not in text(login(survey_owner).get(URL)).replace('<img src="/static', "")


class TestAsking:
    def test_a_hint_is_given_and_the_page_follows(self, login, survey_owner, hints):
        client = login(survey_owner)
        page = client.post(f"{URL}ask/", follow=True)
        assert (len(hints), 'hx-trigger="every 2s"' in text(page), "Waits for a worker" in text(page)) == (1, True, True)
        tasks.suggest_themes()
        part = client.get(URL, headers={"HX-Request": "true"})
        assert (part.content.decode().strip()[:22], "every 2s" in text(part)) == ('<div id="suggestions">', False)

    def test_progress_is_that_of_the_run_that_was_asked_for(self, login, survey_owner, monkeypatch):
        client, seen = login(survey_owner), []
        ask_for_suggestions()
        monkeypatch.setattr(suggest, "uncovered", lambda language: seen.append(client.get(URL).context["percent"]) or [])
        suggest.suggest_where_due()
        assert seen == [0, 50]

    def test_looking_changes_nothing(self, login, survey_owner, suggestion):
        client = login(survey_owner)
        assert [client.get(f"{URL}{path}").status_code for path in ("", "ask/", f"{suggestion.pk}/discard/")] == [200, 405, 405]
        assert not SuggestionMark.objects.exists()


class TestDeciding:
    def test_accepted_it_is_a_theme_and_all_texts_are_searched(self, login, survey_owner, suggestion):
        client = login(survey_owner)
        form = client.get(f"{URL}{suggestion.pk}/accept/").context["form"]
        assert form["terms_en"].value() == "parking\ngarage"
        Catalogue.objects.create(pk=1, revision=4)
        client.post(f"{URL}{suggestion.pk}/accept/", {"name_en": "Parking", "name_he": "חנייה", "terms_en": "parking", "terms_he": "חנייה"})
        new = Theme.objects.get(key="parking")
        suggestion.refresh_from_db()
        assert (suggestion.state, suggestion.theme, suggestion.decided_by) == ("accepted", new, survey_owner)
        assert set(new.terms.values_list("language", "text")) == {("en", "parking"), ("he", "חנייה")}
        assert Catalogue.objects.get().revision == 5

    def test_without_a_name_it_stays_open(self, login, survey_owner, suggestion):
        page = login(survey_owner).post(f"{URL}{suggestion.pk}/accept/", {"terms_en": "parking"})
        assert "Give the theme a name in at least one language." in text(page)
        assert list(ThemeSuggestion.objects.values_list("state", flat=True)) == ["open"]

    def test_below_a_theme(self, login, survey_owner, suggestion):
        Catalogue.objects.create(pk=1)
        parent = Theme.objects.create(key="place", names={"en": "Place"})
        login(survey_owner).post(f"{URL}{suggestion.pk}/accept/", {"name_en": "Parking", "terms_en": "parking", "parent": parent.pk})
        assert Theme.objects.get(key="parking").parent == parent

    def test_discarded_and_brought_back(self, login, survey_owner, suggestion):
        client = login(survey_owner)
        page = client.post(f"{URL}{suggestion.pk}/discard/", follow=True)
        assert (page.context["discarded"], "Discarded: parking, garage." in text(page)) == ([suggestion], True)
        assert "<summary autofocus>" in page.content.decode()  # nothing is left to decide on
        page = client.post(f"{URL}{suggestion.pk}/bring-back/", follow=True)
        assert page.context["discarded"] == []
        assert client.get(f"{URL}{suggestion.pk}/accept/").status_code == 200

    @pytest.mark.parametrize("what_happened", [lambda rows: rows.update(state="accepted"), lambda rows: rows.delete()])
    def test_what_is_decided_or_replaced_meanwhile_is_no_longer_open(self, login, survey_owner, suggestion, what_happened):
        what_happened(ThemeSuggestion.objects.all())
        client, accept = login(survey_owner), f"{URL}{suggestion.pk}/accept/"
        filled = {"name_en": "Parking", "terms_en": "parking"}
        pages = [client.get(accept, follow=True), client.post(accept, filled, follow=True)]
        pages.append(client.post(f"{URL}{suggestion.pk}/discard/", follow=True))
        assert all("This suggestion is no longer open" in text(page) for page in pages)
        assert not Theme.objects.exists()
