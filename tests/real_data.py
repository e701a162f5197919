"""Real data that is not part of this repository: tests that use it are skipped where it is missing."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def path(name: str) -> Path:
    """The file or folder `name` of the real data, or a skip that says what is missing."""
    found = FOLDER / name
    if not found.exists():
        pytest.skip(f"the real data {found} is not on this machine")
    return found
