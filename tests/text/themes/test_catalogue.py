"""The organisation's themes: what each change does to themes, terms, answers and the revision."""

import pytest
from auditlog.models import LogEntry

from analytics.models import AnswerTheme, Catalogue, Term, Theme
from analytics.text.themes import catalogue
from analytics.text.themes.catalogue import Draft, ThemeRefused, cleaned_terms, revision
from analytics.text.themes.starting_set import starting_themes, terms_by_theme
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def price():
    return factories.theme("price", "price", "expensive")


def texts(theme):
    return set(Term.objects.filter(theme=theme).values_list("text", flat=True))


def mention(theme, comment="x"):
    answer = factories.response(comment=comment).answers.get(question_key="comment")
    return AnswerTheme.objects.create(answer=answer, theme=theme, label="neutral")


def test_the_starting_set_comes_once_and_what_was_changed_since_stays():
    assert catalogue.create_starting_set()
    assert (Theme.objects.count(), Term.objects.count()) == (len(starting_themes()), sum(map(len, terms_by_theme().values())))
    assert Theme.objects.get(key="support-speed").parent.key == "support"
    Theme.objects.filter(key="food").delete()
    Theme.objects.filter(key="price").update(names={"en": "Cost"})
    assert not catalogue.create_starting_set()
    assert not Theme.objects.filter(key="food").exists()
    assert Theme.objects.get(key="price").names == {"en": "Cost"}


def test_a_theme_added_before_the_starting_set_stays_beside_it(survey_owner, monkeypatch):
    monkeypatch.setattr(catalogue, "starting_themes", lambda: starting_themes()[:1])
    catalogue.add(survey_owner, Draft({"en": "Price"}, {"en": ["cheap"]}))
    assert [(theme.key, texts(theme)) for theme in Theme.objects.all()] == [("price", {"cheap"})]


def test_a_new_theme_gets_a_key_of_its_own_its_terms_and_a_new_revision(price, survey_owner):
    before = revision()
    new = catalogue.add(survey_owner, Draft({"en": "Price", "he": "מחיר"}, {"en": ["cost"], "he": ["עלות"]}))
    assert (new.key, new.names, texts(new)) == ("price-2", {"en": "Price", "he": "מחיר"}, {"cost", "עלות"})
    assert revision() == before + 1
    assert catalogue.add(survey_owner, Draft({"he": "יחס"})).key == "theme"


def test_a_new_name_alone_sends_no_answer_through_again(price, survey_owner):
    before = revision()
    catalogue.change(survey_owner, price, Draft({"en": "Cost"}, {"en": ["price", "expensive"]}))
    assert (price.key, price.names, revision()) == ("price", {"en": "Cost"}, before)
    catalogue.change(survey_owner, price, Draft({"en": "Cost"}, {"en": ["price", "pricey"]}))
    assert (texts(price), revision()) == ({"price", "pricey"}, before + 1)
    assert LogEntry.objects.filter(actor=survey_owner).latest("pk").changes == {"terms": ["", "+pricey, −expensive"]}


def test_there_are_two_levels(price, survey_owner):
    fees = factories.theme("fees", "fee")
    catalogue.change(survey_owner, fees, Draft(fees.names, {}, price))
    assert Theme.objects.get(key="fees").parent == price
    other = factories.theme("other")
    for theme, parent, why in ((price, price, "part of itself"), (other, fees, "two levels"), (price, other, "has sub-themes")):
        with pytest.raises(ThemeRefused, match=why):
            catalogue.change(survey_owner, theme, Draft(theme.names, {}, parent))
    catalogue.change(survey_owner, fees, Draft(fees.names, {}))
    assert Theme.objects.get(key="fees").parent is None


