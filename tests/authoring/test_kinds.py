"""Every kind of question: what answers it, what does not, how the answer is kept and read."""

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from surveys.authoring.checks import problems
from surveys.authoring.kinds import KINDS, kind_of
from surveys.authoring.kinds.choices import split
from surveys.authoring.questionnaire import Questionnaire
from surveys.authoring.values import check
from surveys.collection.ways import Invited
from surveys.models import Answer, Question, SurveyVersion
from tests import factories

pytestmark = pytest.mark.django_db
CHOICES = [{"key": key, "labels": {"en": key.title(), "he": f"{key} בעברית"}} for key in ("price", "service", "none")]
ROWS = [{"key": key, "labels": {"en": key.title(), "he": key}} for key in ("speed", "care")]
# type: settings, what a browser sends, the value, the answer in words
ANSWERED = [
    ("nps", {}, "q-it=10", 10, ["10 of 10"]),
    ("csat", {"style": "stars"}, "q-it=4", 4, ["4 of 5"]),
    ("ces", {}, "q-it=1", 1, ["1 of 7"]),
    ("rating", {"lowest": 0, "highest": 20}, "q-it=20", 20, ["20 of 20"]),
    ("yes_no", {}, "q-it=no", "no", ["No"]),
    ("one_choice", {}, "q-it=price", "price", ["Price"]),
    ("one_choice", {"other": True}, "q-it=other&q-it.other=Colour", {"chosen": ["other"], "other": "Colour"}, ["Other: Colour"]),
    ("one_choice", {"other": True}, "q-it=price&q-it.other=", "price", ["Price"]),
    ("several_choices", {}, "q-it=price&q-it=service", ["price", "service"], ["Price", "Service"]),
    (
        "several_choices",
        {"other": True},
        "q-it=price&q-it.other=+Colour",
        {"chosen": ["price", "other"], "other": "Colour"},
        ["Price", "Other: Colour"],
    ),
    ("several_choices", {"exclusive": True}, "q-it=none", ["none"], ["None"]),
    ("drop_down", {}, "q-it=service", "service", ["Service"]),
    ("matrix", {}, "q-it.speed=price&q-it.care=none", {"speed": "price", "care": "none"}, ["Speed: Price", "Care: None"]),
    ("ranking", {}, "q-it.price=3&q-it.service=1&q-it.none=2", ["service", "none", "price"], ["1. Service", "2. None", "3. Price"]),
    ("short_text", {}, "q-it=Good", "Good", ["Good"]),
    ("long_text", {"least_length": 3}, "q-it=Good%0AYes", "Good\nYes", ["Good\nYes"]),
    ("number", {"places": 2, "smallest": 0}, "q-it=12,50", "12.50", ["12.50 hours"]),
    ("date", {"earliest": "2026-01-01"}, "q-it=2026-03-01", "2026-03-01", ["1 Mar 2026"]),
    ("consent", {}, "q-it=yes", True, ["Agreed"]),
    (
        "contact_details",
        {"asked": ["name", "email"]},
        "q-it.name=Dana&q-it.email=dana@example.com",
        {"name": "Dana", "email": "dana@example.com"},
        ["Name: Dana", "E-mail address: dana@example.com"],
    ),
]
REFUSED = [
    ("nps", {}, "q-it=11", "Please choose one of the answers shown."),
    ("rating", {"lowest": 1, "highest": 5}, "q-it=0", "Please choose one of the answers shown."),
    ("yes_no", {}, "q-it=maybe", "Please choose one of the answers shown."),
    ("one_choice", {"other": True}, "q-it=other", "Please write what you mean by “other”."),
    ("one_choice", {"other": True}, "q-it=colour", "Please choose one of the answers shown."),
    ("several_choices", {"least": 2}, "q-it=price", "Please choose at least 2."),
    ("several_choices", {"most": 1}, "q-it=price&q-it=service", "Please choose at most 1."),
    ("several_choices", {"exclusive": True}, "q-it=price&q-it=none", "“None” can not be chosen together with another answer."),
    ("drop_down", {}, "q-it=colour", "Please choose one of the answers shown."),
    ("matrix", {}, "q-it.speed=colour", "Please choose one of the answers shown."),
    ("ranking", {}, "q-it.price=1&q-it.service=1&q-it.none=2", "Please give each answer a place of its own, from 1 to 3."),
    ("ranking", {}, "q-it.price=1", "Please give each answer a place of its own, from 1 to 3."),
    ("short_text", {"most_length": 5}, "q-it=123456", None),
    ("long_text", {"least_length": 5}, "q-it=no", "Please write at least 5 characters."),
    ("number", {}, "q-it=twelve", "Please write a number in digits, as 1250 or 12.5."),
    ("number", {}, "q-it=1e999", "Please write a whole number."),
    ("number", {}, "q-it=NaN", "Please write a number in digits, as 1250 or 12.5."),
    ("number", {"smallest": 5}, "q-it=4", "Please write a number from 5 on."),
    ("number", {"greatest": 5}, "q-it=6", "Please write a number up to 5."),
    ("number", {"places": 1}, "q-it=1.25", "Please write at most 1 decimals."),
    ("date", {}, "q-it=2026-02-30", "Please choose a day, or write it as 2026-12-31."),
    ("date", {"latest": "2026-01-01"}, "q-it=2026-03-01", "Please choose a day up to 1 Jan 2026."),
    ("contact_details", {"asked": ["email"]}, "q-it.email=dana", "Please check the e-mail address."),
]


