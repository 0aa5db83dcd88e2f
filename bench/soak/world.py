"""The machines of a soak: PostgreSQL, Redis, a mail server, two workers and beat; each may die and come back."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tools import servers

ROOT = Path(__file__).resolve().parents[2]
WORKERS = ("worker-1", "worker-2")
OURS = (*WORKERS, "beat")
ALONE = ("--without-gossip", "--without-mingle", "--without-heartbeat")


def free_port() -> int:
    """A port nobody has, as the kernel says."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
    return port


@dataclass
class World:
    """Everything runs below `home`; `environment` is what our own processes get."""

    home: Path
    environment: dict[str, str]
    running: dict[str, contextlib.ExitStack] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    # -- servers ---------------------------------------------------------------------------------------

    def start_server(self, name: str) -> None:
        """`postgresql` or `redis`, on what it kept."""
        made = servers.cluster(self.home, servers.DURABLE) if name == "postgresql" else servers.broker(self.home)
        stack = contextlib.ExitStack()
        self.processes[name] = stack.enter_context(made)
        self.running[name] = stack

    def stop_server(self, name: str, *, kill: bool = False) -> None:
        """Ends a server, with SIGKILL for Redis or an immediate shutdown for PostgreSQL where it is killed."""
        if kill:
            self.processes[name].send_signal(signal.SIGKILL if name == "redis" else signal.SIGQUIT)
            self.processes[name].wait(timeout=30)
        self.running.pop(name).close()

    def mood(self, mood: str) -> None:
        """What the mail server does from here on."""
        (self.home / "smtp" / "mood").write_text(mood)

    # -- our own processes -----------------------------------------------------------------------------

    def start(self, name: str) -> None:
        """One of our processes: smtp, beat, or a worker."""
        command = [sys.executable, "-m", *self._command(name)]
        with (self.home / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def _command(self, name: str) -> list[str]:
        if name == "smtp":
            return ["bench.soak.sink", str(self.home / "smtp"), self.environment["SOAK_SMTP_PORT"]]
        if name == "beat":
            return ["bench.soak.worker", "beat", "--pidfile=", "--schedule", str(self.home / "beat-schedule")]
        return ["bench.soak.worker", "worker", "--pool", "threads", "--concurrency", "3", "-n", f"{name}@soak", *ALONE]

    def kill(self, name: str) -> bool:
        """With SIGKILL, in the middle of whatever it does; whether it was alive."""
        process = self.processes[name]
        alive = process.poll() is None
        if alive:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)
        return alive

    def revive(self) -> list[str]:
        """Starts again whatever of ours ended by itself, as a service manager would; their names."""
        fallen = [name for name in OURS if self.processes[name].poll() is not None]
        for name in fallen:
            self.start(name)
        return fallen

    def start_ours(self) -> None:
        for name in OURS:
            self.start(name)

    def stop_ours(self) -> None:
        """Ends workers and beat politely."""
        mine = [self.processes[name] for name in OURS]
        for process in mine:
            process.terminate()
        for process in mine:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=20)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def environment(home: Path) -> dict[str, str]:
    """The settings of everything that runs in this folder."""
    smtp_port = str(free_port())
    return {
        **os.environ,
        "DATABASE_URL": servers.database_url(home),
        "REDIS_URL": servers.broker_url(home),
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
        "SOAK_SMTP_PORT": smtp_port,
        "BELAY_HOME": str(home / "belay"),
        "SECRET_KEY": "only-for-this-soak",
        "LOG_LEVEL": "WARNING",
        "DATABASE_POOL": "6",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


@contextlib.contextmanager
def world(home: Path) -> Iterator[World]:
    """All servers started, in the environment that was made for this folder; our own processes come later."""
    made = World(home, dict(os.environ))
    servers.make_cluster(home)
    (home / "smtp").mkdir()
    made.mood("take")
    try:
        made.start_server("postgresql")
        made.start_server("redis")
        servers.make_database(home)
        made.start("smtp")
        _wait_for(int(made.environment["SOAK_SMTP_PORT"]))
        yield made
    finally:
        for name in (*OURS, "smtp"):
            if name in made.processes:
                made.kill(name)
        for stack in made.running.values():
            stack.close()


def _wait_for(port: int) -> None:
    for _try in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise servers.CannotServe("the mail server of the soak does not start")
