"""Messages between the embedded parts are whole or not there: a worker never reads half a file."""

from __future__ import annotations

import threading
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

MESSAGES = 300


def channel(folder: Path) -> Any:
    for name in ("messages", "control"):
        (folder / name).mkdir(exist_ok=True)
    options = {
        "data_folder_in": str(folder / "messages"),
        "data_folder_out": str(folder / "messages"),
        "control_folder": str(folder / "control"),
    }
    url, transport = "filesystem://localhost", "config.filequeue:Transport"
    return Connection(url, transport=transport, transport_options=options).channel()


def test_a_reader_that_looks_all_the_time_reads_every_message_whole(tmp_path: Path) -> None:
    writer, reader = channel(tmp_path), channel(tmp_path)
    thread = threading.Thread(target=lambda: [writer._put("celery", {"number": n}) for n in range(MESSAGES)])
    thread.start()
    found: list[int] = []
    while len(found) < MESSAGES and (thread.is_alive() or any((tmp_path / "messages").iterdir())):
        try:
            found.append(reader._get("celery")["number"])
        except Empty:
            continue
    thread.join()
    assert sorted(found) == list(range(MESSAGES))


def test_an_unfinished_message_is_not_a_message(tmp_path: Path) -> None:
    reader = channel(tmp_path)
    (tmp_path / "messages" / "1_a.celery.msg.part").write_text("")
    with pytest.raises(Empty):
        reader._get("celery")
