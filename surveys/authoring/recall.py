"""Texts that recall what is known: "Hello {contact.name|there}", "You gave us {q.recommend}". Pure.

A name in braces is replaced by the fact or the answer, as plain text that the template escapes; where nothing is
known, by what stands behind the bar, or by nothing.
"""

import re
from collections.abc import Iterable, Mapping

from surveys.authoring.conditions import ATTRIBUTE, FACTS, QUESTION

BARE = re.compile(r"\{([^\W\d]\w*)(?:\|[^{}\n]*)?\}")  # meant as a placeholder, but of nothing: {name} for {contact.name}
PLACEHOLDER = re.compile(r"\{([a-z]+\.[^{}|\n]+)(?:\|([^{}\n]*))?\}")


def recalled(text: str, known: Mapping[str, str]) -> str:
    """`text` with its placeholders filled from `known`."""
    return PLACEHOLDER.sub(lambda found: known.get(found[1].strip(), "").strip() or (found[2] or "").strip(), text)


def placeholders(text: str) -> list[str]:
    """The names in braces, each once, in their order."""
    return list(dict.fromkeys(found.strip() for found, _fallback in PLACEHOLDER.findall(text)))


def unknown_placeholders(text: str, keys: Iterable[str]) -> list[str]:
    """Those that name neither a fact nor a question of `keys`; a word alone in braces is one too."""
    allowed = {*FACTS, *(f"{QUESTION}{key}" for key in keys)}
    named = dict.fromkeys([*placeholders(text), *BARE.findall(text)])
    return [name for name in named if name not in allowed and not name.startswith(ATTRIBUTE)]
