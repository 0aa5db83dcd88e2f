"""Databases of their own for processes of their own, on SQLite always and on PostgreSQL where the run has one."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
SERVED = "postgresql" in settings.DATABASES["default"]["ENGINE"]


@dataclass(frozen=True)
class Machine:
    """Starts `tests.crash.part` on this database and in this folder."""

    home: Path
    environment: dict[str, str]

    def start(self, *words: object, module: str = "tests.crash.part") -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", module, *map(str, words)],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=(self.home / "said.log").open("a"),
            text=True,
        )

    def run(self, *words: object) -> int:
        """The exit status of one part; negative for the signal that killed it."""
        process = self.start(*words)
        process.communicate(timeout=300)
        return process.returncode

    def steps(self) -> int:
        """How many climbs have been committed by now, asked past Django and at once."""
        url = self.environment["DATABASE_URL"]
        asked = "SELECT count(*) FROM escalations_step"
        if url.startswith("sqlite:"):
            with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=20)) as file:
                return int(file.execute(asked).fetchone()[0])
        with connection(url.rpartition("/")[2]) as server:
            row = server.execute(asked).fetchone()
            return int(row[0]) if row else 0

    def state(self) -> dict[str, Any]:
        process = self.start("state")
        told, _nothing = process.communicate(timeout=120)
        assert process.returncode == 0, (self.home / "said.log").read_text()
        found: dict[str, Any] = json.loads(told)
        return found


def address(name: str) -> str:
    """The database of this name on the server of this run."""
    server = settings.DATABASES["default"]
    who = quote(server.get("USER") or "")
    if server.get("PASSWORD"):
        who += ":" + quote(server["PASSWORD"])
    host = server.get("HOST") or ""
    if host.startswith("/"):
        return f"postgresql://{who}@/{host}/{name}"
    port = f":{server['PORT']}" if server.get("PORT") else ""
    return f"postgresql://{who}@{host}{port}/{name}"


def connection(name: str = "postgres") -> psycopg.Connection[Any]:
    """A database of this name on the server of this run, by parts: psycopg reads not every address that Django does."""
    server = settings.DATABASES["default"]
    return psycopg.connect(
        dbname=name,
        user=server.get("USER") or None,
        password=server.get("PASSWORD") or None,
        host=server.get("HOST") or None,
        port=server.get("PORT") or None,
        autocommit=True,
    )


@pytest.fixture(params=["sqlite", "postgresql"] if SERVED else ["sqlite"])
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Machine]:
    """A fresh database and a folder, for processes that share them."""
    broker = {"REDIS_URL": settings.REDIS_URL} if settings.REDIS_URL and request.param == "postgresql" else {}
    inherited = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment = {
        **inherited,
        **broker,
        "BELAY_HOME": str(tmp_path),
        "SECRET_KEY": "only-for-this-test",
        "LOG_LEVEL": "INFO",
    }
    if request.param == "sqlite":
        yield Machine(tmp_path, {**environment, "DATABASE_URL": f"sqlite:///{tmp_path / 'belay.sqlite3'}"})
        return
    name = sql.Identifier(f"belay_crash_{os.getpid()}")
    with connection() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        server.execute(sql.SQL("CREATE DATABASE {}").format(name))
    try:
        yield Machine(tmp_path, {**environment, "DATABASE_URL": address(f"belay_crash_{os.getpid()}")})
    finally:
        with connection() as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