def question_of(type_, options, **fields):
    version = factories.survey(published=False).draft
    version.questions.all().delete()
    texts = {
        "en": {"label": "It?", "low": "Low", "high": "High", "unit": "hours"},
        "he": {"label": "זה?", "low": "נ", "high": "ג", "unit": "שעות"},
    }
    kind = KINDS[type_]
    rows, choices = ROWS if kind.has_rows else [], CHOICES if kind.has_choices else []
    return factories.question(version, key="it", type=type_, options=options, choices=choices, rows=rows, texts=texts, **fields)


def form_of(question, sent):
    return Questionnaire(question.version, [question], "en", data=QueryDict(sent))


def place_of(line):
    return next(int(option.value) for option in line.options if option.is_chosen)


def test_every_type_has_a_kind():
    assert KINDS.keys() == set(Question.Type.values)


@pytest.mark.parametrize(("type_", "options", "sent", "value", "words"), ANSWERED)
class TestAnswered:
    def test_what_a_browser_sends_is_kept_and_read_again(self, type_, options, sent, value, words):
        question = question_of(type_, options, is_required=True)
        form = form_of(question, sent)
        assert (form.errors, form.cleaned_data) == ({}, {"it": value})
        SurveyVersion.objects.filter(pk=question.version_id).update(state="published")
        invitation = factories.invitation(factories.distribution(question.version.survey))
        response = Invited(invitation).take(form.cleaned_data, timezone.now(), finished=True, language="en")
        answer = Answer.objects.get(response=response, question_key="it")
        assert kind_of(question).value(answer) == value
        assert kind_of(question).in_words(question, answer, "en") == words

    def test_a_stored_answer_is_shown_on_the_page(self, type_, options, sent, value, words):
        question = question_of(type_, options)
        [row] = Questionnaire(question.version, [question], "en", stored={"it": value}).rows
        shown = {
            "scale": lambda: [int(option.value) for option in row.options if option.is_chosen] == [value],
            "choices": lambda: ([option.value for option in row.options if option.is_chosen], row.other) == split(value),
            "drop_down": lambda: [option.value for option in row.options if option.is_chosen] == [value],
            "matrix": lambda: {line.key: one.value for line in row.lines for one in line.options if one.is_chosen} == value,
            "ranking": lambda: [place.key for place in sorted(row.places, key=place_of)] == value,
            "consent": lambda: row.is_chosen,
            "contact_details": lambda: {detail.part: detail.value for detail in row.details} == value,
        }
        assert shown.get(KINDS[type_].template, lambda: row.text == value)()

    def test_nothing_is_an_answer_only_where_none_is_required(self, type_, options, sent, value, words):
        assert form_of(question_of(type_, options), "").is_valid()
        assert list(form_of(question_of(type_, options, is_required=True), "").errors) == ["it"]


