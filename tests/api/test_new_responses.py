"""Responses that another program has collected."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from surveys.authoring.drafts import new_draft
from surveys.authoring.publish import publish
from surveys.collection.ways import ByProgram
from surveys.models import Answer, Correction, Response, Survey
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def known():
    factories.survey(key="yearly")
    return factories.contact(factories.account(region="North"), email="Dana@Example.com")


def row(**fields):
    return {"survey": "yearly", "contact": "dana@example.com", "external_id": "app-1", "answers": {"score": 9}, **fields}


def send(api, user, **fields):
    return api(user).post("/api/responses/", row(**fields), format="json")


def test_a_response_with_its_answers(api, survey_owner, known):
    sent = send(api, survey_owner, answers={"score": 3, "reason": "price", "comment": "Too dear"})
    assert sent.status_code == 201
    stored = sent.json()
    assert {name: stored[name] for name in ("external_id", "source", "state", "score", "band", "region", "language", "contact")} == {
        "external_id": "app-1",
        "source": "api",
        "state": "complete",
        "score": 3,
        "band": "detractor",
        "region": "North",
        "language": "en",
        "contact": "Dana@Example.com",
    }
    assert [(answer["question_key"], answer["number"], answer["text"], answer["choices"]) for answer in stored["answers"]] == [
        ("score", 3, "", []),
        ("reason", None, "", ["price"]),
        ("comment", None, "Too dear", []),
    ]


def test_the_same_request_twice_is_one_response(api, survey_owner, known):
    statuses = [send(api, survey_owner).status_code for _n in range(2)]
    assert (statuses, Response.objects.count(), Answer.objects.count(), Correction.objects.count()) == ([201, 200], 1, 1, 0)


def test_sent_again_the_answers_are_corrected(api, survey_owner, known):
    send(api, survey_owner)
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        send(api, survey_owner, answers={"score": 4})
    assert (Response.objects.get().score, Correction.objects.get().before["number"]) == (4, 9)


def test_sent_again_the_answers_replace_those_before(api, survey_owner, known):
    send(api, survey_owner, answers={"score": 3, "reason": "price", "comment": "Too dear"})
    sent = send(api, survey_owner, answers={"score": 4, "comment": "Still dear"})
    assert {answer["question_key"]: answer["number"] or answer["text"] for answer in sent.json()["answers"]} == {
        "score": 4,
        "comment": "Still dear",
    }


def test_a_complete_response_is_not_replaced_by_one_that_lacks_the_score(api, survey_owner, known):
    send(api, survey_owner)
    sent = send(api, survey_owner, answers={"comment": "Only words"})
    assert (sent.status_code, sent.json()) == (400, {"answers": {"score": "Please answer this question."}})
    assert (Response.objects.get().score, Answer.objects.count()) == (9, 1)


def test_what_was_given_to_an_older_version_is_corrected_in_that(api, survey_owner, known):
    send(api, survey_owner)
    survey = Survey.objects.get()
    newer = new_draft(survey)
    newer.questions.get(key="reason").delete()
    factories.question(newer, key="colour", type="short_text", position=5)
    publish(newer, survey_owner)
    assert send(api, survey_owner, answers={"score": 4, "reason": "price"}).status_code == 200
    assert send(api, survey_owner, answers={"score": 4, "colour": "red"}).json() == {
        "answers": {"colour": "This survey has no such question."}
    }
    assert send(api, survey_owner, external_id="app-2", answers={"score": 4, "colour": "red"}).status_code == 201
    assert [response.version.number for response in Response.objects.order_by("pk")] == [1, 2]


@pytest.mark.parametrize(
    "fields, error",
    [
        ({"survey": "nobody-has-it"}, {"survey": ["Object with key=nobody-has-it does not exist."]}),
        ({"contact": "x@example.com"}, {"contact": ["No contact has this e-mail address."]}),
        ({"external_id": ""}, {"external_id": ["This field may not be blank."]}),
        ({"answers": {}}, {"answers": ["This dictionary may not be empty."]}),
        ({"answers": {"colour": 1}}, {"answers": {"colour": "This survey has no such question."}}),
        ({"answers": {"score": 11}}, {"answers": {"score": "This is no answer to the question."}}),
        ({"answers": {"score": "9"}}, {"answers": {"score": "This is no answer to the question."}}),
        ({"answers": {"score": [9]}}, {"answers": {"score": "This is no answer to the question."}}),
        ({"answers": {"score": 9, "reason": "weather"}}, {"answers": {"reason": "This is no answer to the question."}}),
        ({"answers": {"score": 9, "comment": {"a": [1]}}}, {"answers": {"comment": "This is no answer to the question."}}),
        ({"language": "fr"}, {"language": ["The survey is not written in this language."]}),
    ],
)
def test_what_is_wrong_is_named_and_nothing_stored(api, survey_owner, known, fields, error):
    sent = send(api, survey_owner, **fields)
    assert (sent.status_code, sent.json(), Response.objects.count()) == (400, error, 0)


ODD = [
    None,
    True,
    1,
    -1,
    1e300,
    "x" * 20_000,
    [],
    [1],
    [[1]],
    [{}],
    {},
    {"a": 1},
    {"chosen": 1},
    {"chosen": [None], "other": 3},
    "2026-13-45",
]


@pytest.mark.parametrize("kind", [str(value) for value in factories.Question.Type.values])
def test_json_of_any_shape_is_an_answer_or_an_error(api, survey_owner, kind):
    survey = factories.survey(published=False, key="yearly")
    lists = [{"key": "a", "labels": {"en": "A"}}, {"key": "b", "labels": {"en": "B"}}]
    factories.question(
        survey.draft, key="odd", type=kind, position=9, choices=lists, rows=lists, options={"other": True, "asked": ["name"]}
    )
    survey.versions.update(state="published")
    factories.contact(email="dana@example.com")
    statuses = {send(api, survey_owner, external_id=f"app-{n}", answers={"odd": value}).status_code for n, value in enumerate(ODD)}
    assert statuses <= {201, 400}


@pytest.mark.parametrize("fields", [{"is_anonymous": True}, {"audience": "team"}])
def test_only_surveys_that_know_their_contacts(api, survey_owner, fields):
    factories.survey(key="yearly", **fields)
    factories.contact(email="dana@example.com")
    assert send(api, survey_owner).json() == {"survey": ["Object with key=yearly does not exist."]}


def test_the_id_of_another_response_is_refused(api, survey_owner, known):
    factories.response(contact=known, external_id="app-1", source="import")
    assert send(api, survey_owner).json() == {"external_id": ["Another response has this id."]}


def test_two_contacts_under_one_id_at_the_same_moment(api, survey_owner, known):
    """Both were looked for before either was stored: the second is refused, and changes nothing of the first."""
    other, survey = factories.contact(), Survey.objects.get()
    ways = [ByProgram(contact, survey.published, "app-1", None) for contact in (known, other)]
    ways[0].take({"score": 9}, timezone.now(), True, "en")
    with pytest.raises(IntegrityError), transaction.atomic():
        ways[1].take({"score": 1}, timezone.now(), True, "en")
    response = Response.objects.get()
    assert (response.contact, response.score) == (known, 9)


@pytest.mark.parametrize("role", ["account_manager", "team_lead", "leadership", "sales"])
def test_other_roles_read_only(api, known, role):
    assert (send(api, factories.user(role=role)).status_code, Response.objects.count()) == (403, 0)
