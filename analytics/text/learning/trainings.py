"""A training from its row to its result. The row decides what happens; the queue only hints."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from analytics.text.engines.errors import CanNotLearn, EngineUnavailable, Problem
from analytics.text.engines.features import RECIPES
from analytics.text.learning import choice
from analytics.text.learning.models import TrainedModel
from analytics.text.learning.own_model import learn
from feedback_site.access import audit
from feedback_site.access.models import User

log = logging.getLogger(__name__)
State = TrainedModel.State
UNDER_WAY = [State.WAITING, State.TRAINING]
BEAT, DEAD_AFTER = timedelta(minutes=1), timedelta(minutes=15)
DEAD = gettext_noop("The worker stopped in the middle of the training. Train once more.")
FAULT = gettext_noop("An unexpected fault stopped the training. An administrator finds the details in the log.")


class Refused(Exception):
    """Why no training begins, in a sentence for people."""


class TakenOver(Exception):
    """The training was marked as failed while its worker was still busy."""


def ask(language: str, user: User | None, is_claimed: bool = False) -> TrainedModel:
    """A training that a worker will find; with `is_claimed` the caller performs it. Raises Refused, as while another one runs."""
    if language not in RECIPES:
        raise Refused(_("Models can be trained for these languages: %(languages)s.") % {"languages": ", ".join(RECIPES)})
    fail_dead()
    latest = TrainedModel.objects.filter(language=language).aggregate(latest=Max("version"))["latest"] or 0
    state = State.TRAINING if is_claimed else State.WAITING
    try:
        with transaction.atomic():
            model = TrainedModel.objects.create(language=language, version=latest + 1, state=state, created_by=user)
            audit.record(user, model, {"training": language})
    except IntegrityError:
        raise Refused(_("A model of this language is being trained already. Wait until it is ready.")) from None
    return model


def run_waiting_trainings() -> int:
    """Fail what is dead, then perform everything that waits. Safe with any number of workers."""
    fail_dead()
    done = 0
    while model := claim_next():
        perform(model)
        done += 1
    return done


def fail_dead() -> int:
    dead = TrainedModel.objects.filter(state=State.TRAINING, changed_at__lt=timezone.now() - DEAD_AFTER)
    return dead.update(state=State.FAILED, problem=DEAD, changed_at=timezone.now())


def claim_next() -> TrainedModel | None:
    while model := TrainedModel.objects.filter(state=State.WAITING).defer("data").order_by("created_at", "pk").first():
        claimed = TrainedModel.objects.filter(pk=model.pk, state=State.WAITING)
        if claimed.update(state=State.TRAINING, changed_at=timezone.now()) == 1:
            return model
    return None


def perform(model: TrainedModel) -> None:
    """Train a claimed model; whatever happens, its row says how it ended."""
    try:
        with _kept_alive(model):
            learnt = learn(model.language, choice.line_ups()[model.language].chosen, lambda percent: _note(model, progress=percent))
        _note(model, state=State.READY, progress=100, data=learnt.data, trained_on=learnt.trained_on, figures=learnt.figures)
    except TakenOver:
        log.warning("training %s was given up while it ran", model.pk)
    except (CanNotLearn, EngineUnavailable) as reason:
        _fail(model, reason)
    except Exception:
        log.exception("training %s failed", model.pk)
        _fail(model, Problem(FAULT))


@contextmanager
def _kept_alive(model: TrainedModel) -> Iterator[None]:
    """While the one long step of a training lasts, the row shows that its worker lives."""
    is_over = Event()

    def beat() -> None:
        while not is_over.wait(BEAT.total_seconds()):
            TrainedModel.objects.filter(pk=model.pk, state=State.TRAINING).update(changed_at=timezone.now())
            connection.close()  # that of this thread

    Thread(target=beat, daemon=True).start()
    try:
        yield
    finally:
        is_over.set()


def _note(model: TrainedModel, **changes: Any) -> None:
    if TrainedModel.objects.filter(pk=model.pk, state=State.TRAINING).update(changed_at=timezone.now(), **changes) != 1:
        raise TakenOver


def _fail(model: TrainedModel, problem: Problem) -> None:
    said = {"problem": problem.message, "problem_params": problem.params}
    TrainedModel.objects.filter(pk=model.pk, state=State.TRAINING).update(state=State.FAILED, changed_at=timezone.now(), **said)
