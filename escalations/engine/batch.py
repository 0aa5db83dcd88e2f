"""One batch of one worker: held by a short lease that is renewed, sent in queues side by side, recorded one by one."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from escalations.actions import dead_letters, deliveries, endpoints, lanes
from escalations.channels.base import Outcome, Outlet, Result, Sending, Unsendable
from escalations.models import Attempt, Notice
from escalations.timing.backoff import doubled, spread

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # what a worker held that was killed is free again after this
RENEWAL_SECONDS = 15
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
MOST_TRIES = 12
MOST_BROKEN = 3  # letters in a row without an answer; then it is the server, whatever it did when it was asked


class AtOnce(Executor):
    """Does what it is given in the caller's own thread: one queue needs no other."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as problem:  # noqa: BLE001 - whoever asks for the result gets it
            future.set_exception(problem)
        return future


class Batch:
    """What this worker has leased, and how far it has come."""

    def __init__(self, channel: str, outlet: Outlet, now: Callable[[], datetime], *, ails: bool) -> None:
        self.channel, self.outlet, self.now = channel, outlet, now
        self.queues: dict[str, deque[Notice]] = {}
        self.flying: dict[Future[Result], tuple[Notice, Attempt]] = {}
        self.held_until = now()
        self.held: set[int] = set()
        self.is_stopped = False
        self._ails, self._broken, self._accepted = ails, 0, 0

    def lease(self, limit: int) -> int:
        """Takes what is due; gives how many there are."""
        at = self.now()
        self.held_until = at + LEASE
        leased = deliveries.lease(channel=self.channel, at=at, until=self.held_until, limit=limit)
        self.held = {notice.pk for notice in leased}
        for notice in leased:
            self.queues.setdefault(self.outlet.queue_of(notice), deque()).append(notice)
        return len(leased)

    def send(self) -> int:
        """Sends it all, or as much as the other side takes; gives how many were accepted.

        Only the network is talked to in other threads: what is sent is made, and what came of it recorded, here.
        """
        with AtOnce() if self.outlet.abreast == 1 else ThreadPoolExecutor(self.outlet.abreast) as pool:
            for queue in list(self.queues):
                self._next(queue, pool)
            while self.flying:
                done, _others = wait(self.flying, timeout=RENEWAL_SECONDS, return_when=FIRST_COMPLETED)
                if not done:
                    self._renew()
                for future in done:
                    notice, attempt = self.flying.pop(future)
                    self._conclude(notice, attempt, _result(notice, future.result))
                    self._next(self.outlet.queue_of(notice), pool)
        deliveries.release(ids=self.held, held_until=self.held_until)
        return self._accepted

    def _next(self, name: str, pool: Executor) -> None:
        """Begins with the next of a queue that is still ours, if it may go on."""
        queue = self.queues[name]
        while queue and not self.is_stopped:
            if trouble := self.outlet.ready():
                self._stop(trouble)
                return
            self._renew()
            notice = queue.popleft()
            if notice.pk not in self.held:
                continue
            attempt = deliveries.begin(notice=notice, at=self.now())
            packed = self._packed(notice)
            if isinstance(packed, Result):
                self._conclude(notice, attempt, packed)
                continue
            self.flying[pool.submit(packed)] = (notice, attempt)
            return

    def _packed(self, notice: Notice) -> Sending | Result:
        try:
            return self.outlet.pack(notice)
        except Unsendable as problem:
            return Result(Outcome.REFUSED, str(problem))
        except Exception as problem:  # a notice that cannot even be written must never hold the others
            logger.exception("notice %s could not be written", notice.uid)
            return Result(Outcome.FAILED, f"{type(problem).__name__}: {problem}")

    def _renew(self) -> None:
        """Nobody else gets what waits here or is under way; what somebody else has got by now is left to them."""
        until = self.now() + LEASE
        self.held = deliveries.renew(ids=self.held, held_until=self.held_until, until=until)
        self.held_until = until

    def _stop(self, trouble: Result) -> None:
        """The server as a whole does not answer: it is left alone, and what was not tried is free again."""
        self.is_stopped = True
        lanes.failed(channel=self.channel, error=trouble.answer, code=trouble.code, at=self.now())

    def _conclude(self, notice: Notice, attempt: Attempt, result: Result) -> None:
        """Records what came of a try, and what that says of the other side."""
        self.held.discard(notice.pk)
        at = self.now()
        with transaction.atomic():
            deliveries.end(attempt=attempt, at=at, outcome=result.outcome.value, code=result.code, answer=result.answer)
            if result.outcome is Outcome.ACCEPTED:
                self._accepted += 1
                deliveries.accepted(notice=notice, at=at)
        if result.outcome is not Outcome.ACCEPTED:
            logger.warning("notice %s was not accepted (try %s): %s", notice.uid, notice.tries, result.answer)
            not_accepted(notice, result, at)
        self._judge(notice, result)

    def _judge(self, notice: Notice, result: Result) -> None:
        """An endpoint that fails rests, and so does a server that breaks off one letter after the other."""
        if self.outlet.abreast > 1:
            if endpoints.answered(notice=notice, outcome=result.outcome.value, wait=result.wait, at=self.now()):
                self.queues[self.outlet.queue_of(notice)].clear()
            return
        if result.outcome is not Outcome.BROKEN:
            self._broken = 0
            if self._ails:
                lanes.answered(channel=self.channel)
                self._ails = False
            return
        self._broken += 1
        if self._broken >= MOST_BROKEN:
            self._stop(result)


def _result(notice: Notice, made: Callable[[], Result]) -> Result:
    try:
        return made()
    except Exception as problem:  # a fault of ours in sending one must never hold the others
        logger.exception("notice %s could not be sent", notice.uid)
        return Result(Outcome.FAILED, f"{type(problem).__name__}: {problem}")


def not_accepted(notice: Notice, result: Result, at: datetime) -> None:
    """Tried again later, with growing waits, a bounded number of times; then it is a dead letter."""
    if result.outcome in (Outcome.REFUSED, Outcome.GONE) or notice.tries >= MOST_TRIES:
        dead_letters.give_up(notice=notice, error=result.answer, at=at)
        return
    again_at = at + max(backoff(notice.tries), result.wait or timedelta())
    deliveries.failed(notice=notice, error=result.answer, again_at=again_at)


def backoff(tries: int) -> timedelta:
    """How long until the next try: doubling, with jitter so that a recovered server is not hit all at once."""
    return spread(doubled(FIRST_WAIT, LONGEST_WAIT, tries))
