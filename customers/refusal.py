"""What every part of Belay raises when it will not do what it was asked."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A request that was understood and not carried out; nothing was changed.

    `field` names the input at fault (empty when it is the whole request), `code` is stable for programs, `remedy` is
    one translated sentence that says what to do instead.
    """

    def __init__(self, field: str, code: str, remedy: Any) -> None:
        super().__init__(f"{field or 'request'}: {code}")
        self.field = field
        self.code = code
        self.remedy = remedy
