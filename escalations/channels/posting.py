"""What endpoints of any kind share: each has a queue of its own, and its answer says what becomes of a delivery."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

from django.utils import timezone

from escalations.channels.base import Outcome, Result, Sending, Unsendable
from escalations.channels.guard import OTHER_METHOD, Answer, Forbidden, Guard, Unreachable
from escalations.models import AllowedHost, Endpoint, Notice

ABREAST = 8
GONE = 410
LATER = (408, 425, 429)  # of what is refused, these may pass
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Post:
    """One request, ready to be sent."""

    url: str
    body: bytes
    headers: dict[str, str]


class Writer(Protocol):
    def __call__(self, notice: Notice, endpoint: Endpoint, at: datetime) -> Post:
        """What this endpoint gets. Raises Unsendable."""
        ...


@dataclass(frozen=True, slots=True)
class PostingChannel:
    """A way out by requests to endpoints, each written by `write`."""

    write: Writer
    guard: Callable[[frozenset[str]], Guard] = Guard

    @contextmanager
    def open(self) -> Iterator[PostingOutlet]:
        allowed = frozenset(host.lower().rstrip(".") for host in AllowedHost.objects.values_list("host", flat=True))
        yield PostingOutlet(self.write, self.guard(allowed))


@dataclass(slots=True)
class PostingOutlet:
    """Several endpoints at once; one that hangs holds up nobody but itself."""

    write: Writer
    guard: Guard
    abreast: int = field(default=ABREAST, init=False)

    def queue_of(self, notice: Notice) -> str:
        """Each endpoint is told one thing after the other."""
        return notice.recipient

    def ready(self) -> Result | None:
        """There is no one server behind all endpoints."""
        return None

    def pack(self, notice: Notice) -> Sending:
        """The request as it is now. Raises Unsendable where nobody is told any more."""
        endpoint = endpoint_of(notice)
        if endpoint is None:
            raise Unsendable("there is no such endpoint any more")
        if not endpoint.is_active:
            raise Unsendable("the endpoint is switched off")
        post = self.write(notice, endpoint, timezone.now())
        return lambda: self.send(post)

    def send(self, post: Post) -> Result:
        """Hands one request over."""
        try:
            return result_of(self.guard.post(post.url, post.body, post.headers))
        except Forbidden as problem:
            return Result(Outcome.REFUSED, f"not called: {problem}")
        except Unreachable as problem:
            return Result(Outcome.BROKEN, str(problem))


def endpoint_of(notice: Notice) -> Endpoint | None:
    """The endpoint that a notice names, or the own chat of the person it names."""
    kind, _sep, uid = notice.recipient.partition(":")
    endpoints = Endpoint.objects.filter(channel=notice.channel).select_related("agent__user")
    if kind == "endpoint":
        return endpoints.filter(uid=uid).first()
    return endpoints.filter(agent__user__uid=uid, agent__user__is_active=True).order_by("-is_active", "pk").first()


def result_of(answer: Answer) -> Result:
    """What an answer means: taken, gone for good, another time, or never."""
    status, said = answer.status, " ".join(answer.body.split())
    if status < 300:
        return Result(Outcome.ACCEPTED, said, status)
    if status in OTHER_METHOD:
        return Result(Outcome.REFUSED, f"it redirects with {status}, which loses what was sent; use 307 or 308", status)
    if status == GONE:
        return Result(Outcome.GONE, said or "nobody is there any more", status)
    if status in LATER or status >= 500:
        return Result(Outcome.FAILED, said or f"it answered {status}", status, wait_of(answer))
    return Result(Outcome.REFUSED, said or f"it answered {status}", status)


def wait_of(answer: Answer) -> timedelta | None:
    """How long it asks to be left alone, an hour at most; None where it says nothing that can be read."""
    told = answer.headers.get("retry-after", "").strip()
    if told.isascii() and told.isdecimal():
        return min(timedelta(seconds=min(int(told[:9]), 10**6)), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(told)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(aware - timezone.now(), timedelta()), LONGEST_WAIT)
