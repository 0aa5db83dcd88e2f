"""When Redis goes away while a task is at work, the channel closes without a word, and the worker goes on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from kombu.transport import redis

import config.celery  # noqa: F401 - says what becomes of what a worker had not finished


class Gone:
    """As much of a channel as its book of unfinished messages asks, on a connection that is closed."""

    def __init__(self, *, do_restore: bool) -> None:
        self.do_restore = do_restore

    def conn_or_acquire(self, client: Any) -> Any:
        raise AttributeError("'NoneType' object has no attribute 'hostname'")


def close(*, do_restore: bool) -> None:
    """What closing a channel does with a message that is still worked on."""
    book = redis.QoS(Gone(do_restore=do_restore))
    assert book._delivered is not None
    book._delivered["a tick"] = SimpleNamespace()
    book.restore_unacked_once()


def test_an_unfinished_tick_is_not_put_back_into_a_broker_that_is_gone() -> None:
    close(do_restore=redis.Channel.do_restore)
    with pytest.raises(AttributeError):
        close(do_restore=True)  # what a worker would die of
