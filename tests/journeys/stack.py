"""The whole product as `make run` starts it, in a folder of its own: web server, worker, beat and mailbox."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_SECONDS = 150  # migrations, static files and the simulated company included


class Stack:
    """A running product; `url` is its address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "BROKER_URL", "EMAIL_URL")},
            "KESHER_MODE": "embedded",
            "VAR_DIR": str(folder),
            "PORT": str(self.port),
            "SITE_URL": self.url,
            "DEFAULT_LANGUAGE": "en",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }

    def start(self) -> None:
        vendor = Path(os.environ.get("VAR_DIR", ROOT / "var")) / "vendor"
        (self.folder / "vendor").symlink_to(vendor.resolve() if vendor.exists() else ROOT / "var" / "vendor")
        self.manage("collectstatic", "--no-input", "--verbosity", "0")
        self.log = (self.folder / "log.txt").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "start"],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._wait_until_it_answers()

    def manage(self, *arguments: str) -> None:
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.environment, check=True)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)  # its own session: only what was started here
            self.process.wait()
        self.log.close()

    def logged(self) -> str:
        return (self.folder / "log.txt").read_text(errors="replace")

    def _wait_until_it_answers(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/login/login/", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.3)
        raise RuntimeError(f"The product did not start:\n{self.logged()[-5000:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
