"""A program on the other side: a real HTTP server on loopback that answers as it is told and keeps what it got."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Delivery:
    """One request, with its headers by lower-case name."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    def is_signed_with(self, secret: str) -> bool:
        """As docs/webhooks.md tells receivers to look."""
        signed = self.headers["belay-timestamp"].encode() + b"." + self.body
        mine = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        told = [part.strip().removeprefix("v1=") for part in self.headers["belay-signature"].split(",")]
        return any(hmac.compare_digest(mine, one) for one in told)


@dataclass
class Receiver:
    """Answers `status` with `headers` and `body`, or nothing at all while it `hangs`."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"thank you"
    hangs: bool = False
    drips: bool = False
    got: list[Delivery] = field(default_factory=list)
    port: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?of=belay"


class Handler(BaseHTTPRequestHandler):
    """Does what the receiver of its server is told to do."""

    receiver: Receiver

    def do_POST(self) -> None:
        told = self.receiver
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        told.got.append(Delivery(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        if told.hangs:
            told.over.wait(30)
        elif told.drips:
            self._drip()
        else:
            self._answer()

    def _answer(self) -> None:
        self.send_response(self.receiver.status)
        for name, value in self.receiver.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.receiver.body)))
        self.end_headers()
        self.wfile.write(self.receiver.body)

    def _drip(self) -> None:
        """One byte of an endless header, now and then: each of them is in time."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        with suppress(OSError):
            while not self.receiver.over.wait(0.1):
                self.wfile.write(b"z")

    def log_message(self, *_args: Any) -> None:
        """Says nothing."""


@contextmanager
def receiving(**fields: Any) -> Iterator[Receiver]:
    """A receiver on a port of its own."""
    receiver = Receiver(**fields)
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Mine", (Handler,), {"receiver": receiver})) as server:
        receiver.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            receiver.over.set()
            server.shutdown()
            thread.join()