@pytest.mark.parametrize(("type_", "options", "sent", "message"), REFUSED)
def test_what_is_no_answer_is_refused_with_a_remedy(type_, options, sent, message):
    form = form_of(question_of(type_, options), sent)
    assert not form.is_valid()
    assert message is None or form.errors["it"] == [message]


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("rating", 6),
        ("rating", True),
        ("yes_no", "maybe"),
        ("one_choice", ["price"]),
        ("one_choice", {"chosen": ["other"], "other": "x"}),
        ("several_choices", ["price", "price"]),
        ("matrix", {"speed": "colour"}),
        ("matrix", ["price"]),
        ("ranking", ["price"]),
        ("number", "NaN"),
        ("number", 5),
        ("date", "tomorrow"),
        ("consent", "yes"),
        ("contact_details", {"shoe": "44"}),
        ("statement", "x"),
    ],
)
def test_programs_are_held_to_the_same(type_, value):
    with pytest.raises(ValidationError, match="This is no answer to the question."):
        check(question_of(type_, {}), value)


@pytest.mark.parametrize(
    ("type_", "fields", "problem"),
    [
        ("rating", {"options": {"lowest": 1, "highest": 1}}, "Question 1: the scale needs from 2 to 21 steps."),
        ("one_choice", {"choices": CHOICES[:1]}, "Question 1: at least two choices are needed."),
        ("matrix", {"rows": []}, "Question 1: at least one row is needed."),
        ("several_choices", {"options": {"least": 4}}, "Question 1: more answers are required than can be given."),
        ("number", {"options": {"smallest": 5, "greatest": 4}}, "Question 1: the smallest number exceeds the greatest."),
        ("date", {"options": {"earliest": "2026-02-01", "latest": "2026-01-01"}}, "Question 1: the first day lies after the last."),
        ("short_text", {"options": {"least_length": 400}}, "Question 1: the least length exceeds the greatest."),
        ("matrix", {"rows": [{"key": "speed", "labels": {"en": "Speed"}}]}, "Question 1: Rows (עברית): the text is missing."),
    ],
)
def test_settings_that_can_not_be_published_are_named(type_, fields, problem):
    question = question_of(type_, {})
    for name, value in fields.items():
        setattr(question, name, value)
    question.save()
    assert problem in [str(one) for one in problems(SurveyVersion.objects.get(pk=question.version_id))]


def test_a_random_order_is_the_same_for_one_person_and_differs_between_people():
    question = question_of("several_choices", {"random": True, "exclusive": True, "other": True})
    question.choices = [{"key": f"c{n}", "labels": {"en": f"C{n}"}} for n in range(8)]

    def order(seed):
        [row] = Questionnaire(question.version, [question], "en", seed=seed).rows
        return [option.value for option in row.options]

    assert order("a") == order("a")
    assert len({tuple(order(str(seed))) for seed in range(20)}) > 10
    assert {tuple(order(str(seed))[-2:]) for seed in range(20)} == {("c7", "other")}


@pytest.mark.parametrize(
    ("type_", "before", "after"),
    [("rating", {"highest": 5}, {"highest": 7}), ("number", None, None), ("one_choice", "type", "drop_down")],
)
def test_another_scale_type_or_unit_needs_a_new_key(type_, before, after):
    question = question_of(type_, before if isinstance(before, dict) else {})
    SurveyVersion.objects.filter(pk=question.version_id).update(state="published")
    draft = SurveyVersion.objects.create(survey=question.version.survey, number=2, texts=question.version.texts, default_language="en")
    options = after if isinstance(after, dict) else {}
    texts = {code: {**texts, "unit": "days"} for code, texts in question.texts.items()}
    factories.question(
        draft, key="it", type=after if isinstance(after, str) else type_, options=options, texts=texts, choices=question.choices
    )
    assert "Question 1: its key was published with another type, scale or unit; give it a new key." in [str(one) for one in problems(draft)]


def test_the_products_own_words_among_the_answers_are_in_the_language_of_the_page():
    yes_no, other = question_of("yes_no", {}), question_of("one_choice", {"other": True})
    labels = [[option.label for option in row.options] for one in (yes_no, other) for row in Questionnaire(one.version, [one], "he").rows]
    assert (labels[0], labels[1][-1]) == (["כן", "לא"], "אחר")
