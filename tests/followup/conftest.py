"""Alerts are mailed into a box of the test's own."""

import pytest

from surveys.distribution.transport import Outcome, Result
from tests.distribution.conftest import postbox

__all__ = ["postbox"]


class Outbox(list):
    """The mails that were taken; `answers["a@example.com"] = [Outcome.LATER]` scripts what comes before an address is served."""

    def __init__(self):
        super().__init__()
        self.answers, self.tried = {}, []

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        pass

    def send(self, mail):
        (address,) = mail.to
        self.tried.append(address)
        if script := self.answers.get(address):
            answer = script.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return Result(answer, "as the test has it")
        self.append(mail)
        return Result(Outcome.SENT)


@pytest.fixture
def outbox(settings, monkeypatch):
    settings.SILENT_DAYS = 30
    taken = Outbox()
    monkeypatch.setattr("surveys.followup.alert_mails.open_transport", lambda: taken)
    return taken
