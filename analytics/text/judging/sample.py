"""Texts drawn at random for people to judge: only these tell how often an engine errs.

Each text that an engine has read is drawn with the same chance, also one that somebody corrected before: corrections of people's
own accord are mostly of what is wrong, and a sample without those texts would make the engine look better than it is. A text
that is skipped stays in the sample, open, and is shown again later; so hard texts do not drop out of the figure unseen.
"""

import random
from datetime import timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from analytics.text.judging.models import Drawn, DrawnQuerySet
from analytics.text.models import Judgement, Sentiment
from feedback_site.access.models import User
from surveys.collection.models import Response

HELD = timedelta(hours=1)  # so long a text that is shown, or was skipped, comes to nobody else
CAST, CASTS = 500, 4  # keys drawn at once, and how often before all texts are looked at
CHANCE = random.SystemRandom()
SAID = [Sentiment.Label.POSITIVE, Sentiment.Label.NEUTRAL, Sentiment.Label.NEGATIVE, Sentiment.Label.MIXED]


def drawable(user: User, language: str = "") -> "QuerySet[Sentiment]":
    """The texts of complete responses of which an engine has said something, among those that `user` sees."""
    return Sentiment.objects.visible_to(user).filter(_is_read(language))


def _is_read(language: str, to_sentiment: str = "") -> Q:
    wanted = {"language": language} if language else {}
    of_engine = {"engine_label__in": SAID, "answer_updated_at": F("answer__updated_at"), **wanted}
    read = Q(**{f"{to_sentiment}{name}": value for name, value in of_engine.items()})
    return read & Q(answer__response__state=Response.State.COMPLETE, answer__response__set_aside="")


def in_hand(user: User, language: str = "") -> Drawn | None:
    """The text that is shown to `user` now, if one is."""
    return _open(user, language).filter(held_by=user).select_related("answer__response__version__survey").first()


def draw(user: User, language: str = "") -> Drawn | None:
    """The text to judge next: the one in hand, one that has lain open for a while, or else a new one at random.

    What was skipped a moment ago comes only when nothing else is left. None: all that `user` sees is judged.
    """
    return (
        in_hand(user, language)
        or _taken(_open(user, language).free(), user)
        or _fresh(user, language)
        or _taken(_open(user, language).filter(held_by=None).order_by("free_from", "pk"), user)
    )


def skip(drawn: Drawn) -> None:
    """Let go of it; it stays in the sample and is shown again, to whoever checks then."""
    Drawn.objects.filter(pk=drawn.pk).update(held_by=None, free_from=timezone.now() + HELD, skips=F("skips") + 1)


def judged(user: User, language: str = "") -> int:
    """How many of the drawn texts that `user` sees are judged."""
    rows = Judgement.objects.visible_to(user).filter(is_sampled=True)
    return (rows.filter(language=language) if language else rows).count()


def skipped(user: User, language: str = "") -> int:
    return _open(user, language).skipped().count()


def _open(user: User, language: str) -> DrawnQuerySet:
    return Drawn.objects.unjudged().visible_to(user).filter(_is_read(language, "answer__sentiment__"))  # type: ignore[return-value]


def _taken(rows: "QuerySet[Drawn]", user: User) -> Drawn | None:
    """The first of `rows` that nobody else takes at the same time."""
    for drawn in rows[:5]:
        mine = Drawn.objects.filter(pk=drawn.pk, free_from=drawn.free_from).update(held_by=user, free_from=timezone.now() + HELD)
        if mine:
            return in_hand(user)
    return None


def _fresh(user: User, language: str) -> Drawn | None:
    """A text that was never drawn; another one where somebody draws the same at the same time."""
    for _attempt in range(3):
        sentiment = at_random(drawable(user, language).filter(answer__drawn=None))
        if sentiment is None:
            return None
        held = {"held_by": user, "free_from": timezone.now() + HELD}
        _drawn, is_mine = Drawn.objects.get_or_create(answer_id=sentiment.answer_id, defaults=held)
        if is_mine:
            break
    return in_hand(user, language)


def at_random(rows: "QuerySet[Sentiment]") -> Sentiment | None:
    """One of `rows`, each with the same chance, without counting them.

    Keys are drawn from the whole range, all with the same chance, and of those that are among `rows` one is chosen; as no key is
    favoured in either step, no row is. Where so few rows are wanted that none is hit in `CASTS` rounds, all of them are shuffled.
    """
    stored = Sentiment.objects.filter(pk__gt=0)  # the keys of anonymous answers are negative
    first, last = stored.order_by("pk").values_list("pk", flat=True).first(), stored.order_by("-pk").values_list("pk", flat=True).first()
    if first is None or last is None:
        return None
    keys = range(first, last + 1)
    for _round in range(CASTS if len(keys) > CAST else 1):
        found = list(rows.filter(pk__in=CHANCE.sample(keys, min(CAST, len(keys)))).order_by("pk"))
        if found:
            return CHANCE.choice(found)
    return rows.order_by("?").first() if len(keys) > CAST else None
