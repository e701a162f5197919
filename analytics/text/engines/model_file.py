"""Linear models as bytes: numpy's format without pickle, behind a line that names it and a checksum."""

import hashlib
import io
import json
import struct
import zipfile
import zlib
from typing import Any

import numpy as np
from django.utils.translation import gettext_noop

from analytics.text.engines.errors import EngineUnavailable
from analytics.text.engines.features import COLUMNS, RECIPE, RECIPES, VOCABULARY
from analytics.text.engines.linear import LABELS, NEGATIVE, POSITIVE, LinearModel

MAGIC = b"kesher sentiment model 1\n"
DIGEST = 32  # bytes of SHA-256
MOST_BYTES = 20_000_000
# What numpy, zip, JSON and the conversions say of bytes that are whole and yet no model.
NO_MODEL = (LookupError, TypeError, AttributeError, ValueError, ArithmeticError, EOFError, OSError, NotImplementedError)
NO_ARCHIVE = (zipfile.BadZipFile, zlib.error, struct.error)


class BrokenModel(EngineUnavailable):
    """What is wrong with a model, and what to do, in a sentence for people."""


def to_bytes(model: LinearModel) -> bytes:
    meta = {
        "language": model.language,
        "recipe": RECIPE,
        "labels": model.labels,
        "temperature": model.temperature,
        "trained": model.trained,
        "made_on": model.made_on,
    }
    file = io.BytesIO()
    np.savez_compressed(
        file,
        meta=np.frombuffer(json.dumps(meta).encode(), np.uint8),
        coefficients=model.coefficients.astype(np.float16),
        intercept=model.intercept.astype(np.float16),
        vocabulary=np.packbits(model.vocabulary),
    )
    return MAGIC + hashlib.sha256(file.getvalue()).digest() + file.getvalue()


def from_bytes(data: bytes, language: str = "") -> LinearModel:
    """The model in `data`, of `language` where that is given. BrokenModel says what is wrong with anything else."""
    body = _checked(data)
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
            meta = json.loads(arrays["meta"].tobytes())
            _check_meta(meta, language)
            coefficients, intercept = arrays["coefficients"].astype(np.float32), arrays["intercept"].astype(np.float32)
            vocabulary = np.unpackbits(arrays["vocabulary"]).astype(bool)
        model = LinearModel(
            language=meta["language"],
            labels=tuple(meta["labels"]),
            coefficients=coefficients,
            intercept=intercept,
            temperature=float(meta["temperature"]),
            trained={label: int(meta["trained"][label]) for label in meta["labels"]},
            made_on=str(meta["made_on"]),
            vocabulary=vocabulary,
        )
        _check_numbers(model)
    except (*NO_MODEL, *NO_ARCHIVE) as error:
        raise BrokenModel(gettext_noop("The model's file has not the parts that a model has. Train it again.")) from error
    return model


def _checked(data: bytes) -> bytes:
    if not data:
        raise BrokenModel(gettext_noop("The model's file is empty. Train it again, or restore an older one."))
    if not data.startswith(MAGIC):
        raise BrokenModel(
            gettext_noop("This is not a sentiment model, or one of another version of Kesher. Train it again with this version.")
        )
    digest, body = data[len(MAGIC) :][:DIGEST], data[len(MAGIC) + DIGEST :]
    if len(data) > MOST_BYTES or hashlib.sha256(body).digest() != digest:
        raise BrokenModel(gettext_noop("The model's file is damaged or not complete. Copy it again, or train it again."))
    return body


def _check_meta(meta: dict[str, Any], language: str) -> None:
    if meta["recipe"] != RECIPE or meta["language"] not in RECIPES:
        raise BrokenModel(
            gettext_noop("The model is of another version of Kesher, which read texts otherwise. Train it again with this version.")
        )
    if language and meta["language"] != language:
        raise BrokenModel(
            gettext_noop("The model is for the language “%(found)s”, not “%(wanted)s”. Choose a model of that language."),
            found=meta["language"],
            wanted=language,
        )


def _check_numbers(model: LinearModel) -> None:
    k = len(model.labels)
    shape = (k, COLUMNS + model.recipe.dense_size)
    is_sound = (
        {POSITIVE, NEGATIVE} <= set(model.labels) <= set(LABELS)
        and (model.coefficients.shape, model.intercept.shape, model.vocabulary.shape) == (shape, (k,), (VOCABULARY,))
        and bool(np.isfinite(model.coefficients).all() and np.isfinite(model.intercept).all())
        and 0 < model.temperature < 1000
    )
    if not is_sound:
        raise BrokenModel(gettext_noop("The model's numbers are not those of a model. Train it again."))
