"""What ways out know about configuration that comes as a file: whether letters can be read, and addresses called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from escalations.channels import guard, own_words
from escalations.channels.addresses import is_outside
from escalations.channels.small_language import LONGEST, WrongWords, checked
from escalations.models import AllowedHost

Values = Mapping[str, Any]
Problems = Iterable[tuple[str, str]]


def letter(values: Values) -> Problems:
    """What is wrong with the words of a letter, by column."""
    kind, reader = values.get("kind"), values.get("reader")
    if not kind or not reader:
        return  # said already
    if (kind, reader) not in own_words.letters_there_are():
        yield "kind", _("There is no such letter to this reader.")
        return
    if len(values.get("text", "")) > LONGEST:
        yield "text", _("At most %(most)s characters.") % {"most": LONGEST}
        return
    for name in ("subject", "text"):
        try:
            checked(values.get(name, ""), own_words.known_to(kind, reader))
        except WrongWords as problem:
            yield name, str(problem)


def endpoint(values: Values) -> Problems:
    """What is wrong with the address of an endpoint."""
    if "url" not in values:
        return
    try:
        host = str(guard.split(values["url"]).hostname)
    except guard.Forbidden:
        yield "url", _("Write an address with http:// or https:// and a host, without name and password.")
        return
    is_literal = ":" in host or host.replace(".", "").isdecimal()
    if is_literal and not is_outside(host) and not AllowedHost.objects.filter(host=host).exists():
        yield "url", _("This is a private address. Put it on the list of allowed hosts first.")


OUTSIDE: Mapping[str, Callable[[Values], Problems]] = {"letters": letter, "endpoints": endpoint}
