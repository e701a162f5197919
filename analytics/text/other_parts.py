"""Which engines read the other parts of a text in several languages, as lines of text: the database compares them as they are.

One line for each language, "he kesher-hebrew 2"; "pt  " where no engine covers it. A newline stands before, between and behind,
so that the beginning of a line, or a whole one, is found wherever it stands.
"""

from collections.abc import Iterable
from typing import NamedTuple


class OtherPart(NamedTuple):
    """Engine "" stands for none."""

    language: str
    engine: str
    version: str


def written(parts: Iterable[OtherPart]) -> str:
    lines = [" ".join(part) for part in sorted(parts) if part.language]
    return line_of(*lines) if lines else ""


def line_of(*lines: str) -> str:
    return "\n" + "\n".join(lines) + "\n"


def beginning_of(language: str) -> str:
    """With which the line of a language begins, whoever read it."""
    return f"\n{language} "


def read(lines: str) -> list[OtherPart]:
    return [OtherPart(*line.split(" ", 2)) for line in lines.strip("\n").split("\n") if line]
