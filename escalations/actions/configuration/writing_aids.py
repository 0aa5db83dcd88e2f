"""How canned replies and macros stand in the file: blanks, languages and the values of a step are checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from escalations.actions.configuration.columns import Text, Wrong
from escalations.actions.configuration.keys import Keys
from escalations.models import filling
from escalations.rules import macros
from escalations.rules.blanks import unknown_in


class WithBlanks(Text):
    """Words whose blanks can all be filled in."""

    def parsed(self, said: Any, keys: Keys) -> str:
        text = super().parsed(said, keys)
        if unknown_in(text):
            raise Wrong(filling.remedy("blank_unknown", text))
        return text


class Language(Text):
    """One of our languages, or none for every one."""

    def parsed(self, said: Any, keys: Keys) -> str:
        code = super().parsed(said, keys)
        if code and code not in dict(settings.LANGUAGES):
            raise Wrong(_("“%(word)s” is not among what can stand here.") % {"word": code[:80]})
        return code


def step_problem(values: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """What does not fit together in a step of a macro: the act and what it is filled in with."""
    if not {"verb", "values"} <= set(values):
        return  # said already
    for name, code in macros.problems(values["verb"], values["values"]):
        said = filling.remedy(code, values["values"].get(name))
        yield ("verb", said) if name == "verb" else ("values", f"{name}: {said}")
