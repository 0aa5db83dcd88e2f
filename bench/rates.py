"""How many pages a second a server gives: two gunicorn workers, asked by four at once, as often as they can."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

WORKERS, ASKING, SECONDS = 2, 4, 5.0


@dataclass(frozen=True)
class Site:
    """A server that runs, and the request that is repeated."""

    port: int
    request: bytes

    def ask(self) -> bytes:
        """The whole answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as line:
            line.sendall(self.request)
            parts = []
            while part := line.recv(65536):
                parts.append(part)
        return b"".join(parts)


def get(path: str, cookie: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n".encode()


@contextmanager
def serving(application: str, request: bytes, folder: Path, environment: Mapping[str, str]) -> Iterator[Site]:
    """Starts a server, waits until it answers 200, and stops it afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--workers", str(WORKERS), "--bind", f"127.0.0.1:{port}", application]
    quiet = ["--log-level", "error", "--no-control-socket"]
    process = subprocess.Popen([*command, *quiet], cwd=folder, env=os.environ | environment)
    try:
        site = Site(port, request)
        _wait(site)
        yield site
    finally:
        process.terminate()
        process.wait(30)


def _wait(site: Site) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            answer = site.ask()
        except OSError:
            time.sleep(0.2)
            continue
        if answer.startswith(b"HTTP/1.1 200"):
            return
        raise RuntimeError(f"no page, but: {answer[:300]!r}")
    raise RuntimeError("the server does not answer")


def rate(site: Site) -> float:
    """Pages a second."""
    until, counts = time.perf_counter() + SECONDS, [0] * ASKING

    def go_on(place: int) -> None:
        while time.perf_counter() < until:
            if not site.ask().startswith(b"HTTP/1.1 200"):
                raise RuntimeError("a page failed")
            counts[place] += 1

    began = time.perf_counter()
    threads = [threading.Thread(target=go_on, args=(place,)) for place in range(ASKING)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - began)
