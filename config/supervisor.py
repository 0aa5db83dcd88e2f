"""Runs several programs as one: they start together, and stop together.

Each child has a session of its own, so that the terminal's Ctrl-C reaches only the supervisor, which then stops all of
them. On Linux a child is told when its parent dies, however that happens, so nothing is left behind.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

GRACE_SECONDS = 8.0
LOOK_EVERY_SECONDS = 0.1
LOG_LIMIT_BYTES = 5_000_000
PR_SET_PDEATHSIG = 1

LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class PartStopped(Exception):
    """A part ended by itself; carries its name, its exit status and its log."""


@dataclass(frozen=True)
class Part:
    """One program: its name in messages and in the log folder, and its command line."""

    name: str
    command: tuple[str, ...]


@dataclass
class Supervisor:
    """Starts parts, watches them, and ends them together."""

    log_folder: Path
    environment: dict[str, str]
    running: dict[Part, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    stop_asked: int = 0

    def start(self, parts: Sequence[Part]) -> None:
        """Start the parts and listen for Ctrl-C and SIGTERM; what the parts say goes to one log each."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        for part in parts:
            with self._log(part).open("ab") as log:
                self.running[part] = subprocess.Popen(
                    part.command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=self.environment,
                    start_new_session=True,
                    # Safe here: no threads have been started.
                    preexec_fn=_die_with_parent,
                )

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> bool:
        """Wait for `ready`, at most `seconds`, or until stopping is asked for; whether it became ready.

        Raises PartStopped when a part ends meanwhile.
        """
        deadline = time.monotonic() + seconds
        while not self.stop_asked and time.monotonic() < deadline:
            self.look()
            if ready():
                return True
            time.sleep(LOOK_EVERY_SECONDS)
        return False

    def watch(self) -> None:
        """Return when stopping is asked for.

        Raises PartStopped when a part ends by itself.
        """
        while not self.stop_asked:
            self.look()
            time.sleep(LOOK_EVERY_SECONDS)

    def look(self) -> None:
        """Raise PartStopped for the first part that has ended by itself."""
        for part, process in self.running.items():
            status = process.poll()
            if status is not None and not self.stop_asked:
                raise PartStopped(f"{part.name} ended with status {status}; see {self._log(part)}.")

    def stop(self) -> None:
        """End all parts: politely, then, after eight seconds or a second Ctrl-C, by force."""
        self._signal_all(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while self._alive() and time.monotonic() < deadline and self.stop_asked < 2:
            time.sleep(LOOK_EVERY_SECONDS)
        self._signal_all(signal.SIGKILL)
        for process in self.running.values():
            process.wait()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.stop_asked += 1

    def _alive(self) -> bool:
        return any(process.poll() is None for process in self.running.values())

    def _signal_all(self, number: signal.Signals) -> None:
        for process in self.running.values():
            if process.poll() is None:
                # Ending by force takes the part's own children along: the session is theirs alone.
                send = os.killpg if number == signal.SIGKILL else os.kill
                send(process.pid, number)

    def _log(self, part: Part) -> Path:
        path = self.log_folder / f"{part.name}.log"
        if part not in self.running and path.exists() and path.stat().st_size > LOG_LIMIT_BYTES:
            path.replace(path.with_suffix(".log.1"))
        return path


def _die_with_parent() -> None:
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
