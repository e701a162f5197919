"""Respondents, many at once: each opens the link of a mail, sends the score, and perhaps a comment on the next page.

Each has a connection of their own, as people have, kept for all their requests; the time to connect belongs to the
opening. What HTTP needs is written here by hand, so that the load takes as little as it can of the cores that it measures.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.benchmarks.respond.environment import PROXY

HEADERS = "".join(f"{name}: {value}\r\n" for name, value in {**PROXY, "Accept-Encoding": "gzip", "Accept-Language": "en"}.items())
SCORE = urlencode({"page": "1", "lang": "en", "q-recommend": "9"})
COMMENT = urlencode({"page": "2", "lang": "en", "q-reason": "They keep their word, and answer quickly.", "q-improve": "price"})


@dataclass
class Measured:
    """Seconds of each request, by what it was; `first_bytes` those until the page began to arrive."""

    seconds: float = 0.0
    opens: list[float] = field(default_factory=list)
    first_bytes: list[float] = field(default_factory=list)
    submits: list[float] = field(default_factory=list)
    finishes: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    completions: int = 0
    own_cpu: float = 0.0  # of the load itself
    server_cpu: float = 0.0
    database_cpu: float = 0.0

    @property
    def per_second(self) -> float:
        return self.completions / self.seconds


def drive(port: int, paths: Sequence[str], concurrency: int, finishing: bool) -> Measured:
    """Let `concurrency` respondents at a time answer at `paths`, each once."""
    began = time.process_time()
    measured = asyncio.run(_drive(port, paths, concurrency, finishing))
    measured.own_cpu = time.process_time() - began
    return measured


async def _drive(port: int, paths: Sequence[str], concurrency: int, finishing: bool) -> Measured:
    measured, waiting = Measured(), iter(paths)
    began = time.perf_counter()
    await asyncio.gather(*(_answer_while_any(port, waiting, finishing, measured) for _ in range(concurrency)))
    measured.seconds = time.perf_counter() - began
    return measured


async def _answer_while_any(port: int, waiting: Iterator[str], finishing: bool, measured: Measured) -> None:
    for path in waiting:
        try:
            await _answer(port, path, finishing, measured)
            measured.completions += 1
        except (OSError, AssertionError, asyncio.IncompleteReadError) as error:
            measured.errors.append(repr(error))


async def _answer(port: int, path: str, finishing: bool, measured: Measured) -> None:
    began = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        first_byte = await _ask(reader, writer, f"GET {path}?score=9 HTTP/1.1\r\n{HEADERS}\r\n", b"200")
        measured.opens.append(time.perf_counter() - began)
        measured.first_bytes.append(first_byte - began)
        measured.submits.append(await _post(reader, writer, path, SCORE))
        if finishing:
            measured.finishes.append(await _post(reader, writer, path, COMMENT))
    finally:
        writer.close()


async def _post(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, body: str) -> float:
    began = time.perf_counter()
    head = f"POST {path} HTTP/1.1\r\n{HEADERS}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    await _ask(reader, writer, head + body, b"302")
    return time.perf_counter() - began


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: str, expected: bytes) -> float:
    """Send, and read the whole answer; when its first byte came."""
    writer.write(request.encode())
    head = await reader.readuntil(b"\r\n\r\n")
    first_byte = time.perf_counter()
    status, lowered = head[9:12], head.lower()
    if b"content-length: " in lowered:
        await reader.readexactly(int(lowered.split(b"content-length: ")[1].split(b"\r\n")[0]))
    elif b"transfer-encoding: chunked" in lowered:
        await reader.readuntil(b"0\r\n\r\n")
    assert status == expected, f"status {status.decode()}, not {expected.decode()}"
    return first_byte
