"""Who is asking, as one plain value for one door."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Door(StrEnum):
    STAFF = "staff"
    CUSTOMER = "customer"
    SYSTEM = "system"
    NOBODY = "nobody"


class Right(StrEnum):
    """What a role may give, beyond what teams, levels and the case itself allow; the codes of the permissions."""

    WORK = "work_on_cases"
    RECEIVE = "receive_escalations"
    DECIDE = "decide"
    LEAD = "lead_people"
    SEE_ALL = "see_every_case"
    SEE_AS = "see_as_others"


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything a decision may know about the asking person; nothing else about the person is ever consulted.

    `code` is the name in the journal; ids are those of User, Agent, Contact, Team and Organization rows. `rights` are
    what the `roles` of a member of the staff give, which are names of groups; `trained` are the digests of the training
    texts confirmed and still valid; `by_team` says that this person sees the cases of their teams, and those they have
    a part in, only. `stands_in` are the agents who are away and count on this person, however long the chain.
    """

    door: Door
    code: str
    user_id: int | None = None
    agent_id: int | None = None
    contact_id: int | None = None
    team_ids: frozenset[int] = field(default_factory=frozenset)
    organizations: frozenset[int] = field(default_factory=frozenset)
    organizations_led: frozenset[int] = field(default_factory=frozenset)
    on_behalf_of: str = ""
    rights: frozenset[Right] = field(default_factory=frozenset)
    roles: tuple[str, ...] = ()
    trained: frozenset[str] = field(default_factory=frozenset)
    by_team: bool = False
    stands_in: frozenset[int] = field(default_factory=frozenset)

    @property
    def as_agent(self) -> int:
        """The agent who acts. Raises LookupError for anybody else, which `permits` prevents."""
        if self.agent_id is None:
            raise LookupError("only an agent can do this")
        return self.agent_id

    @property
    def as_contact(self) -> int:
        """The contact who acts. Raises LookupError for anybody else, which `permits` prevents."""
        if self.contact_id is None:
            raise LookupError("only a contact can do this")
        return self.contact_id

    def may(self, *rights: Right) -> bool:
        """Whether one of these rights is given."""
        return not self.rights.isdisjoint(rights)

    @property
    def is_staff(self) -> bool:
        return self.door is Door.STAFF

    @property
    def is_customer(self) -> bool:
        return self.door is Door.CUSTOMER

    @property
    def is_system(self) -> bool:
        return self.door is Door.SYSTEM


SYSTEM = Standing(Door.SYSTEM, "system")
NOBODY = Standing(Door.NOBODY, "nobody")
