"""Posts to addresses that others chose, and to nothing inside: every connection is checked when it is made.

The name is resolved once, and the address that was looked at is the one that is connected to. Redirects are followed by
hand, each of them as careful as the first address. Nothing here reads the database, so that threads can use it.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, ProtocolError, SSLError
from urllib3.response import BaseHTTPResponse

from escalations.channels.addresses import is_outside
from escalations.channels.deadline import deadline

LONGEST_SECONDS = 10
MOST_HOPS = 3
LONGEST_ANSWER = 2048  # bytes that are read of a body
SAME_METHOD = (307, 308)
OTHER_METHOD = (301, 302, 303)
PORTS = {"http": 80, "https": 443}

Resolver = Callable[[str, int], list[str]]


class Forbidden(Exception):
    """An address that must not be reached: its words say why."""


class Unreachable(Exception):
    """Nobody answered: its words say why. Another time somebody may."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said, its body cut off where it is long."""

    status: int
    headers: Mapping[str, str]
    body: str


def resolve(host: str, port: int) -> list[str]:
    """The addresses behind a name, each once. Raises OSError for a name that nobody knows."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(where[0]) for *_kind, where in found))


def split(url: str) -> SplitResult:
    """The parts of an address. Raises Forbidden for one that is not plain http or https with a host."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as problem:
        raise Forbidden(f"this is no address: {problem}") from problem
    if parts.scheme not in PORTS or not parts.hostname or port == 0 or not parts.hostname.isascii():
        raise Forbidden("only addresses with http:// or https:// and a host of plain letters are called")
    if parts.username is not None or parts.password is not None:
        raise Forbidden("an address with a name or password in it is not called")
    return parts


@dataclass(slots=True)
class Guard:
    """Calls out, except to private addresses of hosts that are not allowed by name."""

    allowed: Collection[str] = ()
    resolver: Resolver = resolve
    seconds: float = LONGEST_SECONDS

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The answer at the end of at most three redirects that keep the method.

        All of it takes no longer than `seconds`, but for the look-up of names. Raises Forbidden, Unreachable.
        """
        call = Call(self)
        try:
            with deadline(self.seconds, call.cut):
                for _hop in range(MOST_HOPS + 1):
                    answer = call.post(url, body, headers)
                    if answer.status not in SAME_METHOD:
                        return answer
                    url = _followed(url, answer)
        except (HTTPError, OSError) as problem:
            raise Unreachable(_said(problem, call.is_cut)) from problem
        raise Forbidden(f"it redirects more than {MOST_HOPS} times")

    def address_of(self, host: str, port: int) -> str:
        """The one address to connect to. Raises Forbidden unless every address of the host may be reached."""
        addresses = self.resolver(host, port)
        if not addresses:
            raise OSError("nobody knows this name")
        inner = [address for address in addresses if not is_outside(address)]
        if inner and host.lower().rstrip(".") not in self.allowed:
            raise Forbidden(f"{host} is at the private address {inner[0]}, and is not an allowed host")
        return addresses[0]


@dataclass(slots=True)
class Call:
    """One delivery under way, which can be cut off from outside by a second handle on its connection."""

    guard: Guard
    is_cut: bool = False
    line: socket.socket | None = field(default=None, repr=False)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """One hop."""
        parts = split(url)
        host, port = str(parts.hostname), parts.port or PORTS[parts.scheme]
        pool = POOLS[parts.scheme](host, port, maxsize=1, timeout=Timeout(self.guard.seconds), dial=self.dial)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            answer = pool.urlopen(
                "POST", target, body, dict(headers), retries=False, redirect=False, preload_content=False
            )
            if self.is_cut:  # what was cut off looks like the end of the headers
                raise TimeoutError
            return Answer(answer.status, {k.lower(): v for k, v in answer.headers.items()}, _start_of(answer))
        finally:
            pool.close()
            if self.line is not None:
                self.line.close()

    def dial(self, host: str, port: int) -> socket.socket:
        """A connection to the address that was looked at."""
        address = self.guard.address_of(host, port)
        if self.is_cut:
            raise TimeoutError
        connection = socket.create_connection((address, port), timeout=self.guard.seconds)
        self.line = connection.dup()  # the first handle goes to whoever encrypts
        return connection

    def cut(self) -> None:
        """Ends the call from another thread; whoever waits in it gets an error."""
        self.is_cut = True
        if self.line is not None:
            with suppress(OSError):
                self.line.shutdown(socket.SHUT_RDWR)


class _Dialling:
    """A connection of urllib3 that is made by somebody else; names for TLS stay what they were."""

    def __init__(self, *args: Any, dial: Callable[[str, int], socket.socket], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dial = dial

    def _new_conn(self) -> socket.socket:
        return self.dial(self.host, self.port)  # type: ignore[attr-defined]


class _Plain(_Dialling, HTTPConnection):
    """http://"""


class _Secure(_Dialling, HTTPSConnection):
    """https://, with the certificate looked at."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


POOLS: dict[str, Callable[..., HTTPConnectionPool]] = {"http": _PlainPool, "https": _SecurePool}


def _start_of(answer: BaseHTTPResponse) -> str:
    """The first words of a body, whatever it claims to be; what was answered counts, though its words never end."""
    try:
        return answer.read(LONGEST_ANSWER, decode_content=False).decode("utf-8", errors="replace")
    except (HTTPError, OSError):
        return ""


def _followed(url: str, answer: Answer) -> str:
    """Where a redirect leads. Raises Forbidden for one that leads nowhere, or out of an encrypted connection."""
    target = urljoin(url, answer.headers.get("location", ""))
    if not answer.headers.get("location"):
        raise Forbidden("it redirects without saying where to")
    if url.startswith("https:") and not target.startswith("https:"):
        raise Forbidden("it redirects from https:// to an address without encryption")
    return target


def _said(problem: Exception, is_cut: bool) -> str:
    """What went wrong, in a few words and without the objects of a library."""
    if is_cut or isinstance(problem, TimeoutError) or "timed out" in str(problem):
        return "no answer in time"
    if isinstance(problem, SSLError):
        return f"the encrypted connection could not be made: {problem}"
    inner = problem.args[-1] if isinstance(problem, ProtocolError) and problem.args else problem
    return f"no connection: {inner}"
