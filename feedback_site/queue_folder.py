"""The folder that is the embedded mode's queue: a message appears in it whole, or not at all."""

import time
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """kombu's own writes into the file that a worker may already be reading: an empty one ends that worker."""

    def _put(self, queue: str, message: dict[str, Any], **_options: Any) -> None:  # type: ignore[override]  # the stubs lack the options
        """Writes beside and renames, which is atomic; raises OSError where the folder can not be written."""
        whole = Path(self.data_folder_out) / f"{time.monotonic_ns() // 1_000_000}_{uuid.uuid4()}.{queue}.msg"
        unfinished = whole.with_suffix(".part")
        unfinished.write_text(dumps(message))
        unfinished.rename(whole)


class Transport(filesystem.Transport):
    Channel = Channel
