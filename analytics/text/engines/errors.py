"""What can go wrong with an engine as a whole, and with a training."""

from collections.abc import Mapping

from django.utils.translation import gettext


class Problem(Exception):
    """What is wrong, for people.

    `message` is in English and marked for translation; `params` go into it. What is kept is these, as whoever reads it later may
    read another language; str() says it in the language of now.
    """

    def __init__(self, message: str, **params: str | int) -> None:
        super().__init__(message)
        self.message = message
        self.params = params

    def __str__(self) -> str:
        return said(self.message, self.params)


class EngineUnavailable(Problem):
    """The engine can judge nothing now: its model is broken, or its server is away."""


class CanNotLearn(Problem):
    """There is too little to learn from, or to measure by."""


def said(message: str, params: Mapping[str, str | int]) -> str:
    """The message in the language of whoever reads it now; "" for none."""
    text = gettext(message) if message else ""
    return text % params if params else text
