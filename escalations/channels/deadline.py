"""A time-out for a conversation as a whole: those of a socket count for each of its steps, and steps can be many."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer


@contextmanager
def deadline(seconds: float, cut: Callable[[], None]) -> Iterator[None]:
    """Calls `cut`, from another thread, when what stands below is not done after so many seconds."""
    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
