"""The supervisor with small programs as parts: they start together and end together, whatever happens."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.platform.processes import is_gone, pid_in
from tools.doctor import ROOT

PROGRAM = """
import sys, pathlib
from config.supervisor import Part, PartStopped, Supervisor
folder = pathlib.Path(sys.argv[1])
parts = [Part(f"part{number}", (sys.executable, "-c", text)) for number, text in enumerate(sys.argv[2:])]
supervisor = Supervisor(folder, {"FOLDER": str(folder)})
try:
    supervisor.start(parts)
    print("started", flush=True)
    supervisor.watch()
except PartStopped as problem:
    print(problem, flush=True)
    sys.exit(3)
finally:
    supervisor.stop()
"""
STAY = "import os, time; open(os.environ['FOLDER'] + '/stay', 'w').write(str(os.getpid())); time.sleep(60)"
END = "import sys; sys.exit(7)"
DEAF = (
    "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "open(os.environ['FOLDER'] + '/deaf', 'w').write(str(os.getpid())); time.sleep(60)"
)


def supervised(folder: Path, *parts: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder), *parts], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_sigterm_end_every_part(tmp_path: Path, asked: signal.Signals) -> None:
    parent = supervised(tmp_path, STAY)
    stay = pid_in(tmp_path / "stay")
    parent.send_signal(asked)
    assert parent.wait(timeout=60) == 0
    assert is_gone(stay)


def test_a_part_that_ends_by_itself_ends_all_with_its_name_and_status(tmp_path: Path) -> None:
    parent = supervised(tmp_path, STAY, f"import time; time.sleep(1); {END}")
    stay = pid_in(tmp_path / "stay")
    said, _ = parent.communicate(timeout=60)
    assert parent.returncode == 3
    assert f"part1 ended with status 7; see {tmp_path / 'part1.log'}." in said
    assert is_gone(stay)


def test_a_part_that_does_not_listen_is_ended_by_force_at_the_second_ctrl_c(tmp_path: Path) -> None:
    parent = supervised(tmp_path, DEAF)
    deaf = pid_in(tmp_path / "deaf")
    parent.send_signal(signal.SIGINT)
    parent.send_signal(signal.SIGTERM)
    assert parent.wait(timeout=60) == 0
    assert is_gone(deaf)


def test_a_killed_supervisor_leaves_no_orphan(tmp_path: Path) -> None:
    parent = supervised(tmp_path, STAY)
    stay = pid_in(tmp_path / "stay")
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait(timeout=60)
    assert is_gone(stay)


def test_what_a_part_says_is_in_its_log(tmp_path: Path) -> None:
    parent = supervised(tmp_path, "print('hello', flush=True); import sys; print('careful', file=sys.stderr)")
    parent.communicate(timeout=60)
    assert (tmp_path / "part0.log").read_text().splitlines() == ["hello", "careful"]
