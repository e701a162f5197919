"""A survey as a file: out, and in again, whole or not at all."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from surveys.authoring import exchange
from surveys.authoring.checks import problems
from surveys.authoring.conditions import COMPARISONS
from surveys.authoring.drafts import create_survey
from surveys.authoring.kinds import KINDS
from surveys.authoring.options import FIELDS
from surveys.authoring.stamps import CONTENT_FIELDS
from surveys.authoring.starters import STARTERS
from surveys.models import Survey
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(login, survey_owner):
    return login(survey_owner)


def sent(data):
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    return {"file": SimpleUploadedFile("survey.json", content)}


@pytest.fixture
def data():
    return exchange.as_json(factories.survey(published=False).draft)


def test_out_and_in_again_is_the_same(owner, data):
    survey = factories.survey()
    question = factories.question(factories.survey(published=False).draft, key="rated", type="rating", options={"highest": 10})
    question.shown_if = [[{"subject": "q.score", "is": "at_most", "value": "6"}]]
    question.save()
    for version in (survey.published, question.version):
        answer = owner.get(reverse("authoring:export", args=[version.pk]))
        assert answer["Content-Disposition"] == f'attachment; filename="{version.survey.key}-1.json"'
        owner.post(reverse("authoring:import"), sent(answer.content))
        again = Survey.objects.latest("pk").draft
        assert exchange.as_json(again) == exchange.as_json(version)


@pytest.mark.parametrize("starter", STARTERS.values(), ids=STARTERS)
def test_every_ready_made_survey_fits_the_schema_and_can_be_published(starter):
    data = exchange.as_json(create_survey("Mine", list(starter.texts), None, starter).draft)
    assert problems(exchange.create_from(exchange.read(json.dumps(data).encode()), None).draft) == []


def test_the_schema_names_what_the_product_knows():
    question = json.loads(exchange.SCHEMA_FILE.read_text())["$defs"]["question"]["properties"]
    rule = json.loads(exchange.SCHEMA_FILE.read_text())["$defs"]["rule"]["properties"]
    assert question.keys() == set(CONTENT_FIELDS)
    assert (set(question["type"]["enum"]), question["options"]["properties"].keys()) == (KINDS.keys(), FIELDS.keys())
    assert set(rule["is"]["enum"]) == COMPARISONS.keys()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "kesher-survey-9"}, "format: 'kesher-survey-1' was expected"),
        ({"extra": 1}, "file: Additional properties are not allowed ('extra' was unexpected)"),
        ({"default_language": "fr"}, "The default language has no texts."),
        ({"questions": [{"key": "a", "type": "slider", "texts": {}}]}, "questions/0/type: 'slider' is not one of"),
        ({"questions": [{"key": "a", "type": "nps", "texts": {}}] * 2}, "Two questions have the key “a”."),
        ({"questions": [{"key": "a b", "type": "nps", "texts": {}}]}, "questions/0/key: 'a b' does not match"),
        ({"questions": [{"key": "a", "type": "date", "texts": {}, "options": {"earliest": "soon"}}]}, "'soon' is not a 'date'"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_the_place(owner, data, change, message):
    before = Survey.objects.count()
    answer = owner.post(reverse("authoring:import"), sent({**data, **change}))
    assert (answer.status_code, Survey.objects.count()) == (422, before)
    assert any(message in error for error in answer.context["form"].errors["file"]), answer.context["form"].errors


@pytest.mark.parametrize("content", [b"no json", b"\xff\xfe", b"[" * 100_000, b"[]", b"null"])
def test_what_is_no_survey_is_refused(owner, content):
    assert owner.post(reverse("authoring:import"), sent(content)).status_code == 422
    assert Survey.objects.count() == 0


def test_control_characters_do_not_reach_the_database(data):
    data["texts"]["en"]["title"] = "A\x00B"
    assert exchange.create_from(exchange.read(json.dumps(data).encode()), None).draft.text("title", "en") == "AB"


def test_a_key_or_language_with_a_line_feed_is_none(data):
    data["questions"][0]["key"] += "\n"
    data["texts"]["fr\n"] = {}
    with pytest.raises(ValidationError) as refused:
        exchange.read(json.dumps(data).encode())
    assert [message.split(":")[0] for message in refused.value.messages] == ["questions/0/key", "texts"]


def test_a_file_that_is_too_large_is_refused(data):
    with pytest.raises(ValidationError, match="The file is larger than 2 MB."):
        exchange.read(b" " * (2 * 1024 * 1024 + 1))


def test_only_who_writes_surveys_may(login, account_manager):
    version = factories.survey().published
    client = login(account_manager)
    assert [
        client.get(reverse(f"authoring:{name}", args=args)).status_code for name, args in (("export", [version.pk]), ("import", []))
    ] == [403] * 2
