"""Names for the codes in a journal: one statement, however long it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from customers.models import Contact, User
from escalations.casefile.gathering import Fact, Part, gathered
from escalations.models import Case, Event, OutsideParty, PolicyVersion, Request, Skill, Team
from escalations.models.events import Told
from escalations.rules.events import CaseMoved


class TeamName(NamedTuple):
    """What a team is called: by us, and by customers."""

    pk: int
    uid: str
    name: str
    public_name: str


@dataclass(frozen=True, slots=True)
class Names:
    """What codes and uids are called for the person who reads."""

    people: dict[str, str] = field(default_factory=dict)
    teams: dict[str, TeamName] = field(default_factory=dict)
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


def names_in(events: Sequence[Event | Told]) -> Names:
    """The names of everybody and everything these events speak of; one statement."""
    return names_of(gathered(parts_of(events)))


def parts_of(events: Sequence[Event | Told]) -> Iterator[Part]:
    """Where the names stand of what these events speak of."""
    codes = {code for event in events for code in _codes_in(event)}
    users = [code.removeprefix("user:") for code in codes if code.startswith("user:")]
    contacts = [code.removeprefix("contact:") for code in codes if code.startswith("contact:")]
    others = _values_of(events, "follows") | _values_of(events, "other")
    named = {"code": "uid", "name": "name"}
    by_slug = {"code": "slug", "name": "name"}
    yield "team", Team.objects.all(), {**named, "more": "public_name", "number": "pk"}
    yield "user", User.objects.filter(uid__in=users), named
    yield "contact", Contact.objects.filter(uid__in=contacts), named
    versions = PolicyVersion.objects.filter(uid__in=_versions_in(events))
    yield "version", versions, {"code": "uid", "name": "policy__name", "number": "number"}
    requests = Request.objects.filter(uid__in=_values_of(events, "request"))
    yield "request", requests, {"code": "uid", "name": Coalesce("team__name", "party__name")}
    yield "party", OutsideParty.objects.filter(slug__in=_values_of(events, "party")), by_slug
    yield "skill", Skill.objects.filter(slug__in=_values_of(events, "skill")), by_slug
    yield "case", Case.objects.filter(uid__in=others), {"code": "uid", "number": "pk"}


def names_of(found: Mapping[str, Sequence[Fact]]) -> Names:
    """The names among what was gathered."""

    def by_code(part: str, prefix: str = "") -> dict[str, str]:
        return {f"{prefix}{fact.code}": fact.name for fact in found.get(part, ())}

    teams = (TeamName(fact.number, fact.code, fact.name, fact.more) for fact in found.get("team", ()))
    return Names(
        people=by_code("user", "user:") | by_code("contact", "contact:"),
        teams={team.uid: team for team in teams},
        versions={fact.code: f"{fact.name} {fact.number}" for fact in found.get("version", ())},
        requests=by_code("request"),
        parties=by_code("party"),
        skills=by_code("skill"),
        cases={fact.code: Case(pk=fact.number).reference for fact in found.get("case", ())},
    )


def _codes_in(event: Event | Told) -> Iterator[str]:
    """Everybody this event speaks of; `passed_over` says why beside each."""
    yield event.actor
    yield event.on_behalf_of
    for name in NAMED:
        yield str(event.data.get(name, ""))
    yield from event.data.get("mentioned", ())
    for told in event.data.get("passed_over", ()):
        yield told.rpartition(":")[0]


def _versions_in(events: Sequence[Event | Told]) -> set[str]:
    """The policy versions a case moved between."""
    moves = (event.typed for event in events if event.kind == CaseMoved.kind)
    return {
        uid for data in moves if isinstance(data, CaseMoved) for uid in (data.from_policy_version, data.policy_version)
    }


def _values_of(events: Sequence[Event | Told], name: str) -> set[str]:
    """What these events say in this field, without what is empty."""
    return {str(event.data[name]) for event in events if event.data.get(name)}
