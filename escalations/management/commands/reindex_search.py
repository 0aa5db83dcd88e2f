"""Makes what was written before the search came, or around it, findable."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from escalations.actions import searching


class Command(BaseCommand):
    """May run while people work, be stopped at any time, and go on with `--after`."""

    help = "Indexes the words of all cases anew, a small batch at a time. People can work meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--after", type=int, default=0, help="the key of the last case that is done already")

    def handle(self, *, after: int, **options: Any) -> None:
        last = after
        for number, last in enumerate(searching.refresh_all(after), start=1):
            if number % 100 == 0:
                self.stdout.write(f"done up to {last}")
        self.stdout.write(f"All cases up to {last} can be found by their words.")
