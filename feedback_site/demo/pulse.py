"""What the simulated company asks of its own sales team, and a link for its website."""

from datetime import datetime, timedelta

import numpy as np

from feedback_site.access.models import User
from surveys.authoring.drafts import create_survey
from surveys.authoring.models import Survey, SurveyVersion
from surveys.authoring.publish import publish
from surveys.authoring.starters import STARTERS
from surveys.collection import anonymous
from surveys.distribution.link_models import Link

ANSWERED = 12  # two of them wait for their group of five
LIKELY_TO_RECOMMEND = [6, 7, 7, 8, 8, 9, 9, 10]
SELLS = [("product", 0.7), ("service", 0.6), ("relationship", 0.5), ("price", 0.2)]
DOES_NOT_SELL = [("price", 0.6), ("features", 0.4), ("slow", 0.35), ("competitor", 0.3)]
WORDS = {
    "why_it_sells": {
        "he": ["הדגמה אצל הלקוח עם הנתונים שלו.", "התמיכה ענתה עוד באותו יום, וזה הכריע.", "המלצה של לקוח ותיק."],
        "en": ["A demonstration with their own data.", "A reference visit at an old customer."],
    },
    "why_it_does_not": {
        "he": ["המתחרה הציע הנחה שלא יכולנו להשוות.", "חיכו שבועיים להצעת מחיר.", "חסר חיבור למערכת שלהם."],
        "en": ["They waited two weeks for our offer.", "A competitor was cheaper and already in the house."],
    },
}


def create_pulse(rng: np.random.Generator, owner: User, relationship: SurveyVersion, now: datetime) -> None:
    """The anonymous pulse with its answers, open for the demo's own sellers; and a public link to the relationship survey."""
    starter = STARTERS["sales-pulse"]
    survey = create_survey("Sales-team pulse", ["he", "en"], owner, starter)
    Survey.objects.filter(pk=survey.pk).update(is_simulated=True)
    draft = survey.draft
    assert draft is not None
    publish(draft, owner)
    link = Link.objects.create(survey=survey, name="Pulse of the quarter", created_by=owner, is_simulated=True)
    for number in range(ANSWERED):
        language = "he" if rng.random() < 0.7 else "en"
        anonymous.take(draft, _answers(rng, language), now - timedelta(days=ANSWERED - number), language, link)
    Link.objects.create(survey=relationship.survey, name="Website", created_by=owner, is_simulated=True)


def _answers(rng: np.random.Generator, language: str) -> dict[str, object]:
    written = {key: str(rng.choice(words[language])) for key, words in WORDS.items() if rng.random() < 0.6}
    return {
        "recommend_selling_here": int(rng.choice(LIKELY_TO_RECOMMEND)),
        "what_sells": _some(rng, SELLS),
        "what_does_not": _some(rng, DOES_NOT_SELL),
        "tools": int(rng.integers(2, 7)),
        **written,
    }


def _some(rng: np.random.Generator, likely: list[tuple[str, float]]) -> list[str]:
    return [key for key, share in likely if rng.random() < share] or [likely[0][0]]