def test_a_merged_theme_leaves_its_terms_sub_themes_and_answers_to_the_other(price, survey_owner):
    cost, part = factories.theme("cost", "price", "cost"), factories.theme("part", "part", parent=price)
    both, only = mention(price), mention(cost)
    AnswerTheme.objects.create(answer=both.answer, theme=cost, label="negative")
    before = revision()
    catalogue.merge(survey_owner, price, cost)
    assert not Theme.objects.filter(key="price").exists()
    assert texts(cost) == {"price", "cost", "expensive"}
    assert Theme.objects.get(pk=part.pk).parent == cost
    assert set(AnswerTheme.objects.values_list("answer", "theme", "label")) == {
        (both.answer_id, cost.pk, "negative"),
        (only.answer_id, cost.pk, "neutral"),
    }
    assert revision() == before + 1


def test_a_theme_merged_into_its_sub_theme_leaves_its_place_to_it(price, survey_owner):
    value, fees = factories.theme("value", "worth", parent=price), factories.theme("fees", "fee", parent=price)
    catalogue.merge(survey_owner, price, value)
    assert {theme.key: theme.parent for theme in Theme.objects.all()} == {"value": None, "fees": value}
    assert fees.pk in value.children.values_list("pk", flat=True)


def test_what_can_not_be_merged_stays_as_it_was(price, survey_owner):
    factories.theme("fees", "fee", parent=price)
    other = factories.theme("sub", parent=factories.theme("top"))
    for into in (price, other):
        with pytest.raises(ThemeRefused):
            catalogue.merge(survey_owner, price, into)
    assert Theme.objects.count() == 4


def test_a_split_moves_the_chosen_terms_and_leaves_some(price, survey_owner):
    own = list(price.terms.all())
    new = catalogue.split(survey_owner, price, {"en": "Expensive"}, own[1:])
    assert (texts(price), texts(new)) == ({"price"}, {"expensive"})
    for chosen in ([], list(price.terms.all())):
        with pytest.raises(ThemeRefused, match="leave at least one"):
            catalogue.split(survey_owner, price, {"en": "Nothing"}, chosen)
    catalogue.archive(survey_owner, (old := factories.theme("old", "one", "two")))
    with pytest.raises(ThemeRefused, match="out of use"):
        catalogue.split(survey_owner, old, {"en": "New"}, [old.terms.get(text="two")])
    assert not Theme.objects.filter(key="new").exists()


def test_out_of_use_goes_with_the_sub_themes_and_is_undone(price, survey_owner):
    factories.theme("fees", "fee", parent=price)
    assert catalogue.archive(survey_owner, price) == 2
    assert (list(Theme.objects.active()), catalogue.archive(survey_owner, price)) == ([], 0)
    assert catalogue.restore(survey_owner, Theme.objects.get(key="fees")) == 2


def test_only_a_theme_out_of_use_without_sub_themes_is_deleted(price, survey_owner):
    fees = factories.theme("fees", "fee", parent=price)
    mention(fees)
    with pytest.raises(ThemeRefused, match="is in use"):
        catalogue.delete(survey_owner, fees)
    assert AnswerTheme.objects.count() == 1
    catalogue.archive(survey_owner, price)
    fees.refresh_from_db()
    with pytest.raises(ThemeRefused, match="has sub-themes"):
        catalogue.delete(survey_owner, price)
    catalogue.delete(survey_owner, fees)
    assert (Term.objects.filter(text="fee").count(), AnswerTheme.objects.count()) == (0, 0)


def test_a_change_that_fails_raises_no_revision(price, survey_owner):
    before = Catalogue.objects.get().revision
    with pytest.raises(ThemeRefused):
        catalogue.add(survey_owner, Draft({"en": "Deep"}, {"en": ["deep"]}, factories.theme("low", parent=price)))
    assert (Catalogue.objects.get().revision, Theme.objects.filter(key="deep").count()) == (before, 0)


def test_lines_of_terms():
    assert cleaned_terms(["  late   delivery ", "", "late delivery", "-free of charge"]) == ["late delivery", "-free of charge"]
    assert cleaned_terms(["… no … one … answers …"]) == ["… no … one … answers …"]
    for line, why in (("x" * 101, "longer than 100"), ("…", "no letter"), ("no … one … ever ... answers", "more than 2 gaps")):
        with pytest.raises(ThemeRefused, match=why):
            cleaned_terms([line])
