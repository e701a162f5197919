"""A person says what the sentiment of a text is: that counts, whatever the engine says, until it is taken back."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from analytics.text.models import Judgement, Sentiment
from analytics.text.themes.find import follow_label
from feedback_site.access.models import User
from feedback_site.access.permissions import HANDLES_FEEDBACK
from surveys.collection.models import Answer


class CanNotJudge(Exception):
    """Why not, and what to do, in words for the person who tried."""


@transaction.atomic
def judge(answer: Answer, label: str, user: User, is_sampled: bool = False, read_at: datetime | None = None) -> Judgement:
    """`user` says that the sentiment of the text is `label`; who says so last counts.

    `read_at` is the `updated_at` of the text that they read; without it, that of `answer` as it was loaded. `is_sampled` where the
    text was drawn at random: it stays so, with what the engine said of it then, whoever changes the label later.

    Raises CanNotJudge where the text was changed meanwhile, waits to be scored, or is not one of the user's; PermissionDenied
    where their role does not handle feedback.
    """
    current = _locked(answer, user)
    if current.updated_at != (read_at or answer.updated_at):
        raise CanNotJudge(_("The customer changed this text after you opened the page. Reload the page, and read it again."))
    sentiment = _sentiment_of(current)
    judgement = Judgement.objects.filter(answer=current).first() or Judgement(answer=current)
    if is_sampled or not judgement.is_sampled or judgement.answer_updated_at != current.updated_at:
        _note_engine(judgement, sentiment, is_sampled)
    judgement.label, judgement.judged_by = label, user
    judgement.save()
    _relabel(sentiment, label)
    return judgement


@transaction.atomic
def take_back(answer: Answer, user: User) -> bool:
    """The engine's label counts again; false where nobody had judged. The audit log keeps what was said. Raises as `judge` does."""
    current = _locked(answer, user)
    judgement = Judgement.objects.filter(answer=current).first()
    if judgement is None:
        return False
    judgement.delete()
    for sentiment in Sentiment.objects.filter(answer=current).select_related("answer"):
        _relabel(sentiment, sentiment.engine_label)
    return True


def _relabel(sentiment: Sentiment, label: str) -> None:
    sentiment.label = label
    sentiment.save(update_fields=["label"])
    follow_label(sentiment)


def _locked(answer: Answer, user: User) -> Answer:
    """The answer as it is now; the lock is the one that `score.store` takes, so that neither writes over the other."""
    if not user.has_role(*HANDLES_FEEDBACK):
        raise PermissionDenied
    visible = Answer.objects.visible_to(user).texts().select_for_update(of=("self",), no_key=True)
    current = visible.filter(pk=answer.pk).first()
    if current is None:
        raise CanNotJudge(_("This text is not there any more, or belongs to an account that is not yours."))
    return current


def _sentiment_of(answer: Answer) -> Sentiment:
    sentiment = Sentiment.objects.filter(answer=answer, answer_updated_at=answer.updated_at).select_related("answer").first()
    if sentiment is None:
        raise CanNotJudge(_("This text is still waiting to be read, which takes a minute at most. Then say what it is."))
    return sentiment


def _note_engine(judgement: Judgement, sentiment: Sentiment, is_sampled: bool) -> None:
    for name in ("language", "engine_label", "engine", "engine_version", "confidence", "answer_updated_at"):
        setattr(judgement, name, getattr(sentiment, name))
    judgement.is_sampled = is_sampled
