"""Says in one line what keeps Belay from starting on this machine, and what to do.

`python3 tools/doctor.py` prints the state of everything; with names (`python port …`) it is silent when all is well and
otherwise prints the first trouble and ends with 1. Runs before the environment exists and must parse under old Pythons:
standard library only, no f-strings, no modern annotations.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OLDEST = (3, 11)


def home() -> str:
    """The folder a running Belay writes to."""
    return os.path.abspath(os.path.expanduser(os.environ.get("BELAY_HOME") or os.path.join(ROOT, "var")))


def port() -> str:
    """The port `make run` serves on, as it was given."""
    return os.environ.get("PORT") or "8000"


def check_python() -> str:
    """Trouble with the interpreter's age, or nothing."""
    if sys.version_info[:2] >= OLDEST:
        return ""
    return (
        "Python %d.%d is too old: install Python 3.11 or newer and name it, for example `make run PY=python3.12`."
        % sys.version_info[:2]
    )


def check_venv() -> str:
    """Trouble with making environments (Debian ships venv and ensurepip separately), or nothing."""
    probe = "import ensurepip, venv"
    if subprocess.call([sys.executable, "-c", probe], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
        return ""
    return (
        "The Python module venv is missing: install it (on Debian and Ubuntu `apt-get install python%d.%d-venv`)."
        % sys.version_info[:2]
    )


def check_port() -> str:
    """Trouble with the port we want to listen on, or nothing."""
    if not port().isdigit() or not 0 < int(port()) < 65536:
        return "PORT is %r: give a number from 1 to 65535, for example `make run PORT=8001`." % port()
    probe = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((os.environ.get("BELAY_BIND") or "127.0.0.1", int(port())))
    except OSError as problem:
        if isinstance(problem, PermissionError):
            return "Port %s needs more rights: choose one above 1023, for example `make run PORT=8001`." % port()
        return "Port %s is in use: stop what listens there, or choose another with `make run PORT=%d`." % (
            port(),
            int(port()) % 65535 + 1,
        )
    finally:
        probe.close()
    return ""


def check_home() -> str:
    """Trouble with writing to BELAY_HOME, or nothing."""
    try:
        if not os.path.isdir(home()):
            os.makedirs(home())
        with tempfile.TemporaryFile(dir=home()):
            return ""
    except OSError as problem:
        return "Belay cannot write to %s (%s): name another folder in BELAY_HOME." % (home(), problem.strerror)


def check_network() -> str:
    """Trouble with reaching the package registry that pip is set up for, or nothing."""
    python = os.path.join(ROOT, ".venv", "bin", "python")
    ask = [python if os.path.exists(python) else sys.executable, "-m", "pip"]
    if subprocess.call(ask + ["--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) != 0:
        return ""
    ask += ["--retries", "0", "--timeout", "10", "--disable-pip-version-check", "index", "versions", "tzdata"]
    if subprocess.call(ask, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
        return ""
    return "The package registry does not answer: connect to the network, or set up pip's index for it, and try again."


CHECKS = (
    ("python", "Python 3.11 or newer", check_python),
    ("venv", "environments can be made", check_venv),
    ("home", "Belay's folder can be written", check_home),
    ("port", "the port is free", check_port),
    ("network", "the package registry answers", check_network),
)


def tests_need() -> "list[tuple[str, str]]":
    """What `make test-all` finds here or installs itself where it may."""
    versions = "/usr/lib/postgresql"
    postgres = shutil.which("postgres") or (os.path.isdir(versions) and sorted(os.listdir(versions))[-1])
    return [
        ("npm", shutil.which("npm") or "none; one is fetched into .node"),
        ("PostgreSQL", str(postgres or "none; `make test-all` installs postgresql where it may")),
        ("Redis", shutil.which("redis-server") or "none; `make test-all` installs redis-server where it may"),
        ("Chromium", shutil.which("chromium") or "none; `make test-all` installs chromium where it may"),
    ]


def report() -> int:
    """Print the state of everything; 1 when Belay cannot run here."""
    troubles = 0
    for _, meaning, check in CHECKS:
        trouble = check()
        troubles += bool(trouble)
        print("%-8s %s" % ("trouble" if trouble else "fine", trouble or meaning))
    for name, state in tests_need():
        print("%-8s %s: %s" % ("found" if state.startswith("/") or state.isdigit() else "later", name, state))
    return 1 if troubles else 0


def main(names: "list[str]") -> int:
    """Run the named checks and stop at the first trouble, or report on all."""
    if not names:
        return report()
    for name, _, check in CHECKS:
        trouble = check() if name in names else ""
        if trouble:
            sys.stderr.write(trouble + "\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
