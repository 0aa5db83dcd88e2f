"""A real IMAP server on loopback: a process of its own that keeps its mail in memory and dies with the test."""

from __future__ import annotations

import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from escalations.models import Mailbox
from tests.inbound.post import SUPPORT, support

USER, PASSWORD = "support", 's3cret "word\\'
START_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """Where it listens."""

    port: int

    def mailbox(self, **fields: object) -> Mailbox:
        """Our mailbox on this server."""
        signs_in = {"host": "127.0.0.1", "port": self.port, "security": "none", "username": USER, "password": PASSWORD}
        return support(**{**signs_in, **fields})

    @contextmanager
    def session(self) -> Iterator[imaplib.IMAP4]:
        """Somebody else looks into the mailbox."""
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        client.login(USER, PASSWORD)
        try:
            yield client
        finally:
            client.logout()

    def clear(self) -> None:
        """No mail is left, and no folder that a test made."""
        with self.session() as client:
            client.select("INBOX")
            client.store("1:*", "+FLAGS", r"(\Deleted)")
            client.expunge()
            client.close()
            client.delete("Done")

    def put(self, *mails: bytes, flags: str = "") -> None:
        """These mails arrive, one after the other."""
        with self.session() as client:
            for mail in mails:
                client.append("INBOX", flags, None, mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))

    def flags(self, folder: str = "INBOX") -> list[str]:
        """The flags of each mail in a folder, in order."""
        with self.session() as client:
            client.select(folder, readonly=True)
            _code, data = client.fetch("1:*", "(FLAGS)")
        return [line.decode().partition("FLAGS (")[2].partition(")")[0] for line in data if isinstance(line, bytes)]


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
    return port


@contextmanager
def imap_server() -> Iterator[Server]:
    """The server, ready to be asked."""
    port = free_port()
    run = "from pymap.main import main; main()"
    where: list[Any] = ["--host", "127.0.0.1", "--port", str(port), "--no-tls"]
    who = ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
    process = subprocess.Popen([sys.executable, "-c", run, *where, *who], stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield Server(port)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"no IMAP server for {SUPPORT}")
