"""How many rows are written so far, while the one transaction that writes them is still open.

Nobody else sees what an open transaction writes, and on SQLite nobody else can write at all, so the number
stands in a small file beside the uploaded one: worker and web server share that folder anyway. Where the
storage has no folder, there is no number, and the page shows that the rows are being written, not how many.
"""

from datetime import UTC, datetime
from pathlib import Path

from django.db.models.fields.files import FieldFile


def note(file: FieldFile, rows: int) -> None:
    if path := _path(file):
        path.write_text(str(rows))


def read(file: FieldFile) -> int:
    try:
        path = _path(file)
        return int(path.read_text()) if path else 0
    except (OSError, ValueError):
        return 0


def noted_at(file: FieldFile) -> datetime | None:
    """When a worker last noted how far it has come; None where nothing is noted."""
    try:
        path = _path(file)
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) if path else None
    except OSError:
        return None


def clear(file: FieldFile) -> None:
    if path := _path(file):
        path.unlink(missing_ok=True)


def _path(file: FieldFile) -> Path | None:
    try:
        return Path(f"{file.path}.written")
    except NotImplementedError:
        return None
