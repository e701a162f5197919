"""What is wrong with an import: one row's field, a whole file, or the mapping."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field of one row, and what to do about it. `field` is empty where it is the whole row."""

    row: int
    field: str
    value: str
    message: str


class Unfit(ValueError):
    """A value that is no value of its field; the text says why and what to do."""


class FileProblem(ValueError):
    """The file can not be read at all; the text says why and what to do."""


class MappingProblem(ValueError):
    """The mapping does not fit the kind or the file."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__(" ".join(messages))
        self.messages = messages


class RowProblems(Exception):
    """Rows turned out wrong while they were written: everything is rolled back."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems
