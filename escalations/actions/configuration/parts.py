"""What a configuration consists of: one entry for each kind of row, with its columns; and what is left out, and why.

A new configuration model is one entry here. A test fails for a model or column that is neither written nor left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import SupportPlan
from escalations.actions.configuration.columns import (
    Address,
    Addresses,
    Column,
    Minutes,
    Parameters,
    Weekday,
    Words,
    column,
    condition_problem,
)
from escalations.actions.configuration.keys import Keys
from escalations.actions.configuration.writing_aids import Language, WithBlanks, step_problem
from escalations.actions.policies import SAID_BESIDE_ROWS
from escalations.models import (
    Agent,
    AllowedHost,
    Calendar,
    CalendarVersion,
    CannedReply,
    Communication,
    Endpoint,
    Hours,
    HouseRules,
    LetterTemplate,
    Level,
    Macro,
    MacroStep,
    Mailbox,
    MatrixCell,
    OutsideParty,
    PauseReason,
    Policy,
    PolicyVersion,
    Requirement,
    Role,
    Rota,
    RotaMember,
    Script,
    ScriptLine,
    Skill,
    SpecialDay,
    StormBrake,
    Target,
    Team,
    TeamMembership,
    Topic,
    Training,
    Trigger,
)
from escalations.rules.kinds import KINDS
from escalations.rules.vocabulary import NEVER_PAUSED, ClockKind
from knowledgebase.models import Category

Values = Mapping[str, Any]
Problems = Iterable[tuple[str, str]]


class Shape(Enum):
    """How the rows of a part stand in the file."""

    ONE = "one"  # there is one row for the whole installation
    NAMED = "named"  # each under its word
    LISTED = "listed"  # one after the other


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that stand in a list below another row, which they know as `owner`.

    Those of a live row are known by `identity`, and stay when the file has them no more; `is_unique` says that an
    identity stands there once. `order` is the column that numbers them, if one does.
    """

    name: str
    model: type[models.Model]
    owner: str
    columns: tuple[Column, ...]
    identity: tuple[str, ...] = ()
    is_unique: bool = False
    order: str = ""
    only: Mapping[str, Any] = field(default_factory=dict)
    problems: Callable[[Values], Problems] | None = None


