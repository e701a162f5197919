"""From a score to its band, after the definitions in docs/metrics.md. Pure."""

from surveys.authoring.models import Question
from surveys.collection.models import Band

# type: (lowest satisfied, lowest in-between)
CUT_OFFS = {
    Question.Type.NPS: (9, 7),
    Question.Type.CSAT: (4, 3),
    Question.Type.CES: (5, 4),
}


def band_of(score_type: str, score: int) -> Band:
    """The band of `score`: promoter, passive or detractor for NPS (0–10: 9–10, 7–8, 0–6, Reichheld 2003);
    satisfied (top two), neutral, unsatisfied for CSAT (1–5); easy (5–7), neutral (4), hard for CES (1–7).

    Raises KeyError for a type that is no score.
    """
    satisfied, between = CUT_OFFS[Question.Type(score_type)]
    if score >= satisfied:
        return Band.PROMOTER
    return Band.PASSIVE if score >= between else Band.DETRACTOR
