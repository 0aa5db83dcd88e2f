"""`make run` on a machine where something is missing: one line, what to do, and a status that is not zero."""

import ast
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import bootstrap, doctor

ROOT = Path(doctor.ROOT)
CLOSED_PORT_INDEX = "http://127.0.0.1:9/simple"


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def ask(*names: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "tools/doctor.py", *names],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_port_in_use_names_the_port_and_another_one(taken_port: int) -> None:
    said = ask("python", "port", PORT=str(taken_port))
    assert said.returncode == 1
    assert len(said.stderr.splitlines()) == 1
    assert f"Port {taken_port} is in use" in said.stderr
    assert f"PORT={taken_port % 65535 + 1}" in said.stderr


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1"])
def test_a_port_that_is_no_port_is_refused(port: str) -> None:
    said = ask("port", PORT=port)
    assert said.returncode == 1
    assert "give a number from 1 to 65535" in said.stderr


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = ask("home", BELAY_HOME=str(tmp_path / "file" / "home"))
    assert said.returncode == 1
    assert str(tmp_path) in said.stderr
    assert "BELAY_HOME" in said.stderr


def test_an_old_python_is_told_which_one_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.doctor.sys.version_info", (3, 9, 2, "final", 0))
    assert doctor.check_python().startswith("Python 3.9 is too old: install Python 3.11 or newer")


def test_a_missing_venv_module_is_told_by_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.doctor.sys.executable", "/bin/false")
    assert "The Python module venv is missing" in doctor.check_venv()


def test_the_doctor_can_be_read_by_old_pythons() -> None:
    ast.parse((ROOT / "tools" / "doctor.py").read_text(encoding="utf-8"), feature_version=(3, 4))


def test_a_healthy_machine_is_silent_when_asked_by_name() -> None:
    said = ask("python", "venv", "home")
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


def test_the_doctor_prints_the_state_of_everything(taken_port: int) -> None:
    said = ask(PORT=str(taken_port), PIP_INDEX_URL=CLOSED_PORT_INDEX, PIP_CONFIG_FILE=os.devnull)
    assert said.returncode == 1
    assert f"trouble  Port {taken_port} is in use" in said.stdout
    assert "fine     Python 3.11 or newer" in said.stdout
    assert "trouble  The package registry does not answer" in said.stdout
    assert "PostgreSQL" in said.stdout


def test_without_network_the_first_set_up_says_no_network(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, tmp_path)
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    said = subprocess.run(
        [sys.executable, "-m", "tools.bootstrap", "runtime"],
        cwd=tmp_path,
        env={
            **variables,
            "PIP_INDEX_URL": CLOSED_PORT_INDEX,
            "PIP_CONFIG_FILE": os.devnull,
            "BELAY_HOME": str(tmp_path / "home"),
            "PYTHONPATH": "",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 1
    assert said.stderr.splitlines() == [bootstrap.explain("connection refused")]
    assert said.stderr.startswith("No network")
    assert not (tmp_path / ".venv" / ".belay-runtime").exists()


@pytest.mark.parametrize(
    "output",
    [
        "WARNING: Retrying after connection broken by 'NewConnectionError(Temporary failure in name resolution)'",
        "error: Failed to fetch\n  Caused by: error sending request\n  dns error: failed to lookup address",
        "npm error code ENOTFOUND\nnpm error network request failed",
        "npm error code EAI_AGAIN",
    ],
)
def test_every_installer_without_network_is_understood(output: str) -> None:
    assert bootstrap.explain(output).startswith("No network")


def test_another_failure_is_told_by_its_last_line_and_its_log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BELAY_HOME", str(tmp_path))
    told = bootstrap.explain("collecting\nERROR: hashes do not match\n\n")
    assert "ERROR: hashes do not match" in told
    assert str(tmp_path / "log" / "install.log") in told
    assert "\n" not in told


def test_an_unchanged_lock_installs_nothing_again(tmp_path: Path) -> None:
    lock, mark = tmp_path / "lock", tmp_path / "mark"
    lock.write_text("a==1")
    assert not bootstrap.is_made_from(mark, lock)
    mark.write_text(bootstrap.fingerprint(lock))
    assert bootstrap.is_made_from(mark, lock)
    lock.write_text("a==2")
    assert not bootstrap.is_made_from(mark, lock)
