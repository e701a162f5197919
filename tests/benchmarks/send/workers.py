"""Celery workers as docs/deployment.md starts them, one process each, that can be killed; and what they weigh."""

import itertools
import os
import signal
import subprocess
import sys
from pathlib import Path


class Workers:
    def __init__(self, number: int, folder: Path, clocks_apart: bool = False) -> None:
        """With `clocks_apart` every other worker's clock is a minute behind, where libfaketime (`apt install faketime`) is installed."""
        self.folder, self.started, self.running, self.peak = folder, 0, [], 0
        library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
        self.are_apart = clocks_apart and library is not None
        behind = {"LD_PRELOAD": str(library), "FAKETIME": "-60s"}
        self.clocks = itertools.cycle([{}, behind] if self.are_apart else [{}])
        for _ in range(number):
            self.start()

    def start(self) -> None:
        self.started += 1
        command = [sys.executable, "-m", "celery", "-A", "feedback_site", "worker", "--pool", "solo", "--loglevel", "WARNING"]
        log = (self.folder / f"worker-{self.started}.log").open("w")
        command += ["--hostname", f"bench{self.started}@%h"]
        self.running.append(subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | next(self.clocks)))

    def kill_one(self) -> None:
        """At once, in the middle of whatever it does; another is started in its place."""
        victim = self.running.pop(0)
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        self.start()

    def weigh(self) -> int:
        """The largest resident memory of any worker so far, in MiB."""
        for process in self.running:
            status = Path(f"/proc/{process.pid}/status")
            lines = status.read_text().splitlines() if status.exists() else []
            kilobytes = next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)
            self.peak = max(self.peak, kilobytes // 1024)
        return self.peak

    def stop(self) -> None:
        for process in self.running:
            process.send_signal(signal.SIGTERM)
        for process in self.running:
            process.wait(timeout=90)
