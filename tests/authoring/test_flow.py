"""The way through a survey: rules, pages, an early end; driven also with random surveys and random answers."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.authoring.conditions import holds, problems_of
from surveys.authoring.flow import in_order, pages_of, shown, shown_pages
from surveys.authoring.recall import recalled, unknown_placeholders
from surveys.models import Question

TYPES = ["nps", "csat", "rating", "yes_no", "one_choice", "long_text", "number", "statement", "end"]
CHOICES = [{"key": key, "labels": {}} for key in ("price", "service")]


@dataclass
class Version:
    """A version that stands in no database."""

    made: list

    @property
    def questions(self):
        return self

    def all(self):
        return self.made

    @property
    def headline(self):
        return next((question for question in self.made if question.is_score), None)


def question(key, type_="nps", shown_if=(), starts_page=False):
    return Question(key=key, type=type_, shown_if=list(shown_if), starts_page=starts_page, choices=CHOICES if type_ == "one_choice" else [])


def rule(subject, comparison, value=None):
    return {"subject": subject, "is": comparison, "value": value}


def keys(pages):
    return [[one.key for one in page] for page in pages]


@pytest.mark.parametrize(
    ("comparison", "value", "given_answers"),
    [
        ("at_most", 6, {0: True, 6: True, 7: False, None: False}),
        ("at_least", "9", {10: True, 9: True, 8: False, None: False}),
        ("equals", 5, {5: True, 4: False, None: False}),
        ("includes", "price", {"price": True, "service": False, None: False}),
        ("excludes", "price", {"price": False, "service": True, None: False}),
        ("answered", None, {3: True, None: False, "": False}),
        ("unanswered", None, {3: False, None: True, "": True}),
    ],
)
def test_comparisons(comparison, value, given_answers):
    assert {answer: holds(rule("q.a", comparison, value), {"a": answer}, {}) for answer in given_answers} == given_answers


def test_several_choices_include_each_that_was_chosen():
    assert holds(rule("q.a", "includes", "price"), {"a": ["service", "price"]}, {})
    assert holds(rule("q.a", "includes", "other"), {"a": {"chosen": ["other"], "other": "Colour"}}, {})


def test_facts_are_compared_whatever_their_case():
    facts = {"account.segment": "Retail"}
    assert holds(rule("account.segment", "equals", " retail "), {}, facts)
    assert not holds(rule("account.segment", "differs", "RETAIL"), {}, facts)
    assert holds(rule("account.region", "differs", "North"), {}, facts)


def test_all_rules_of_one_group_must_hold_and_one_group_is_enough():
    groups = [[rule("q.a", "at_most", 6), rule("account.segment", "equals", "Retail")], [rule("q.a", "at_least", 9)]]
    version = Version([question("a"), question("b", "long_text", groups)])
    seen = {
        (score, segment): "b" in shown(version, {"a": score}, {"account.segment": segment})
        for score in (3, 8, 10)
        for segment in ("Retail", "Bank")
    }
    assert seen == {
        (3, "Retail"): True,
        (3, "Bank"): False,
        (8, "Retail"): False,
        (8, "Bank"): False,
        (10, "Retail"): True,
        (10, "Bank"): True,
    }


def test_the_answer_to_a_question_that_is_not_shown_counts_as_none():
    version = Version(
        [
            question("a"),
            question("b", "yes_no", [[rule("q.a", "at_most", 6)]]),
            question("c", "long_text", [[rule("q.b", "includes", "yes")]]),
        ]
    )
    assert shown(version, {"a": 3, "b": "yes"}, {}) == {"a", "b", "c"}
    assert shown(version, {"a": 9, "b": "yes"}, {}) == {"a"}


def test_the_survey_ends_early_for_whom_it_should():
    version = Version([question("a"), question("stop", "end", [[rule("q.a", "at_least", 9)]]), question("b", "long_text")])
    assert shown(version, {"a": 9}, {}) == {"a"}
    assert shown(version, {"a": 5}, {}) == {"a", "b"}


class TestPages:
    def test_the_score_stands_alone_where_nobody_marked_pages(self):
        assert keys(pages_of(Version([question("a", "long_text"), question("b"), question("c", "long_text")]))) == [["b"], ["a", "c"]]

    def test_marked_pages(self):
        assert keys(pages_of(Version([question("a", starts_page=True), question("b"), question("c", starts_page=True)]))) == [
            ["a", "b"],
            ["c"],
        ]

    def test_what_depends_on_a_page_stands_on_a_later_one(self):
        version = Version([question("a"), question("b", "yes_no"), question("c", "long_text", [[rule("q.b", "includes", "no")]])])
        assert keys(pages_of(version)) == [["a"], ["b"], ["c"]]

    def test_pages_with_nothing_to_see_are_passed_over_and_keep_their_numbers(self):
        version = Version(
            [question("a"), question("b", "yes_no", [[rule("q.a", "at_most", 6)]], True), question("c", "long_text", (), True)]
        )
        assert {number: [one.key for one in page] for number, page in shown_pages(version, {"a": 9}, {}).items()} == {1: ["a"], 3: ["c"]}


class TestProblems:
    def test_a_question_that_does_not_come_before(self):
        late = question("a", "long_text", [[rule("q.b", "answered")]])
        assert [str(one) for one in problems_of(late, [question("c")])] == [
            "it is shown by the answer to a question that does not come before it."
        ]

    @pytest.mark.parametrize(
        ("type_", "comparison", "value"),
        [
            ("nps", "at_least", 11),
            ("nps", "includes", "price"),
            ("one_choice", "includes", "colour"),
            ("yes_no", "at_most", 3),
            ("csat", "equals", "x"),
        ],
    )
    def test_an_answer_that_nobody_can_give(self, type_, comparison, value):
        asked = question("a", "long_text", [[rule("q.b", comparison, value)]])
        assert [str(one) for one in problems_of(asked, [question("b", type_)])] == ["it is shown by an answer that nobody can give."]


class TestRecall:
    @pytest.mark.parametrize(
        ("text", "filled"),
        [
            ("Hello {contact.name|there}", "Hello Dana"),
            ("From {account.name}", "From "),
            ("From {account.name|your company}!", "From your company!"),
            ("You gave {q.score}", "You gave 7"),
            ("Floor {account.attributes.floor|?}", "Floor 3"),
            ("{not a name} {x} {}", "{not a name} {x} {}"),
        ],
    )
    def test_filled_or_replaced_by_the_fallback(self, text, filled):
        assert recalled(text, {"contact.name": "Dana", "q.score": "7", "account.attributes.floor": "3"}) == filled

    def test_what_is_recalled_is_not_read_again_as_a_placeholder(self):
        assert recalled("{contact.name}", {"contact.name": "{q.secret}", "q.secret": "x"}) == "{q.secret}"

    def test_names_that_nothing_has(self):
        text = "{q.score} {q.other} {contact.age|?} {account.attributes.any}"
        assert unknown_placeholders(text, ["score"]) == ["q.other", "contact.age"]

    @pytest.mark.parametrize("text, named", [("{name}", ["name"]), ("{שם|לך}", ["שם"]), ("{ 5 } {} {5} {a b}", [])])
    def test_a_word_alone_in_braces_was_meant_as_one(self, text, named):
        assert unknown_placeholders(text, []) == named


@st.composite
def surveys(draw):
    """Up to eight questions, each with rules about earlier ones, some beginning a page."""
    made = []
    for place in range(draw(st.integers(1, 8))):
        about = st.sampled_from([one.key for one in made]) if made else st.nothing()
        rules = st.builds(
            lambda key, comparison, value: rule(f"q.{key}", comparison, value),
            about,
            st.sampled_from(["at_least", "at_most", "equals", "includes", "excludes", "answered", "unanswered"]),
            st.sampled_from([0, 3, 5, "price", "yes", "text"]),
        )
        groups = draw(st.lists(st.lists(rules, min_size=1, max_size=2), max_size=2)) if made else []
        made.append(question(f"k{place}", draw(st.sampled_from(TYPES)), groups, draw(st.booleans())))
    return Version(made)


ANSWERS = st.dictionaries(
    st.sampled_from([f"k{n}" for n in range(8)]), st.sampled_from([None, 0, 3, 5, 10, "price", "service", "yes", "text", ["price"]])
)


class TestAnySurvey:
    @given(surveys())
    def test_every_question_stands_on_one_page(self, version):
        assert sorted(one.key for page in pages_of(version) for one in page) == sorted(one.key for one in version.made)

    @given(surveys())
    def test_no_page_depends_on_itself(self, version):
        for page in pages_of(version):
            on_page = {f"q.{one.key}" for one in page}
            assert not any(rule_["subject"] in on_page for one in page for group in one.shown_if for rule_ in group)

    @given(surveys(), ANSWERS)
    def test_answering_page_by_page_comes_to_an_end_and_loses_nothing(self, version, answers):
        """Whoever goes through meets every question that is shown in the end, once, and in order."""
        given_, seen, page = {}, [], 0
        for _step in range(20):
            pages = shown_pages(version, given_, {})
            page = next((number for number in pages if number > page), 0)
            if not page:
                break
            seen += [one.key for one in pages[page]]
            given_.update({one.key: answers[one.key] for one in pages[page] if one.key in answers})
        else:
            pytest.fail("the way has no end")
        order = [one.key for one in in_order(version)]
        assert seen == [key for key in order if key in shown(version, given_, {})]
        assert given_.keys() <= set(seen)

    @given(surveys(), ANSWERS)
    def test_answers_to_what_is_not_shown_change_nothing(self, version, answers):
        visible = shown(version, answers, {})
        assert shown(version, {key: value for key, value in answers.items() if key in visible}, {}) == visible
