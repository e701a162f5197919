"""The engine of a model that was trained here. Its bytes are read when it first scores, once for each process."""

import logging
from datetime import datetime
from functools import lru_cache

from django.utils.translation import gettext_noop

from analytics.text.engines.built_in import LinearEngine, Score
from analytics.text.engines.errors import EngineUnavailable
from analytics.text.engines.linear import LinearModel
from analytics.text.engines.model_file import from_bytes
from analytics.text.learning.models import TrainedModel

log = logging.getLogger(__name__)
OWN = "own"
KEPT = 4  # models in memory


class OwnEngine:
    """A trained model in use: `version` is its number."""

    name = OWN

    def __init__(self, model: TrainedModel) -> None:
        self.version = str(model.version)
        self.languages = frozenset({model.language})
        self._row = (model.pk, model.changed_at)

    def score(self, texts: list[str]) -> list[Score]:
        """Raises EngineUnavailable where the model is missing, damaged, or of another version of the product."""
        return _loaded(*self._row).score(texts)


@lru_cache(maxsize=KEPT)
def _loaded(pk: int, _changed_at: datetime) -> LinearEngine:
    model = TrainedModel.objects.filter(pk=pk).first()
    if model is None or not model.data:
        raise EngineUnavailable(gettext_noop("The trained model has no data. Choose another one, or train one anew."))
    return LinearEngine(OWN, str(model.version), model.language, _read(bytes(model.data), model.language))


def _read(data: bytes, language: str) -> LinearModel:
    """Raises EngineUnavailable whatever is wrong with the data: texts then wait for another engine, and the page says why."""
    try:
        return from_bytes(data, language)
    except EngineUnavailable:
        raise
    except Exception as error:
        log.exception("an own model can not be read")
        raise EngineUnavailable(gettext_noop("The model can not be read. Train it again, or restore an older one.")) from error
