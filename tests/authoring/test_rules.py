"""Writing when a question is shown: rules in words, added and taken away."""

import re

import pytest
from django.urls import reverse

from surveys.authoring import undo
from surveys.authoring.checks import problems
from surveys.authoring.drafts import place_question
from surveys.models import Question, SurveyVersion
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(login, survey_owner):
    return login(survey_owner)


@pytest.fixture
def comment():
    return factories.survey(published=False).draft.questions.get(key="comment")


def page(question, name="rules"):
    return reverse(f"authoring:{name}", args=[question.pk])


def words(response):
    return [[f"{rule.subject} {rule.comparison} {rule.value}".strip() for rule in group] for group in response.context["groups"]]


def test_rules_are_joined_by_and_and_or(owner, comment):
    for data in (
        {"subject": "q.score", "is": "at_most", "value": "6"},
        {"subject": "q.reason", "is": "includes", "value": "price", "group": "0"},
        {"subject": "account.segment", "is": "equals", "value": "Retail", "group": "new"},
    ):
        assert owner.post(page(comment), data)["Location"] == page(comment)
    assert words(owner.get(page(comment))) == [["score? is at most 6", "reason? is Price"], ["Segment of the account is Retail"]]
    survey = owner.get(reverse("authoring:survey", args=[comment.version.survey_id])).content.decode()
    assert "score?</bdi> is at most <bdi>6</bdi>" in survey
    for group in ("0", "1"):
        remove(owner, comment, group)
    assert words(owner.get(page(comment))) == [["reason? is Price"]]


def remove(owner, question, group, place="0"):
    """As by the button of the page as it is now."""
    seen = owner.get(page(question)).context["seen"]
    return owner.post(page(question, "remove_rule"), {"group": group, "place": place, "seen": seen}, follow=True)


def test_a_second_click_takes_no_other_rule_away(owner, comment):
    for value in ("1", "2", "3"):
        owner.post(page(comment), {"subject": "q.score", "is": "at_most", "value": value})
    button = {"group": "0", "place": "0", "seen": owner.get(page(comment)).context["seen"]}
    pages = [owner.post(page(comment, "remove_rule"), button, follow=True) for _n in range(2)]
    assert [words(shown) for shown in pages] == [[["score? is at most 2"], ["score? is at most 3"]]] * 2
    assert "The rules were changed meanwhile" in pages[1].content.decode()


def test_a_rule_is_not_added_to_a_group_that_is_another_by_now(owner, comment):
    for value in ("1", "2"):
        owner.post(page(comment), {"subject": "q.score", "is": "at_most", "value": value})
    seen = owner.get(page(comment)).context["seen"]
    remove(owner, comment, "0")
    late = {"subject": "q.reason", "is": "includes", "value": "price", "group": "0", "seen": seen}
    assert owner.post(page(comment), late).status_code == 422
    assert words(owner.get(page(comment))) == [["score? is at most 2"]]


ODD_NUMBERS = ["", "-1", "99", "9" * 18, "9" * 5000, "²", "x"]


@pytest.mark.parametrize("number", ODD_NUMBERS)
def test_a_place_where_no_rule_stands_is_refused(owner, comment, number):
    owner.post(page(comment), {"subject": "q.score", "is": "at_most", "value": "1"})
    assert remove(owner, comment, number).status_code == 404
    assert remove(owner, comment, "0", number).status_code == 404
    assert owner.post(page(comment), {"subject": "q.score", "is": "at_most", "value": "2", "group": number}).status_code == 404
    assert words(owner.get(page(comment))) == [["score? is at most 1"]]
    assert undo.steps_of(owner.session, comment.version)[1:] == []


@pytest.mark.parametrize("number", [*ODD_NUMBERS, "0"])
def test_the_preview_of_a_page_that_is_not_there_is_the_first(owner, comment, number):
    shown = owner.get(reverse("authoring:preview", args=[comment.version_id]), {"page": number})
    assert (shown.status_code, shown.context["page"]) == (200, 1)


@pytest.mark.parametrize("data", [*({"place": one} for one in [*ODD_NUMBERS, "0", "4"]), {"by": ""}, {"by": "²"}, {"by": "9" * 5000}])
def test_a_question_is_not_moved_to_nowhere(owner, comment, data):
    assert owner.post(page(comment, "move_question"), data).status_code == 404
    assert list(comment.version.questions.values_list("key", flat=True)) == ["score", "reason", "comment"]
    assert undo.steps_of(owner.session, comment.version) == []


def test_answers_to_choose_from_are_offered_and_numbers_are_typed(owner, comment):
    choices = owner.get(page(comment), {"subject": "q.reason"})
    assert choices.context["values"] == [("price", "Price"), ("service", "Service")]
    number = owner.get(page(comment), {"subject": "q.score"}).content.decode()
    assert '<input class="form-control" id="value"' in number
    assert re.findall(r'<option value="(at_\w+)"', number) == ["at_least", "at_most"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"subject": "q.score", "is": "at_most", "value": ""}, "Say what the answer is compared with."),
        ({"subject": "q.score", "is": "at_least", "value": "11"}, "Nobody can give such an answer: choose another value."),
        ({"subject": "q.score", "is": "includes", "value": "price"}, "Choose how the answer is compared."),
        ({"subject": "q.comment", "is": "answered"}, "Only questions that come before this one can decide whether it is shown."),
        ({"subject": "weather", "is": "equals", "value": "x"}, "Choose what the rule is about."),
    ],
)
def test_a_rule_that_can_not_be_meant_is_refused(owner, comment, data, message):
    response = owner.post(page(comment), data)
    assert (response.status_code, response.context["problems"]) == (422, [message])
    assert Question.objects.get(pk=comment.pk).shown_if == []


def test_a_question_moved_before_what_decides_about_it_is_named(owner, comment):
    reason = comment.version.questions.get(key="reason")
    owner.post(page(comment), {"subject": "q.reason", "is": "answered"})
    place_question(comment, 2)
    version = SurveyVersion.objects.get(pk=reason.version_id)
    assert [str(one) for one in problems(version)] == ["Question 2: it is shown by the answer to a question that does not come before it."]


def test_what_nobody_reaches_is_named(comment):
    factories.question(comment.version, key="stop", type="end", position=2)
    found = [str(one) for one in problems(SurveyVersion.objects.get(pk=comment.version_id))]
    assert "Question 4: nobody reaches it: the survey ends before it for everybody." in found


def test_a_text_that_recalls_nothing_is_named(comment):
    comment.texts = {**comment.texts, "en": {"label": "Why did you give {q.scoer}?"}}
    comment.save()
    assert [str(one) for one in problems(SurveyVersion.objects.get(pk=comment.version_id))] == [
        "The texts recall “q.scoer”, which is neither a question nor known of the contact or account."
    ]


def test_published_versions_keep_their_rules(owner):
    question = factories.survey().published.questions.get(key="comment")
    assert owner.post(page(question), {"subject": "q.score", "is": "answered"}).status_code == 404


def test_only_who_writes_surveys_may(login, account_manager, comment):
    assert login(account_manager).get(page(comment)).status_code == 403
