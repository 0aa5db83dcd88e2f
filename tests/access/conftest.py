"""One house for everything that asks for every address: it is built once, and every request is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings

from tests.access import house as building
from tests.access.house import NOW, House

LETTER = "20260302-080000-1.log"


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house at three hours past opening; colleagues see the cases of their teams only."""
    folder: Path = tmp_path_factory.mktemp("mail")
    (folder / LETTER).write_text(f"Subject: {building.HOSTILE}\nFrom: a@b.example\nTo: c@d.example\n\nHello\n")
    with (
        django_db_blocker.unblock(),
        time_machine.travel(NOW, tick=False),
        override_settings(EMAIL_FILE_PATH=str(folder)),
        transaction.atomic(),
    ):
        yield building.build()
        transaction.set_rollback(True)
