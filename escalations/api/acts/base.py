"""One verb of the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from drf_spectacular.utils import OpenApiExample

from escalations.api.fields import Body
from escalations.models import Event
from escalations.rules.vocabulary import Verb


@dataclass(frozen=True, slots=True)
class Act:
    """One verb: the body it takes, the action it calls, its words in the document.

    `renamed` tells which of our fields is meant when the action refuses one of its own.
    """

    verb: Verb
    body: type[Body]
    call: Callable[..., Event]
    summary: str
    examples: tuple[OpenApiExample, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)


REASONED = {"text": "reason"}