@dataclass(frozen=True, slots=True)
class Edition:
    """The version of a row that is written down: the one that runs, else the newest."""

    model: type[models.Model]
    owner: str
    columns: tuple[Column, ...]
    rows: tuple[Rows, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of row. `guarded`: when one of these differs, or the row is new, `then` is set as well."""

    name: str
    model: type[models.Model]
    shape: Shape
    columns: tuple[Column, ...]
    key: str = "slug"
    identity: tuple[str, ...] = ()
    is_unique: bool = False
    rows: tuple[Rows, ...] = ()
    edition: Edition | None = None
    guarded: frozenset[str] = frozenset()
    then: Mapping[str, Any] = field(default_factory=dict)
    by_hand: Any = ""
    signed: str = ""

    @property
    def above(self) -> Column | None:
        """The column in which a row of this part names another one of it."""
        return next((each for each in self.columns if each.field.related_model is self.model), None)


def _columns(model: type[models.Model], *names: str | Column) -> tuple[Column, ...]:
    return tuple(column(model, name) if isinstance(name, str) else name for name in names)


def _of(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


def _user(*names: str) -> tuple[Column, ...]:
    model: Any = _of(Agent, "user").related_model
    return tuple(column(model, name, on="user") for name in names)


def _pausable() -> frozenset[str]:
    return frozenset(kind.value for kind in ClockKind if kind not in NEVER_PAUSED)


def _ordered(name: str, model: type[models.Model], *names: str | Column, **how: Any) -> Rows:
    """Rows of a version whose order in the file is their order."""
    return Rows(name, model, "version", _columns(model, *names), order="position", **how)


CALENDAR = Edition(
    CalendarVersion,
    "calendar",
    _columns(CalendarVersion, "time_zone"),
    (
        Rows(
            "hours",
            Hours,
            "version",
            (Weekday(_of(Hours, "weekday")), Minutes(_of(Hours, "opens")), Minutes(_of(Hours, "closes"))),
        ),
        Rows(
            "special_days",
            SpecialDay,
            "version",
            _columns(
                SpecialDay,
                *("date", "name", Minutes(_of(SpecialDay, "opens")), Minutes(_of(SpecialDay, "closes"))),
                *("is_observed", "source"),
            ),
        ),
    ),
)

POLICY = Edition(
    PolicyVersion,
    "policy",
    _columns(PolicyVersion, *SAID_BESIDE_ROWS, "note"),
    (
        Rows(
            "levels",
            Level,
            "version",
            _columns(
                Level,
                *("number", "name", "meaning", "team", "calendar", "last_resort", "dwell_minutes", "remind_minutes"),
                *("pass_on_minutes", "forget_minutes", "waits_from", "notice_budget", "needs_training"),
                "authority_limit",
            ),
        ),
        _ordered("targets", Target, "clock", "severity", "level", "plan", "calendar", "minutes", "warn_percent"),
        _ordered("cells", MatrixCell, "impact", "urgency", "tier", "severity", "level"),
        _ordered(
            "triggers",
            Trigger,
            *("condition", Parameters(_of(Trigger, "parameters")), "effect", "kind", "skill"),
            problems=condition_problem,
        ),
        _ordered("requirements", Requirement, "document", "level", "kind"),
        _ordered("communications", Communication, "group", "severity", "level", "is_urgent"),
        _ordered("roles", Role, "stage", "party", "level", "involvement", "duty"),
        _ordered("trainings", Training, "key", "title", "text", "level", "valid_days"),
    ),
)

PARTS: tuple[Part, ...] = (
    Part(
        "house_rules",
        HouseRules,
        Shape.ONE,
        _columns(HouseRules, "by_team", "needs_second_factor", "invitation_days"),
    ),
    Part("storm_brake", StormBrake, Shape.ONE, _columns(StormBrake, "climbs", "minutes", "is_on")),
    Part("groups", Group, Shape.NAMED, _columns(Group, "permissions"), key="name"),
    Part("skills", Skill, Shape.NAMED, _columns(Skill, "name")),
    Part(
        "agents",
        Agent,
        Shape.NAMED,
        (
            *_user("name", "language", "time_zone", "is_staff", "groups"),
            column(Agent, "is_active", only_new=True),
            *_columns(Agent, "job_title", "manager", "skills", "authority_limit", "authority_currency"),
        ),
        key="user__email",
        by_hand=_("has no way in yet; invite this person"),
    ),
    Part(
        "teams",
        Team,
        Shape.NAMED,
        _columns(Team, "name", "public_name"),
        rows=(
            Rows(
                "members",
                TeamMembership,
                "team",
                _columns(TeamMembership, "agent", "is_lead"),
                identity=("agent",),
                is_unique=True,
                only={"agent__is_active": True},
            ),
        ),
    ),
    Part("calendars", Calendar, Shape.NAMED, _columns(Calendar, "name"), edition=CALENDAR),
    Part(
        "rotas",
        Rota,
        Shape.NAMED,
        _columns(Rota, "time_zone", "anchor", "hands_over", "shift_days", "calendar"),
        key="team__slug",
        rows=(
            Rows(
                "members",
                RotaMember,
                "rota",
                _columns(RotaMember, "agent"),
                identity=("agent",),
                order="position",
            ),
        ),
    ),
    Part("support_plans", SupportPlan, Shape.NAMED, _columns(SupportPlan, "name")),
    Part("topics", Topic, Shape.NAMED, _columns(Topic, "name", "parent", "team", "skill", "is_offered")),
    Part(
        "pause_reasons",
        PauseReason,
        Shape.NAMED,
        _columns(
            PauseReason,
            *("name", "public_label", Words(_of(PauseReason, "stops"), allowed=_pausable), "is_active"),
        ),
    ),
    Part(
        "scripts",
        Script,
        Shape.LISTED,
        _columns(Script, "name", "topic", "level", "is_active"),
        identity=("name",),
        rows=(
            Rows(
                "lines",
                ScriptLine,
                "script",
                _columns(ScriptLine, "body", "is_active"),
                identity=("body",),
                order="position",
            ),
        ),
    ),
    Part(
        "canned_replies",
        CannedReply,
        Shape.LISTED,
        _columns(
            CannedReply,
            *("name", WithBlanks(_of(CannedReply, "text")), Language(_of(CannedReply, "language"))),
            *("topic", "team", "position", "is_active"),
        ),
        identity=("name", "language"),
    ),
    Part(
        "macros",
        Macro,
        Shape.LISTED,
        _columns(Macro, "name", "meaning", "team", "position", "is_active"),
        identity=("name",),
        rows=(
            Rows(
                "steps",
                MacroStep,
                "macro",
                _columns(MacroStep, "verb", Parameters(_of(MacroStep, "values"))),
                identity=("verb",),
                order="position",
                problems=step_problem,
            ),
        ),
    ),
    Part(
        "outside_parties",
        OutsideParty,
        Shape.NAMED,
        _columns(OutsideParty, "name", "contact", "email", "phone", "is_active"),
    ),
    Part(
        "policies",
        Policy,
        Shape.NAMED,
        _columns(Policy, "name", "owner", "position", "topics", "plans"),
        edition=POLICY,
    ),
    Part(
        "letters",
        LetterTemplate,
        Shape.LISTED,
        _columns(LetterTemplate, "kind", "reader", "language", "subject", "text", "is_active"),
        identity=("kind", "reader", "language"),
        is_unique=True,
        signed="changed_by",
    ),
    Part("allowed_hosts", AllowedHost, Shape.NAMED, _columns(AllowedHost, "note"), key="host"),
    Part(
        "mailboxes",
        Mailbox,
        Shape.NAMED,
        _columns(
            Mailbox,
            *("address", "sender_name", Addresses(_of(Mailbox, "aliases")), "takes_plus", "topic"),
            *("host", "port", "security", "username", "folder", "after", "moves_to"),
        ),
        guarded=frozenset({"host", "port", "security", "username"}),
        then={"is_active": False, "password": ""},
        by_hand=_("is switched off; enter its password, try the connection and switch it on"),
    ),
    Part(
        "endpoints",
        Endpoint,
        Shape.NAMED,
        _columns(
            Endpoint,
            *(column(Endpoint, "channel", only_new=True), Address(_of(Endpoint, "url"))),
            *(Words(_of(Endpoint, "kinds"), allowed=lambda: KINDS), "team", "agent"),
        ),
        key="name",
        guarded=frozenset({"url"}),
        then={"is_active": False},
        by_hand=_("is switched off; complete its address, make a secret for a webhook, and switch it on"),
    ),
    Part(
        "knowledge_categories",
        Category,
        Shape.NAMED,
        _columns(Category, "name", "parent", "position", "visibility"),
    ),
)

BY_MODEL: Mapping[type[models.Model], Part] = {part.model: part for part in PARTS}
FOLDED = (Agent, AllowedHost)


def new_keys() -> Keys:
    """The words of everything a file may name."""
    named = {part.model: (part.key,) for part in PARTS if part.shape is Shape.NAMED}
    return Keys({**named, Permission: ("content_type__app_label", "codename")}, FOLDED)
