"""Draws who may do what from the code: `python -m tests.rights.table` writes docs/roles.md anew."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from escalations.models import words  # noqa: E402
from escalations.rules.permits import CHECKS  # noqa: E402
from escalations.rules.roles import GRANTS, NEEDS, Office, StaffRole, needs  # noqa: E402
from escalations.rules.standing import Right  # noqa: E402

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "roles.md"

INTRODUCTION = """# Roles and rights

The tables of this page are drawn from `escalations/rules/roles.py` by `python -m tests.rights.table`; a test compares
them with the code.

What a person may do follows from three things: whether they work here (an active **Agent**) or are a customer, what
their **roles** give, and where the case is: whose team has it, who answers for it, who was asked. A role never opens
what the case does not: a manager does not acknowledge the escalation of another team. And nothing stands in for a
role: a deputy needs the right for what they do in the place of somebody else.

A role is a group of the sign-in with permissions. An administrator ticks roles on the page of an agent; several roles
give what any of them gives. An installation may change what a group holds, or make groups of its own: what counts are
the permissions. Whoever has no role can do nothing, and is told so.

Customers need no role; what they see and do follows from their organizations and cases (docs/decisions/0005).
"""

SEEDING = """## How the roles come in

`manage.py run --prepare` and `manage.py seed_roles` make the groups that are missing. They give a role to every agent
who has none, by the highest level of a published version at which a team of theirs works: 4 and above executive, 3
manager, then lead for whoever leads a team, 2 specialist, else agent. Both can be run again at any time: they take
nothing away, and what an administrator changed in a group stays – except that administrator and auditor learn the pages
that came with a newer Belay. **After an upgrade from a Belay without roles run `manage.py seed_roles` once**, before
people come back to work: until then nobody has a right.

Only administrators give roles, nobody their own; the role of a superuser is given by superusers alone. A superuser has
every right. With the first role of the back office somebody may enter it, with the last one that ends.
"""

ROUTING = """## Nobody gets what their role cannot take

Routing passes over people whose role does not let them take what is routed – above the lowest level that is
`receive_escalations`, for a question to decide `decide` as well – and the journal names them among those passed over.
If nobody with the right is there, not even as the last resort, somebody without it gets the case all the same rather
than nobody, and the administrators are told at once. The daily look at the paths (`/desk/paths/`) names levels
whose team or last resort lacks the right. At the lowest level escalations that came down are daily work:
`work_on_cases` is enough.
"""

BESIDE = """## What else needs a right

| what | needs |
| --- | --- |
| open a case for a customer | `work_on_cases` |
| put the cases of a customer into one hand (account escalation) | `work_on_cases` |
| have them in hand | `receive_escalations` |
| steer it afterwards: its manager, a deputy, an administrator | `work_on_cases` |
| say when oneself is away, how one is told | any right to do something |
| say when somebody else is away | `lead_people`, or the permission of the back office to change absences |
| decide about a storm | `lead_people` |
| confirm the paths of a policy | to own it and any right to do something, or the permission to change policies |
| be given a case or a step of a plan | `work_on_cases` |
| be asked to decide | `decide` |
| see the product as somebody else | `see_as_others` |
"""


def document() -> str:
    parts = [INTRODUCTION, *_roles(), SEEDING, *_verbs(), BESIDE, ROUTING]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def may(role: StaffRole, right: Right) -> bool:
    return right in GRANTS[role].rights


def _roles() -> Iterator[str]:
    head = "| role | " + " | ".join(f"`{right}`" for right in Right) + " | back office |"
    rule = "| --- |" + " --- |" * (len(Right) + 1)
    office = {Office.CLOSED: "–", Office.READ: "reads all", Office.ALL: "all"}
    rows = [
        f"| {role} | "
        + " | ".join("yes" if may(role, right) else "–" for right in Right)
        + f" | {office[GRANTS[role].office]} |"
        for role in StaffRole
    ]
    said = "\n".join(f"- `{right}`: {words.RIGHTS[right]}" for right in Right)
    yield "## What a role gives\n\n" + "\n".join([head, rule, *rows]) + "\n\n" + said + "\n"


def _verbs() -> Iterator[str]:
    head = "| verb | needs | at the lowest level | " + " | ".join(role.value for role in StaffRole) + " |"
    rule = "| --- | --- | --- |" + " --- |" * len(StaffRole)
    rows = []
    for verb in CHECKS:
        if verb not in NEEDS:
            continue
        needed, below = NEEDS[verb], needs(verb, lowest=True) or NEEDS[verb]
        marks = " | ".join(_mark(role, needed, below) for role in StaffRole)
        rows.append(f"| {verb} | `{needed}` | {'the same' if below == needed else f'`{below}`'} | {marks} |")
    said = "“below”: at the lowest level only. What only customers do (confirm, rate, ask) needs no role."
    yield "## What each verb needs\n\n" + said + "\n\n" + "\n".join([head, rule, *rows]) + "\n"


def _mark(role: StaffRole, needed: Right, below: Right) -> str:
    if may(role, needed):
        return "yes"
    return "below" if may(role, below) else "–"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
