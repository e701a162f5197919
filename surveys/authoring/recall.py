"""Texts that recall what is known: "Hello {contact.name|there}", "You gave us {q.recommend}". Pure.

A name in braces is replaced by the fact or the answer, as plain text that the template escapes; where nothing is
known, by what stands behind the bar, or by nothing.
"""

import re
from collections.abc import Iterable, Mapping

from surveys.authoring.conditions import ATTRIBUTE, FACTS, QUESTION

PLACEHOLDER = re.compile(r"\{([a-z]+\.[^{}|\n]+)(?:\|([^{}\n]*))?\}")


def recalled(text: str, known: Mapping[str, str]) -> str:
    """`text` with its placeholders filled from `known`."""
    return PLACEHOLDER.sub(lambda found: known.get(found[1].strip(), "").strip() or (found[2] or "").strip(), text)


def unknown_placeholders(text: str, keys: Iterable[str]) -> list[str]:
    """Those that name neither a fact nor a question of `keys`."""
    allowed = {*FACTS, *(f"{QUESTION}{key}" for key in keys)}
    named = (found.strip() for found, _fallback in PLACEHOLDER.findall(text))
    return [name for name in named if name not in allowed and not name.startswith(ATTRIBUTE)]
