"""Starts a PostgreSQL and a Redis of our own in a temporary folder: `python3 -m tools.servers` for working by hand.

They speak over Unix sockets only, run as an unprivileged user when we are root, end by signal, and die with their
parent. What is missing is installed from Debian's packages where that is allowed, and otherwise an error of one line.
"""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
START_SECONDS = 60.0
LIBC = ctypes.CDLL(None)


class CannotServe(Exception):
    """A server is missing or does not start; the text says what to do."""


@dataclass(frozen=True)
class Addresses:
    """Where the servers listen, as Belay's environment variables want it."""

    database_url: str
    redis_url: str


def find(program: str) -> str | None:
    """The path of a program, also where Debian hides PostgreSQL's; the newest when there are several."""
    kept = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda path: float(path.parts[4]))
    return str(kept[-1]) if kept else shutil.which(program)


def require(packages: dict[str, str]) -> None:
    """See that programs are there (program → Debian package), installing what is missing where we may.

    Raises CannotServe naming the packages.
    """
    missing = sorted({package for program, package in packages.items() if not find(program)})
    if missing and shutil.which("apt-get"):
        apt = ["apt-get"] if os.geteuid() == 0 else ["sudo", "-n", "apt-get"]
        quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
        print(f"Installing {', '.join(missing)} …", flush=True)
        with contextlib.suppress(OSError):
            subprocess.run([*apt, "update", "-qq"], check=False, **quiet)  # type: ignore[call-overload]
            command = [*apt, "install", "-y", "-qq", "--no-install-recommends", *missing]
            subprocess.run(command, check=False, **quiet)  # type: ignore[call-overload]
    lacking = sorted({package for program, package in packages.items() if not find(program)})
    if lacking:
        raise CannotServe(f"Missing: {', '.join(lacking)}. Install with `apt-get install {' '.join(lacking)}`.")


def unprivileged() -> str | None:
    """The user servers run as when we are root (PostgreSQL refuses root), else nobody but ourselves."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder that belongs to whom the servers run as; short, because socket paths must be."""
    with tempfile.TemporaryDirectory(prefix="belay-", dir="/tmp", ignore_cleanup_errors=True) as name:
        if user := unprivileged():
            shutil.chown(name, user)
        yield Path(name)


@contextlib.contextmanager
def serving(
    command: Sequence[str], end: signal.Signals, ready: Callable[[], bool], log: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a server while the block runs; it may be killed meanwhile.

    Raises CannotServe when it ends, or does not answer within a minute; the text is what it said last.
    """

    def die_with_parent() -> None:
        LIBC.prctl(PR_SET_PDEATHSIG, end)

    with log.open("ab") as said:
        server = subprocess.Popen(
            command,
            stdout=said,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            cwd=log.parent,
            user=unprivileged(),
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if server.poll() is not None or time.monotonic() > deadline:
                last = log.read_text(errors="replace").strip().splitlines()[-1:]
                raise CannotServe(f"{command[0]} does not start: {' '.join(last)}")
            time.sleep(0.1)
        yield server
    finally:
        server.send_signal(end)
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def succeeds(*command: str) -> bool:
    """Whether a command ends with 0; what it says is of no interest."""
    done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return done.returncode == 0


# Speed over safety: this data is thrown away. `DURABLE` keeps what was committed when a server is killed.
THROWN_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
DURABLE = {"fsync": "off", "synchronous_commit": "on"}


def make_cluster(here: Path) -> None:
    """An empty cluster of PostgreSQL in `here`. Raises CannotServe."""
    require({"initdb": "postgresql", "postgres": "postgresql"})
    data = here / "data"
    made = subprocess.run(
        [str(find("initdb")), "-D", str(data), "-U", "belay", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"],
        check=False,
        capture_output=True,
        text=True,
        user=unprivileged(),
        cwd=here,
    )
    if made.returncode:
        raise CannotServe(f"initdb failed: {made.stderr.strip().splitlines()[-1]}")


def cluster(here: Path, settings: dict[str, str]) -> contextlib.AbstractContextManager["subprocess.Popen[bytes]"]:
    """A PostgreSQL on the cluster in `here`, listening on a socket there; the port only names the socket."""
    named = {"listen_addresses": "", "unix_socket_directories": str(here), "max_connections": "200", **settings}
    options = [part for name, value in named.items() for part in ("-c", f"{name}={value}")]
    command = [str(find("postgres")), "-D", str(here / "data"), "-p", "5432", *options]
    client = (str(find("pg_isready")), "-q", "-h", str(here), "-p", "5432")
    return serving(command, signal.SIGINT, lambda: succeeds(*client), here / "postgresql.log")


def database_url(here: Path) -> str:
    """Where the database `belay` is found on the server whose socket is in `here`."""
    return f"postgresql://belay@/{here}/belay"


def make_database(here: Path) -> None:
    """Makes the database `belay` on the server whose socket is in `here`. Raises CannotServe."""
    if not succeeds(str(find("createdb")), "-h", str(here), "-U", "belay", "belay"):
        raise CannotServe("createdb failed on our own PostgreSQL")


@contextlib.contextmanager
def postgresql(here: Path) -> Iterator[str]:
    """A PostgreSQL with one database `belay`, listening on a socket in `here`; its DATABASE_URL."""
    make_cluster(here)
    with cluster(here, THROWN_AWAY):
        make_database(here)
        yield database_url(here)


def broker_url(here: Path) -> str:
    """Where the Redis of this folder is found."""
    return f"redis+socket://{here / 'redis.sock'}"


def broker(here: Path) -> contextlib.AbstractContextManager["subprocess.Popen[bytes]"]:
    """A Redis that keeps nothing, listening on a socket in `here`."""
    require({"redis-server": "redis-server"})
    path = str(here / "redis.sock")
    command = [str(find("redis-server")), "--port", "0", "--unixsocket", path, "--unixsocketperm", "777"]
    command += ["--save", "", "--appendonly", "no", "--dir", str(here), "--daemonize", "no"]
    ping = (shutil.which("redis-cli") or "redis-cli", "-s", path, "ping")
    return serving(command, signal.SIGTERM, lambda: succeeds(*ping), here / "redis.log")


@contextlib.contextmanager
def redis(here: Path) -> Iterator[str]:
    """A Redis that keeps nothing, listening on a socket in `here`; its REDIS_URL."""
    with broker(here):
        yield broker_url(here)


@contextlib.contextmanager
def servers() -> Iterator[Addresses]:
    """The servers the environment names; our own for what it does not name."""
    with contextlib.ExitStack() as stack:
        here = stack.enter_context(folder())
        database_url = os.environ.get("DATABASE_URL") or stack.enter_context(postgresql(here))
        redis_url = os.environ.get("REDIS_URL") or stack.enter_context(redis(here))
        yield Addresses(database_url, redis_url)


def main() -> int:
    """Serve until Ctrl-C; print the two variables to set."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with servers() as addresses:
            print(f"export DATABASE_URL='{addresses.database_url}'\nexport REDIS_URL='{addresses.redis_url}'")
            print("Ctrl-C stops both.", flush=True)
            signal.pause()
    except KeyboardInterrupt:
        print("Stopped.")
    except CannotServe as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
