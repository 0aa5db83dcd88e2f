"""One verb of the desk as a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from escalations.desk.forms.base import VerbForm


@dataclass(frozen=True, slots=True)
class Act:
    """One verb of the desk: its form, the action it calls, what is said before and after it."""

    form: type[VerbForm]
    call: Callable[..., Any]
    done: Any
    about: Any = ""
    grave: bool = False
