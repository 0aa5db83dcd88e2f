"""Names for the codes in a journal: two statements, however long it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from customers.models import Contact, User
from escalations.models import Event, PolicyVersion, Team
from escalations.rules.events import CaseMoved


@dataclass(frozen=True, slots=True)
class Names:
    """What codes and uids are called for the person who reads."""

    people: dict[str, str] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    def person(self, code: str) -> str:
        if code == "system":
            return _("Belay")
        return self.people.get(code) or _("somebody who left")

    def team(self, uid: str) -> str:
        team = self.teams.get(uid)
        return team.name if team else _("a team that was removed")

    def public_team(self, uid: str) -> str:
        team = self.teams.get(uid)
        return team.public_name if team else _("Support")

    def version(self, uid: str) -> str:
        return self.versions.get(uid) or _("a version that was removed")


NAMED = ("person", "owner", "from_owner", "accountable", "from_accountable")


def names_in(events: Sequence[Event]) -> Names:
    """The names of everybody and every team these events speak of."""
    codes: set[str] = set()
    for event in events:
        codes.update((event.actor, event.on_behalf_of))
        codes.update(str(event.data.get(name, "")) for name in NAMED)
    users = [code.removeprefix("user:") for code in codes if code.startswith("user:")]
    contacts = [code.removeprefix("contact:") for code in codes if code.startswith("contact:")]
    people = {f"user:{uid}": name for uid, name in User.objects.filter(uid__in=users).values_list("uid", "name")}
    found = Contact.objects.filter(uid__in=contacts).values_list("uid", "name")
    people |= {f"contact:{uid}": name for uid, name in found}
    return Names(people, {team.uid: team for team in Team.objects.all()}, _versions_in(events))


def _versions_in(events: Sequence[Event]) -> dict[str, str]:
    """The policy versions a case moved between; no statement for one that never moved."""
    uids = {
        uid
        for event in events
        if isinstance(data := event.typed, CaseMoved)
        for uid in (data.from_policy_version, data.policy_version)
    }
    if not uids:
        return {}
    found = PolicyVersion.objects.filter(uid__in=uids).select_related("policy")
    return {version.uid: str(version) for version in found}
