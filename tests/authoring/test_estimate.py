"""How long a survey takes."""

import pytest
from django.urls import reverse

from surveys.authoring.drafts import create_survey
from surveys.authoring.estimate import minutes, seconds
from surveys.authoring.starters import STARTERS
from tests import factories

pytestmark = pytest.mark.django_db


def test_reading_and_answering():
    """119 words are read in half a minute, and a scale is answered in 6 seconds."""
    version = factories.survey(published=False).draft
    version.questions.all().delete()
    question = factories.question(version, key="score", type="nps", texts={"en": {"label": " ".join(["word"] * 119)}})
    assert seconds([question], "en") == pytest.approx(36)


@pytest.mark.parametrize("starter", STARTERS.values(), ids=STARTERS)
def test_the_ready_made_surveys_take_three_minutes_at_most(starter):
    version = create_survey("Mine", list(starter.texts), None, starter).draft
    assert all(1 <= minutes(version, language) <= 3 for language in starter.texts)


def test_a_long_survey_is_warned_of(login, survey_owner):
    version = factories.survey(published=False).draft
    page = reverse("authoring:survey", args=[version.survey_id])
    client = login(survey_owner)
    assert "About 1 minute to answer" in client.get(page).content.decode()
    for number in range(8):
        factories.question(version, key=f"text{number}", type="long_text", position=10 + number)
    assert "That is long: many will not come to the end." in client.get(page).content.decode()
