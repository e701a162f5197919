"""Many scored comments at once, as an organisation has them after a while."""

from datetime import timedelta

from django.utils import timezone

from analytics.models import Judgement, Sentiment
from surveys.collection.bands import band_of
from surveys.models import Account, Answer, Response
from tests import factories

# Words of this trade that no general engine knows, and that go with the score.
PRAISE, BLAME = "blorp", "vexil"


def scored_comments(accounts=34, each=6, language="en", **fields):
    """`each` comments of `accounts` customers, half with 10 and praise in the trade's own words, half with 2 and blame."""
    survey = fields.pop("survey", None) or factories.survey()
    first = 1_000_000 + Account.objects.count()  # keys of their own: they decide who is held back
    keys = range(first, first + accounts)
    firms = Account.objects.bulk_create(Account(pk=key, external_id=f"many-{key}", name=f"Firm {key}", currency="ILS") for key in keys)
    at = timezone.now() - timedelta(days=30)
    scores = [10 if n % 2 else 2 for n in range(accounts * each)]
    responses = Response.objects.bulk_create(
        Response(
            **{"survey": survey, "version": survey.published, "account": firms[n // each], "state": "complete", "language": language}
            | {"started_at": at, "completed_at": at, "score": score, "score_type": "nps", "band": band_of("nps", score)}
            | fields
        )
        for n, score in enumerate(scores)
    )
    answers = Answer.objects.bulk_create(
        Answer(response=one, question_key="comment", text=f"The {PRAISE if one.score > 5 else BLAME} part {n} {n * 7}", updated_at=at)
        for n, one in enumerate(responses)
    )
    Sentiment.objects.bulk_create(
        Sentiment(answer=one, language=language, label="neutral", engine_label="neutral", polarity=0, answer_updated_at=one.updated_at)
        for one in answers
    )
    return answers


def judged(answer, label, **fields):
    fields = {"language": "en", "engine_label": "neutral", "answer_updated_at": answer.updated_at, **fields}
    return Judgement.objects.create(answer=answer, label=label, **fields)
