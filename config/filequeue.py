"""The queue of the embedded parts: files in a folder, each of which appears whole or not at all.

kombu's own channel writes a message under its final name, so that a worker that looks at that moment reads an empty
file and dies of it. Here a message is written beside and renamed, which readers see as one step.
"""

from pathlib import Path
from time import monotonic_ns
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """Adds a message to a queue; the name sorts by time, as readers expect."""
        whole = Path(self.data_folder_out) / f"{monotonic_ns() // 1_000_000}_{uuid4()}.{queue}.msg"
        unfinished = whole.with_name(f"{whole.name}.part")
        try:
            unfinished.write_bytes(str_to_bytes(dumps(payload)))
            unfinished.rename(whole)
        except OSError as problem:
            raise ChannelError(f"Cannot add {whole} to the queue") from problem


class Transport(filesystem.Transport):
    Channel = Channel
