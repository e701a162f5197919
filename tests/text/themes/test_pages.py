"""The pages of the themes, and where the themes of answers are shown."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from analytics.linkage.theme_rollup import Catalogue
from analytics.models import AnswerTheme, Theme
from analytics.text.score import score_waiting
from analytics.text.themes import catalogue
from analytics.text.themes.find import apply_themes_waiting
from analytics.text.themes.queries import answer_counts, marked, what_hangs_on
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def price():
    price = factories.theme("price", "price", "expensive", names={"en": "Price", "he": "מחיר"})
    factories.theme("value", "worth", parent=price)
    factories.theme("support", "agent")
    return price


@pytest.fixture
def owner(login, survey_owner):
    return login(survey_owner)


def answered(*comments, **fields):
    responses = [factories.response(comment=comment, **fields) for comment in comments]
    score_waiting()
    apply_themes_waiting()
    return responses


def form_data(**fields):
    return {"name_en": "Price", "name_he": "מחיר", "parent": "", "terms_en": "price\nexpensive", "terms_he": "", **fields}


def state_of(client, theme):
    return client.get(f"/themes/{theme.pk}/").context["form"]["state"].value()


def save(client, theme, fields, state=None):
    """As somebody who opened the page when the theme was in this state, else just now."""
    return client.post(f"/themes/{theme.pk}/", fields | {"state": state or state_of(client, theme)})


def test_the_list_tells_the_answers_of_each_theme_with_those_of_its_sub_themes_once(owner, price):
    answered("Expensive and not worth it", "Worth it", "An expensive agent")
    family = owner.get("/themes/").context["tree"][0]
    assert (family.theme, family.answers, [(one.theme.key, one.answers) for one in family.children]) == (price, 3, [("value", 2)])
    assert (family.terms, family.term_count) == (["price", "expensive"], 2)


def test_counts_are_of_the_accounts_that_one_may_see(price, account_manager):
    answered("Expensive", account=factories.account(account_manager=account_manager))
    answered("Expensive")
    assert answer_counts(account_manager) == {price.pk: 1}


def test_answers_of_anonymous_surveys_are_not_counted_nor_shown(owner, price, survey_owner):
    answered("Expensive", survey=factories.survey(is_anonymous=True))
    assert AnswerTheme.objects.count() == 1
    assert answer_counts(survey_owner) == {}
    data = owner.post("/themes/preview/", form_data()).context["preview"]
    assert (data.found, data.of) == (0, 0)


def test_search_finds_names_and_terms(owner, price):
    def listed(search):
        tree = owner.get("/themes/", {"search": search}).context["tree"]
        return [(one.theme.key, [child.theme.key for child in one.children]) for one in tree]

    assert listed("מחיר") == [("price", [])]
    assert listed("WORTH") == [("price", ["value"])]
    assert listed("nothing") == []
    assert "No theme has this" in owner.get("/themes/", {"search": "nothing"}).content.decode()


def test_the_queries_of_the_list_do_not_grow(owner, price, django_assert_num_queries):
    answered("Expensive")
    with django_assert_num_queries(14):
        owner.get("/themes/")
    factories.theme("more", "more", parent=factories.theme("another", "other"))
    answered("Expensive", "Worth it")
    with django_assert_num_queries(14):
        owner.get("/themes/")


def test_without_themes_the_page_says_that_they_come(owner):
    assert "brings the starting set" in owner.get("/themes/").content.decode()


def test_progress_is_asked_for_while_answers_wait(owner, price):
    factories.response(comment="Expensive")
    score_waiting()
    page = owner.get("/themes/").content.decode()
    assert 'hx-get="/themes/progress/"' in page and "0 of 1 text so far" in page
    apply_themes_waiting()
    assert "hx-get" not in owner.get("/themes/progress/").content.decode()


def test_owners_change_a_theme_and_add_one(owner, price):
    page = owner.get(f"/themes/{price.pk}/").content.decode()
    assert "price\nexpensive" in page
    assert save(owner, price, form_data(name_en="Cost", terms_he="יקר")).status_code == 302
    assert Theme.objects.get(pk=price.pk).names == {"en": "Cost", "he": "מחיר"}
    assert set(price.terms.values_list("text", flat=True)) == {"price", "expensive", "יקר"}
    owner.post("/themes/add/", form_data(name_en="Fees", parent=price.pk, terms_en="fee"))
    assert Theme.objects.get(key="fees").parent == price


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name_en": "", "name_he": ""}, "at least one language"),
        ({"terms_en": "…"}, "has no letter"),
        ({"terms_en": "x" * 101}, "longer than 100 letters"),
        ({"parent": "999999"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_in_the_form_is_said(owner, price, fields, error):
    assert error in owner.post("/themes/add/", form_data(**fields)).content.decode()
    assert Theme.objects.count() == 3


def test_a_theme_with_sub_themes_can_not_become_one(owner, price):
    support = Theme.objects.get(key="support")
    assert "has sub-themes" in save(owner, price, form_data(parent=support.pk)).content.decode()


def test_terms_in_arabic_and_russian_have_boxes_of_their_own_and_are_read(owner, price):
    assert '<details class="mb-3"><summary>Terms in other languages' in owner.get(f"/themes/{price.pk}/").content.decode()
    save(owner, price, form_data(terms_ru="цена", terms_ar="سعر"))
    assert set(price.terms.exclude(language="en").values_list("language", "text")) == {("ru", "цена"), ("ar", "سعر")}
    page = owner.get(f"/themes/{price.pk}/").content.decode()
    assert '<details class="mb-3" open>' in page and 'dir="rtl" lang="ar"' in page
    answered("Доставка была быстрая, но цены слишком высокие для такого качества", "السعر مرتفع جدا والخدمة بطيئة")
    languages = AnswerTheme.objects.filter(theme=price).values_list("answer__sentiment__language", flat=True)
    assert {language: Catalogue.now().is_read(language, 1) for language in languages} == {"ru": True, "ar": True}
    assert "has no letter" in owner.post("/themes/preview/", form_data(terms_ru="*")).content.decode()


def test_a_sub_theme_out_of_use_stays_where_it_is(owner, price):
    owner.post(f"/themes/{price.pk}/archive/")
    value = Theme.objects.get(key="value")
    parent = owner.get(f"/themes/{value.pk}/").context["form"]["parent"]
    assert (parent.value(), list(parent.field.queryset.values_list("key", flat=True))) == (price.pk, ["price", "support"])
    assert save(owner, value, form_data(name_en="Worth", parent=price.pk)).status_code == 302
    assert Theme.objects.get(key="value").parent == price


def test_what_another_saved_meanwhile_is_not_overwritten_and_what_one_typed_is_kept(owner, price):
    mine = save(owner, price, form_data(terms_en="price\nexpensive\ndear"), state := state_of(owner, price))
    for one_typed in (form_data(terms_en="price"), form_data(name_en="Cost"), form_data(terms_he="יקר")):
        page = save(owner, price, one_typed, state).content.decode()
        assert "Somebody changed this meanwhile" in page and all(typed in page for typed in one_typed.values())
    assert mine.status_code == 302
    assert set(price.terms.values_list("text", flat=True)) == {"price", "expensive", "dear"}
    assert "Somebody changed" in owner.post(f"/themes/{price.pk}/", form_data()).content.decode()  # a form without its state
    assert save(owner, price, form_data(terms_en="price")).status_code == 302


def test_the_preview_shows_what_unsaved_terms_would_find_escaped(owner, price):
    answered("The <i>fee</i> is high", "Nothing")
    page = owner.post("/themes/preview/", form_data(terms_en="fee")).content.decode()
    assert "Found in 1 of the latest 2 texts" in page
    assert "&lt;i&gt;<mark>fee</mark>&lt;/i&gt;" in page
    assert set(price.terms.values_list("text", flat=True)) == {"price", "expensive"}
    assert "has no letter" in owner.post("/themes/preview/", form_data(terms_en="*")).content.decode()


def test_marked_parts_of_a_long_text():
    text = "x" * 200 + " price " + "y" * 300
    parts = marked(text, [(201, 206)])
    assert [words for words, is_mention in parts if is_mention] == ["price"]
    assert parts[0] == ("…", False) and parts[-1][0].endswith("…")
    assert marked("a price", [(2, 7)]) == [("a ", False), ("price", True), ("", False)]


def test_merge_split_out_of_use_and_delete_by_page(owner, price):
    support = Theme.objects.get(key="support")
    term = price.terms.get(text="expensive")
    for page in ("merge", "split", "archive", "delete"):
        assert owner.get(f"/themes/{price.pk}/{page}/").status_code == 200
    assert Theme.objects.active().count() == 3  # to look changes nothing
    owner.post(f"/themes/{price.pk}/split/", {"name_en": "Dear", "name_he": "", "terms": [term.pk]})
    dear = Theme.objects.get(key="dear")
    owner.post(f"/themes/{dear.pk}/merge/", {"into": support.pk})
    assert set(support.terms.values_list("text", flat=True)) == {"agent", "expensive"}
    owner.post(f"/themes/{support.pk}/archive/")
    assert not Theme.objects.get(pk=support.pk).is_active
    owner.post(f"/themes/{support.pk}/restore/")
    assert Theme.objects.get(pk=support.pk).is_active
    assert owner.post(f"/themes/{price.pk}/delete/").status_code == owner.post(f"/themes/{support.pk}/delete/").status_code == 409
    owner.post(f"/themes/{support.pk}/archive/")
    owner.post(f"/themes/{support.pk}/delete/")
    assert not Theme.objects.filter(pk=support.pk).exists()
    assert owner.get(f"/themes/{support.pk}/restore/").status_code == 405


@pytest.mark.parametrize("change", ["archive", "restore", "delete"])
def test_who_is_second_is_told_that_the_theme_is_gone(owner, price, monkeypatch, change):
    real = getattr(catalogue, change)

    def after_another(actor, theme):
        Theme.objects.filter(pk=theme.pk).delete()
        return real(actor, theme)

    monkeypatch.setattr(catalogue, change, after_another)
    assert "Somebody deleted" in owner.post(f"/themes/{price.pk}/{change}/", follow=True).content.decode()


def test_others_read_and_change_nothing(login, account_manager, price):
    client = login(account_manager)
    page = client.get(f"/themes/{price.pk}/").content.decode()
    assert "expensive" in page and "<textarea" not in page
    client.post(f"/themes/{price.pk}/", form_data(name_en="Mine"))
    assert Theme.objects.get(pk=price.pk).names["en"] == "Price"
    pages = ["add/", "preview/", *(f"{price.pk}/{page}/" for page in ("merge", "split", "archive", "restore", "delete"))]
    assert {client.post(f"/themes/{page}").status_code for page in pages} == {403}


def test_chips_filter_and_export_of_the_feedback_list(owner, price):
    answered("The agent was wonderful. The price is terrible!", "Not worth it", "Hello")

    def shown(**query):
        return {response.texts[0].text[:9] for response in owner.get("/feedback/", query).context["page_obj"]}

    chips = re.findall(r'k-theme-chip-(\w+)" href="/feedback/\?theme=\d+" title="(\w+)', owner.get("/feedback/").content.decode())
    assert sorted(chips) == [("negative", "Price"), ("negative", "Value"), ("positive", "Support")]
    assert shown(theme=price.pk) == {"The agent", "Not worth"}
    support = Theme.objects.get(key="support").pk
    assert (shown(theme=support, theme_sentiment="negative"), shown(theme_sentiment="positive")) == (set(), {"The agent"})
    assert "Price (Negative); Support (Positive)" in owner.get("/feedback/", {"export": "csv"}).content.decode("utf-8-sig")


def test_the_response_page_shows_themes_and_those_out_of_use_nowhere(owner, price):
    [response] = answered("Expensive")
    assert 'title="Price' in owner.get(f"/feedback/{response.pk}/").content.decode()
    owner.post(f"/themes/{price.pk}/archive/")
    assert "k-theme-chip" not in owner.get(f"/feedback/{response.pk}/").content.decode()
    assert len(owner.get("/feedback/", {"theme": price.pk}).context["page_obj"].object_list) == 0


def test_the_api_lists_themes_with_terms_and_what_answers_speak_of(owner, price):
    [response] = answered("Too expensive")
    first = owner.get("/api/themes/").json()["results"][0]
    assert (first["key"], first["parent"], first["terms"]) == ("price", None, {"en": ["price", "expensive"]})
    [row] = owner.get("/api/answer-themes/", {"theme": "price"}).json()["results"]
    assert (row["response"], row["theme"], row["spans"]) == (response.pk, "price", [[4, 13]])


def test_before_a_theme_goes_the_page_counts_all_that_hangs_on_it_and_its_sub_themes_of_all_time(owner, price):
    answered("Expensive", "Worth it", completed_at=timezone.now() - timedelta(days=400))
    answered("The agent")
    assert what_hangs_on(price) == {"children": 1, "terms": 3, "answers": 2}
    Theme.objects.filter(key="value").update(is_active=False)
    assert what_hangs_on(price, in_use=True) == {"children": 0, "terms": 2, "answers": 1}
    for page in ("merge", "delete"):
        assert "2 answers of all time" in owner.get(f"/themes/{price.pk}/{page}/").content.decode()
    assert "1 answer of all time" in owner.get(f"/themes/{price.pk}/archive/").content.decode()


def test_who_saves_is_told_how_many_texts_are_searched_again_and_how_far_that_is(owner, price):
    answered("Expensive", "Nothing")
    page = owner.post(f"/themes/{price.pk}/", form_data(state=state_of(owner, price), terms_en="price"), follow=True).content.decode()
    assert "Saved: Price. 2 texts are searched again." in page and "0 of 2 texts so far" in page
    apply_themes_waiting()
    assert "All texts have been searched" in owner.get("/themes/progress/").content.decode()
    price = Theme.objects.get(pk=price.pk)
    renamed = form_data(state=state_of(owner, price), name_en="Cost", terms_en="price")
    page = owner.post(f"/themes/{price.pk}/", renamed, follow=True).content.decode()
    assert "Saved: Cost." in page and "searched again" not in page  # a name alone changes no answer


def test_themes_to_merge_into_are_listed_with_their_sub_themes(owner, price):
    form = owner.get(f"/themes/{Theme.objects.get(key='support').pk}/merge/").context["form"]
    assert [label for _value, label in form.fields["into"].widget.choices] == ["Choose a theme", "Price", "– Value"]


@pytest.mark.parametrize(("reader", "first"), [("en", "price"), ("he", "מחיר")])
def test_terms_to_split_off_are_listed_by_language_the_readers_first(login, price, reader, first):
    price.terms.create(language="he", text="מחיר")
    person = factories.user(role="survey_owner", language=reader)
    boxes = login(person).get(f"/themes/{price.pk}/split/").context["boxes"]
    assert boxes[0][0] == reader and boxes[0][1][0].choice_label == f"<bdi>{first}</bdi>"
    assert {language for language, _own in boxes} == {"en", "he"}


def test_the_list_leads_to_the_report_and_to_suggestions(owner, login, account_manager):
    page = owner.get("/themes/").content.decode()
    assert 'href="/report/themes/"' in page and 'href="/themes/suggestions/"' in page
    assert 'href="/themes/suggestions/"' not in login(account_manager).get("/themes/").content.decode()
