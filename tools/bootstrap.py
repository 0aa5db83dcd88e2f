"""Makes the environment and fetches the front-end packages: `python3 -m tools.bootstrap runtime|dev|front-end …`.

Each part remembers the lock it was made from and does nothing while that lock is unchanged. What installers say goes to
install.log in BELAY_HOME; a person reads one line.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools import doctor

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE = ROOT / ".node"
FRONT_END = ROOT / "node_modules"
LOCKS = {"runtime": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
UNREACHABLE = (
    "name resolution",
    "name or service not known",
    "nodename nor servname",
    "network is unreachable",
    "connection refused",
    "connection broken",
    "timed out",
    "dns error",
    "error sending request",
    "enotfound",
    "eai_again",
    "econnrefused",
    "enetunreach",
)


class CannotInstall(Exception):
    """Something could not be fetched or built; the text says what to do about it."""


def fingerprint(lock: Path) -> str:
    """What identifies a state of a lock, on this interpreter."""
    seen = lock.read_bytes() + ".".join(map(str, sys.version_info[:2])).encode()
    return hashlib.sha256(seen).hexdigest()


def is_made_from(mark: Path, lock: Path) -> bool:
    """Whether the part that left `mark` was made from this very lock."""
    return mark.exists() and mark.read_text() == fingerprint(lock)


def log_path() -> Path:
    """Where installers talk to."""
    folder = Path(doctor.home()) / "log"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "install.log"


def explain(output: str) -> str:
    """One line for a person: no network, or what the installer said last."""
    if any(sign in output.lower() for sign in UNREACHABLE):
        return "No network: packages could not be fetched. Connect, or set up a package index, and try again."
    last = next((line for line in reversed(output.splitlines()) if line.strip()), "nothing was said")
    return f"Packages could not be installed ({last.strip()[:160]}): see {log_path()}."


def install(*command: str | Path) -> None:
    """Run an installer quietly.

    Raises CannotInstall with the one line that says what to do.
    """
    done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    with log_path().open("a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(map(str, command))}\n{said}\n")
    if done.returncode:
        raise CannotInstall(explain(said))


def pip(python: Path, *lock: str | Path) -> None:
    """Install a hash lock with pip, which gives up soon when nobody answers."""
    install(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1",
            "--require-hashes", "-r", *lock)  # fmt: skip


def make_venv(folder: Path) -> Path:
    """An environment that works, made anew when there is none or its interpreter is gone; its Python."""
    python = folder / "bin" / "python"
    probe = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    if not python.exists() or subprocess.run([str(python), "-c", probe], check=False).returncode:
        install(sys.executable, "-m", "venv", "--clear", folder)
    return python


def environment(kind: str) -> None:
    """Bring `.venv` to the runtime or the dev lock, and what is said in other languages to what programs read."""
    packages(kind)
    install(PYTHON, "-m", "tools.messages")


def packages(kind: str) -> None:
    """Bring `.venv` to a lock; the dev lock holds the runtime one, so it serves both."""
    marks = {name: VENV / f".belay-{name}" for name in LOCKS}
    enough = ("dev",) if kind == "dev" else ("runtime", "dev")
    if any(is_made_from(marks[name], LOCKS[name]) for name in enough):
        return
    print("Installing Python packages into .venv …", flush=True)
    make_venv(VENV)
    for mark in marks.values():
        mark.unlink(missing_ok=True)
    try:
        pip(PYTHON, ROOT / "tools" / "requirements-uv.lock")
        install(VENV / "bin" / "uv", "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", LOCKS[kind])
    except CannotInstall:
        # No wheel of uv for this machine, or an index it cannot read: pip does the same, slower.
        pip(PYTHON, LOCKS[kind])
    marks[kind].write_text(fingerprint(LOCKS[kind]))


def npm() -> Path:
    """The machine's npm, or one from the package registry in an environment of its own."""
    if found := shutil.which("npm"):
        return Path(found)
    lock = ROOT / "tools" / "requirements-node.lock"
    mark = NODE / ".belay"
    if not is_made_from(mark, lock):
        print("Installing npm into .node …", flush=True)
        pip(make_venv(NODE), lock)
        mark.write_text(fingerprint(lock))
    os.environ["PATH"] = f"{NODE / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    return NODE / "bin" / "npm"


def front_end() -> None:
    """Fetch the few front-end packages that package-lock.json names; none of their scripts is run."""
    mark, lock = FRONT_END / ".belay", ROOT / "package-lock.json"
    if is_made_from(mark, lock):
        return
    print("Installing front-end packages into node_modules …", flush=True)
    install(npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1")
    mark.write_text(fingerprint(lock))


def main(parts: list[str]) -> int:
    """Make the named parts; 1 and one line when it cannot be done."""
    try:
        for part in parts:
            if part == "front-end":
                front_end()
            else:
                environment(part)
    except CannotInstall as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
