"""`manage.py run` with real web server, worker and beat over the filesystem broker, in a home of its own."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest

from tests.platform.processes import is_gone
from tools.doctor import ROOT

pytestmark = pytest.mark.broker


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    """A home and a port of this test's own, no other server named."""
    plain = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return {**plain, "BELAY_HOME": str(tmp_path / "home"), "PORT": str(free_port()), "DEBUG": "true"}


@pytest.fixture
def running(variables: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    """The product, started and answering."""
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=variables, check=True)
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run"],
        cwd=ROOT,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        assert f"http://127.0.0.1:{variables['PORT']}" in said, said + process.stdout.read()
        yield process
    finally:
        process.kill()
        process.wait()


def family(process: "subprocess.Popen[str]") -> list[int]:
    """The numbers of all processes below this one."""
    pairs = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        pairs.append((int(status.parent.name), int(fields[1])))
    found, grown = {process.pid}, True
    while grown:
        more = {pid for pid, parent in pairs if parent in found} - found
        grown = bool(more)
        found |= more
    return sorted(found - {process.pid})


def answer(variables: dict[str, str], path: str) -> int:
    """The status of a page; a refusal is an answer too."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{variables['PORT']}{path}", timeout=30) as response:
            return int(response.status)
    except HTTPError as refusal:
        return refusal.code


def test_it_answers_and_ctrl_c_stops_it_without_orphans(
    running: "subprocess.Popen[str]", variables: dict[str, str]
) -> None:
    assert answer(variables, "/healthz") in (200, 503)
    assert answer(variables, "/accounts/login/") == 200
    children = family(running)
    assert len(children) >= 3
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=60) == 0
    assert all(is_gone(child) for child in children)


def test_a_part_that_dies_stops_everything_with_its_name(running: "subprocess.Popen[str]") -> None:
    children = family(running)
    worker = next(pid for pid in children if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"))
    os.kill(worker, signal.SIGKILL)
    said, _ = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "worker ended with status -9" in said
    assert all(is_gone(child) for child in children)


def test_a_second_run_on_the_same_folder_is_refused_in_one_line(
    running: "subprocess.Popen[str]", variables: dict[str, str]
) -> None:
    second = subprocess.run(
        [sys.executable, "manage.py", "run"],
        cwd=ROOT,
        env={**variables, "PORT": str(free_port())},
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert len(second.stderr.splitlines()) == 1
    assert "Belay already runs on" in second.stderr
    assert running.poll() is None
