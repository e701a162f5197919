"""What one page costs: requests, bytes, and queries of the database."""

import http.client
import re
from dataclasses import dataclass

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.benchmarks.respond.environment import PROXY
from tests.benchmarks.respond.load import COMMENT, SCORE

FORM = "application/x-www-form-urlencoded"
OF_A_TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK")


@dataclass(frozen=True)
class Part:
    """One thing that the browser fetches; `sent` is its size on the line, `encoding` what made it smaller."""

    path: str
    raw: int
    sent: int
    encoding: str


def parts(port: int, path: str) -> list[Part]:
    """The page and everything that it names, as the server sends it; the first two, page and style sheet, suffice to answer."""
    html = fetch(port, path, "identity")[1].decode()
    linked = re.findall(r'<link rel="stylesheet" href="([^"]+)"', html)
    others = re.findall(r'<(?:link rel="icon" href|script src|img src)="([^"]+)"', html)
    return [part(port, one) for one in (path, *linked, *others)]


def part(port: int, path: str) -> Part:
    encoding, sent = fetch(port, path, "gzip")
    return Part(path, len(fetch(port, path, "identity")[1]), len(sent), encoding)


def fetch(port: int, path: str, accepted: str) -> tuple[str, bytes]:
    """(content encoding, body). Raises AssertionError where the server sets a cookie."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request("GET", path, headers={**PROXY, "Accept-Encoding": accepted})
    answer = line.getresponse()
    body = answer.read()
    line.close()
    assert answer.status == 200, f"{path}: {answer.status}"
    assert answer.headers["Set-Cookie"] is None, f"{path} sets a cookie"
    return answer.headers.get("Content-Encoding", ""), body


def queries(path: str) -> dict[str, int]:
    """How often each step asks the database, without what only begins and ends transactions."""
    client = Client(headers=PROXY)
    client.get(path)  # what a process learns once
    return {
        "open": counted(lambda: client.get(f"{path}?score=9")),
        "submit the score": counted(lambda: client.post(path, SCORE, content_type=FORM)),
        "submit the comment": counted(lambda: client.post(path, COMMENT, content_type=FORM)),
        "open the thanks": counted(lambda: client.get(path)),
    }


def counted(step) -> int:
    with CaptureQueriesContext(connection) as captured:
        step()
    return sum(not query["sql"].startswith(OF_A_TRANSACTION) for query in captured)
