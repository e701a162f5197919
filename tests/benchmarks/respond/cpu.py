"""Processor time of the web server and of a database on the same machine (Linux): what bounds the speed, whatever else runs there."""

import os
from collections.abc import Callable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def of_server(pid: int) -> float:
    """Seconds that the web server has used so far: the process `pid` and its children."""
    return _seconds(lambda process, parent, _command: pid in (process, parent))


def of_database(name: str) -> float:
    """Seconds that the connections open to the PostgreSQL database `name` have used; 0 where it runs elsewhere."""
    return _seconds(lambda _process, _parent, command: command.startswith("postgres:") and f" {name} " in command)


def _seconds(is_wanted: Callable[[int, int, str], bool]) -> float:
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_text().replace("\0", " ")
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if is_wanted(int(folder.name), int(fields[1]), command):
            total += int(fields[11]) + int(fields[12])
    return total / TICKS
