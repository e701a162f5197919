"""The web server as docs/deployment.md starts it, as a child process that is ended by its own id."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

START_SECONDS = 30


@contextmanager
def running(workers: int, threads: int) -> Iterator[tuple[int, int]]:
    """(port on which it answers, process id)."""
    port = free_port()
    options = ["--workers", str(workers), "--threads", str(threads), "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    command = [sys.executable, "-m", "gunicorn", "feedback_site.wsgi", *options]
    child = subprocess.Popen(command)
    try:
        wait_for(port)
        yield port, child.pid
    finally:
        child.send_signal(signal.SIGINT)
        child.wait(timeout=START_SECONDS)


def wait_for(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
