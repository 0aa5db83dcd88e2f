"""How cases were joined and taken apart, in words; a customer reads only where their own case goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from escalations.casefile.people import Names
from escalations.models import words
from escalations.rules import events as e


def _linked(data: e.CaseLinked, names: Names) -> str:
    return _("Linked: %(how)s %(case)s") % _relation(data, names)


def _unlinked(data: e.CaseUnlinked, names: Names) -> str:
    return _("No longer linked: %(how)s %(case)s") % _relation(data, names)


def _relation(data: e.CaseLinked | e.CaseUnlinked, names: Names) -> dict[str, Any]:
    said = words.LINKS_BACK if data.back else words.LINKS
    return {"how": said[data.how], "case": names.case(data.other)}


def _merged(data: e.CaseMerged, names: Names) -> str:
    said = _("Merged: goes on as %(case)s") % {"case": names.case(data.other)}
    return f"{said}. {_('Its escalation ended with it')}" if data.escalation else said


def _absorbed(data: e.CaseAbsorbed, names: Names) -> str:
    said = _("%(case)s was merged into this case; its history stays there") % {"case": names.case(data.other)}
    return f"{said}. {_('Its customer had written last and waits for an answer here')}" if data.owed else said


STAFF: Mapping[str, Callable[[Any, Names], str]] = {
    e.CaseLinked.kind: _linked,
    e.CaseUnlinked.kind: _unlinked,
    e.CaseMerged.kind: _merged,
    e.CaseAbsorbed.kind: _absorbed,
}
CUSTOMER: Mapping[str, Callable[[Any, Names], str]] = {
    e.CaseMerged.kind: lambda d, n: _("Goes on as %(case)s") % {"case": n.case(d.other)},
    e.CaseAbsorbed.kind: lambda d, n: _("%(case)s goes on here") % {"case": n.case(d.other)},
}
