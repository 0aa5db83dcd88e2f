"""`manage.py run`: the whole product on embedded parts, in one terminal."""

import fcntl
import hashlib
import http.client
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from config.supervisor import Part, PartStopped, Supervisor
from customers.models import User
from escalations.management.demonstration import SIGN_INS
from tools import doctor

START_SECONDS = 60.0


class Command(BaseCommand):
    """Starts the web server, a worker and beat as child processes, and stops them together."""

    help = "Run Belay on embedded parts: web server, worker and beat. Ctrl-C stops all of them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--prepare", action="store_true", help="first migrate, collect static files and load the demonstration"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        trouble = doctor.check_port()
        if trouble:
            raise CommandError(trouble)
        with (settings.BELAY_HOME / "run.lock").open("w") as lock:
            claim(lock.fileno())
            if options["prepare"]:
                self.prepare()
            self.supervise()

    def prepare(self) -> None:
        """Bring database, static files and demonstration to where a person can look at them."""
        call_command("migrate", interactive=False, verbosity=0)
        collect_static()
        for name in ("seed_roles", "load_demonstration", "open_live_demonstration"):
            if name in get_commands():
                call_command(name)

    def supervise(self) -> None:
        """Run the parts until Ctrl-C, SIGTERM, or until one of them ends by itself."""
        supervisor = Supervisor(settings.BELAY_HOME / "log", {**os.environ, "BELAY_URL": settings.BELAY_URL})
        try:
            supervisor.start(parts())
            if supervisor.wait_until(answers, START_SECONDS):
                self.stdout.write(welcome())
                self.stdout.flush()
            elif not supervisor.stop_asked:
                raise CommandError(
                    _("The web server does not answer; see %(log)s.") % {"log": supervisor.log_folder / "web.log"}
                )
            supervisor.watch()
        except PartStopped as problem:
            raise CommandError(str(problem)) from problem
        finally:
            supervisor.stop()
        self.stdout.write(_("Belay has stopped."))


def claim(descriptor: int) -> None:
    """Hold the folder for this process; refused while another `run` holds it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        raise CommandError(
            _("Belay already runs on %(home)s: stop it, or name another folder in BELAY_HOME.")
            % {"home": settings.BELAY_HOME}
        ) from problem


def address() -> tuple[str, int]:
    """Where the web server listens."""
    return os.environ.get("BELAY_BIND") or "127.0.0.1", int(doctor.port())


def parts() -> list[Part]:
    """The three programs that are Belay."""
    host, port = address()
    python = (sys.executable, "-m")
    celery = (*python, "celery", "-A", "config")
    level = ("--loglevel", settings.LOG_LEVEL)
    web = ("--bind", f"{host}:{port}", "--worker-class", "gthread", "--workers", "1", "--threads", "8")
    quiet = ("--config", str(settings.BASE_DIR / "gunicorn.conf.py"))
    pool = ("--pool", "threads", "--concurrency", "2")
    alone = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    schedule = ("--pidfile=", "--schedule", str(settings.BELAY_HOME / "queue" / "beat-schedule"))
    return [
        Part("web", (*python, "gunicorn", "config.wsgi", *web, "--graceful-timeout", "5", *quiet)),
        Part("worker", (*celery, "worker", *pool, *alone, *level)),
        Part("beat", (*celery, "beat", *schedule, *level)),
    ]


def answers() -> bool:
    """Whether the web server says anything at all; what it says is for /healthz readers."""
    connection = http.client.HTTPConnection(*address(), timeout=5)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def static_state() -> str:
    """What identifies the static files as they are now: our own, the packages', and how they are stored."""
    root = Path(settings.BASE_DIR)
    own = sorted(path for path in (root / "static").rglob("*") if path.is_file())
    locks = [root / "requirements.lock", root / "package-lock.json"]
    digest = hashlib.sha256(repr(settings.STORAGES).encode())
    for path in (*own, *locks):
        digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()


def collect_static() -> None:
    """Collect and compress static files when they changed since the last time."""
    mark = Path(settings.STATIC_ROOT) / ".collected"
    state = static_state()
    if mark.exists() and mark.read_text() == state:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    mark.write_text(state)


def welcome() -> str:
    """The address, and who of the demonstration company one can be there."""
    lines = [_("Belay runs at %(address)s – Ctrl-C stops it.") % {"address": settings.BELAY_URL}]
    here = set(User.objects.filter(is_active=True).values_list("email", flat=True))
    people = [person for person in SIGN_INS if person.email in here]
    if people:
        rows = [(str(person.role), person.email, person.password, person.where) for person in people]
        head = (_("You are"), _("e-mail"), _("password"), _("start at"))
        widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
        lines += ["", row_of(head, widths), *(row_of(row, widths) for row in rows)]
    return "\n".join(lines)


def row_of(texts: Sequence[str], widths: Sequence[int]) -> str:
    """One line of a table with columns of these widths."""
    return "  ".join(text.ljust(width) for text, width in zip(texts, widths, strict=True)).rstrip()
