"""Names for the codes in a journal: a few statements, however long it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from customers.models import Contact, User
from escalations.models import Case, Event, OutsideParty, PolicyVersion, Request, Skill, Team
from escalations.rules.events import CaseMoved


@dataclass(frozen=True, slots=True)
class Names:
    """What codes and uids are called for the person who reads."""

    people: dict[str, str] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    requests: dict[str, str] = field(default_factory=dict)
    parties: dict[str, str] = field(default_factory=dict)
    skills: dict[str, str] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)

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

    def request(self, uid: str) -> str:
        """Whoever owes the answer to a request."""
        return self.requests.get(uid) or _("somebody who was removed")

    def party(self, slug: str) -> str:
        return self.parties.get(slug) or _("an outside party that was removed")

    def skill(self, slug: str) -> str:
        return self.skills.get(slug, slug)

    def case(self, uid: str) -> str:
        """The reference of another case."""
        return self.cases.get(uid) or _("a case that was removed")


NAMED = (
    "person",
    "contact",
    "from_person",
    "instead_of",
    "watcher",
    "manager",
    "owner",
    "from_owner",
    "accountable",
    "from_accountable",
    "recipient",
)


def names_in(events: Sequence[Event]) -> Names:
    """The names of everybody and every team these events speak of."""
    codes: set[str] = set()
    for event in events:
        codes.update(_codes_in(event))
    users = [code.removeprefix("user:") for code in codes if code.startswith("user:")]
    contacts = [code.removeprefix("contact:") for code in codes if code.startswith("contact:")]
    people = {f"user:{uid}": name for uid, name in User.objects.filter(uid__in=users).values_list("uid", "name")}
    found = Contact.objects.filter(uid__in=contacts).values_list("uid", "name")
    people |= {f"contact:{uid}": name for uid, name in found}
    return Names(
        people,
        {team.uid: team for team in Team.objects.all()},
        _versions_in(events),
        _requests_in(events),
        _parties_in(events),
        _skills_in(events),
        _cases_in(events),
    )


def _codes_in(event: Event) -> Iterator[str]:
    """Everybody this event speaks of; `passed_over` says why beside each."""
    yield event.actor
    yield event.on_behalf_of
    for name in NAMED:
        yield str(event.data.get(name, ""))
    yield from event.data.get("mentioned", ())
    for told in event.data.get("passed_over", ()):
        yield told.rpartition(":")[0]


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


def _values_of(events: Sequence[Event], name: str) -> set[str]:
    """What these events say in this field, without what is empty."""
    return {str(event.data[name]) for event in events if event.data.get(name)}


def _requests_in(events: Sequence[Event]) -> dict[str, str]:
    """Who owes the answers to these requests; no statement where nobody was asked."""
    uids = _values_of(events, "request")
    found = Request.objects.filter(uid__in=uids).select_related("team", "party") if uids else ()
    return {request.uid: request.whom for request in found}


def _parties_in(events: Sequence[Event]) -> dict[str, str]:
    slugs = _values_of(events, "party")
    return dict(OutsideParty.objects.filter(slug__in=slugs).values_list("slug", "name")) if slugs else {}


def _skills_in(events: Sequence[Event]) -> dict[str, str]:
    slugs = _values_of(events, "skill")
    return dict(Skill.objects.filter(slug__in=slugs).values_list("slug", "name")) if slugs else {}


def _cases_in(events: Sequence[Event]) -> dict[str, str]:
    """The references of other cases; no statement where none is named."""
    uids = _values_of(events, "follows") | _values_of(events, "other")
    return {case.uid: case.reference for case in Case.objects.filter(uid__in=uids).only("uid")} if uids else {}
