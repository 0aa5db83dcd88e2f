"""Escalations under kills: `python -m bench.soak 1000 [--seed 1] [--budget N]`, which `make soak` runs.

Starts a PostgreSQL, a Redis and a mail server of its own, two real workers and beat. While people open and escalate so
many cases, workers and beat are killed at random moments, Redis is emptied, the database restarts, and the mail server
refuses, hangs, drops and forgets. Then all is well again, everything that is due gets time to happen, and every case,
notice and letter is looked at. Exits with 1 when anything is missing, double, torn or lost.

With `--budget N` nobody gets more than N mails an hour: the rest must come as digests, for which the workers' clocks
are put an hour ahead at the end.
"""

from __future__ import annotations

import subprocess
import sys

from bench.soak.world import ROOT, environment
from tools import servers


def main() -> int:
    """Makes room, and hands over to `bench.soak.drill`, whose settings come from it."""
    with servers.folder() as home:
        command = [sys.executable, "-m", "bench.soak.drill", str(home), *sys.argv[1:]]
        return subprocess.run(command, cwd=ROOT, env=environment(home), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
