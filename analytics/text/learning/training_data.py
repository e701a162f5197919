"""What a model of one language learns from: the organisation's own scored comments, what people judged, and the product's own comments."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Case, CharField, Count, F, Q, Value, When
from django.db.models.functions import Left
from django.utils.translation import gettext_noop

from analytics.text.engines.errors import CanNotLearn
from analytics.text.engines.shipped import examples as shipped_examples
from analytics.text.models import Sentiment
from surveys.collection.models import Answer, AnswerQuerySet, Band, Response, identified

Label = Sentiment.Label
MOST = 30_000  # own comments, the newest; with their texts cut, this bounds the memory of a training
LONGEST = 2_000  # characters
JUDGED_WEIGHT, SCORED_WEIGHT = 3.0, 1.0  # a person has read the one; the other is a score given beside the text
LEAST_COMMENTS, LEAST_CUSTOMERS, LEAST_HELD_BACK = 200, 30, 20
TOO_FEW_COMMENTS = gettext_noop("%(n)s scored or judged comments: at least %(least)s are needed.")
TOO_FEW_CUSTOMERS = gettext_noop(
    "The comments come from %(n)s customers: at least %(least)s are needed, so that some can be held back to measure."
)

# What stands between satisfied and not is left out: such comments praise, blame, or do both.
OF_BAND = {Band.PROMOTER: Label.POSITIVE, Band.DETRACTOR: Label.NEGATIVE}
OF_JUDGEMENT = (Label.POSITIVE, Label.NEUTRAL, Label.NEGATIVE, Label.MIXED)


class Example(NamedTuple):
    """`group` is the account, or the response where it has none: what one customer wrote stays together."""

    text: str
    label: str
    weight: float
    group: str
    is_judged: bool = False


@dataclass(frozen=True)
class Supply:
    """How much there is to learn from, among the newest comments of a language."""

    comments: int
    judged: int
    customers: int
    positive: int
    negative: int

    @property
    def lack(self) -> CanNotLearn | None:
        """Why that is too little; None where it is enough to begin."""
        return lack_of(self.comments, self.customers)


def lack_of(comments: int, customers: int) -> CanNotLearn | None:
    if comments < LEAST_COMMENTS:
        return CanNotLearn(TOO_FEW_COMMENTS, n=comments, least=LEAST_COMMENTS)
    if customers < LEAST_CUSTOMERS:
        return CanNotLearn(TOO_FEW_CUSTOMERS, n=customers, least=LEAST_CUSTOMERS)
    return None


def labelled(language: str) -> AnswerQuerySet:
    """The newest comments that have a label to learn: a person's judgement of this very text, else the score given beside it.

    Only of identified responses that count; simulated ones only while there is nothing else.
    """
    answers = Answer.objects.texts().filter(
        identified("response__"), response__state=Response.State.COMPLETE, response__set_aside="", sentiment__language=language
    )
    if Response.objects.filter(is_simulated=False).exists():
        answers = answers.filter(response__is_simulated=False)
    is_judged = Q(judgement__answer_updated_at=F("updated_at"))
    judged = [When(is_judged & Q(judgement__label=label), then=Value(label.value)) for label in OF_JUDGEMENT]
    scored = [When(response__band=band, then=Value(label.value)) for band, label in OF_BAND.items()]
    # What was judged to say nothing teaches nothing, whatever its score.
    learnt = Case(*judged, When(is_judged, then=None), *scored, output_field=CharField())
    by = Case(When(is_judged, then=Value(1)), default=Value(0))
    return answers.annotate(learnt=learnt, by_person=by).filter(learnt__isnull=False).order_by("-updated_at", "-pk")[:MOST]


def supply(language: str) -> Supply:
    """Counted by the database."""
    found = labelled(language).aggregate(
        comments=Count("pk"),
        judged=Count("pk", filter=Q(by_person=1)),
        accounts=Count("response__account", distinct=True),
        others=Count("response", distinct=True, filter=Q(response__account=None)),
        positive=Count("pk", filter=Q(learnt=Label.POSITIVE)),
        negative=Count("pk", filter=Q(learnt=Label.NEGATIVE)),
    )
    return Supply(found["comments"], found["judged"], found["accounts"] + found["others"], found["positive"], found["negative"])


def own_examples(language: str) -> list[Example]:
    """The organisation's, the newest first."""
    rows = labelled(language).values_list(Left("text", LONGEST), "learnt", "by_person", "response__account", "response")
    return [
        Example(
            text,
            label,
            JUDGED_WEIGHT if judged else SCORED_WEIGHT,
            f"account {account}" if account else f"response {response}",
            bool(judged),
        )
        for text, label, judged, account, response in rows.iterator(chunk_size=2000)
    ]


def shipped(language: str) -> list[Example]:
    """What the built-in model is trained on too: each text a group of its own."""
    rows = zip(*shipped_examples(language), strict=True)
    return [Example(text, label, weight, f"shipped {n}") for n, (text, label, weight) in enumerate(rows)]


def without_texts(examples: Iterable[Example], others: Iterable[Example]) -> list[Example]:
    """`examples` without those whose text is among `others`, whatever their spaces and capitals."""
    known = {folded(one.text) for one in others}
    return [one for one in examples if folded(one.text) not in known]


def folded(text: str) -> str:
    return " ".join(text.casefold().split())
