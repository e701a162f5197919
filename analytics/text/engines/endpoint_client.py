"""Requests to a server of chat completions, each bounded in its whole time and size.

Python's own HTTP client, because the time-outs of `requests` hold for each read: a server that sends one byte now and then keeps
its caller for ever. It follows no redirect, so that neither texts nor the key go to another host.
"""

import json
import logging
import socket
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_noop

from analytics.text.engines.errors import EngineUnavailable

log = logging.getLogger(__name__)
MOST_BYTES = 1_000_000
AWAY = gettext_noop("The server of TEXT_ENDPOINT_URL can not be reached. Is it running?")
LATE = gettext_noop("The server of TEXT_ENDPOINT_URL did not answer in time. See TEXT_ENDPOINT_TIMEOUT.")
REFUSALS = (400, 413, 422)  # of what was sent, not of whoever sent it


class Refusal(Exception):
    """The server does not take this request; another one it may."""


class Failure(EngineUnavailable):
    """The server could not answer this request; whether it can answer another one only another one tells."""


@dataclass(frozen=True)
class Client:
    url: str  # of the API, as https://host/v1
    key: str = field(repr=False)
    timeout: float  # seconds, from the connection to the last byte

    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """The answer to a chat completion. Raises Refusal, Failure, and EngineUnavailable for all else; none holds the key or the text."""
        status, data = self._exchange(json.dumps(body).encode())
        if status in REFUSALS:
            raise Refusal
        if status != 200:
            message, params = _problem_of(status)
            raise (Failure if status >= 500 else EngineUnavailable)(message, **params)
        if len(data) > MOST_BYTES:
            raise Failure(gettext_noop("The server's answer is too long."))
        try:
            answer = json.loads(data)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise Failure(gettext_noop("The server answers something else than JSON. Check TEXT_ENDPOINT_URL."))
        return answer

    def _exchange(self, body: bytes) -> tuple[int, bytes]:
        end = time.monotonic() + self.timeout
        connection = self._connection()
        try:
            connection.connect()
            watch = Timer(end - time.monotonic(), _cut, [connection.sock])
            watch.start()
            try:
                connection.request("POST", f"{urlsplit(self.url).path.rstrip('/')}/chat/completions", body, self._headers())
                answer = connection.getresponse()
                data = answer.read(MOST_BYTES + 1)
            finally:
                watch.cancel()
        except (OSError, HTTPException, ValueError) as trouble:
            log.warning("the text endpoint failed: %s", type(trouble).__name__)  # its message might hold what was sent
            is_late = time.monotonic() >= end
            raise Failure(LATE if is_late else AWAY) from None
        finally:
            connection.close()
        if time.monotonic() >= end:  # cut in the middle of what has no stated length
            raise Failure(LATE)
        return answer.status, data

    def _connection(self) -> HTTPConnection:
        parts = urlsplit(self.url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        return kind(parts.hostname or "", parts.port, timeout=self.timeout)

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Connection": "close"}
        return {**headers, "Authorization": f"Bearer {self.key}"} if self.key else headers


def _cut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _problem_of(status: int) -> tuple[str, dict[str, int]]:
    """What is wrong, and what goes into the sentence."""
    if status in (401, 403):
        return gettext_noop("The server refuses the key (%(status)s). Check TEXT_ENDPOINT_KEY."), {"status": status}
    if status == 404:
        return gettext_noop("The server knows no such address or model (404). Check TEXT_ENDPOINT_URL and TEXT_ENDPOINT_MODEL."), {}
    if status == 429:
        return gettext_noop("The server asks for fewer requests (429). It is tried again later."), {}
    if 300 <= status < 400:
        return gettext_noop("The server sends elsewhere (%(status)s). Set TEXT_ENDPOINT_URL to the final address."), {"status": status}
    return gettext_noop("The server reports a failure (%(status)s)."), {"status": status}
