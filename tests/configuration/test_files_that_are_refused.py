# ruff: noqa: E501 – a file and what is said about it stand side by side

"""Files that cannot be taken: every problem is named with its place, and nothing is changed."""

from __future__ import annotations

import re

import pytest

from escalations.actions import configuration
from escalations.actions.configuration import Unreadable
from escalations.actions.configuration.text import LARGEST, MOST_NODES
from tests.cast import Company
from tests.configuration.grounds import everything, imported, told

pytestmark = pytest.mark.django_db
HEAD = "belay_configuration: 1\n"


def refused(text: str | bytes) -> list[str]:
    """Why, after making sure that nothing has changed."""
    before = everything()
    with pytest.raises(Unreadable) as problem:
        imported(text)
    assert everything() == before
    return told(problem)


BOMB = "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(20))
HOSTILE = {
    "aliases": BOMB,
    "a reference to itself": "a: &a [*a]",
    "a tag": "a: !!python/object/apply:os.system ['true']",
    "a tag of a mapping": "a: !x {b: c}",
    "deep lists": "[" * 5_000,
    "deep mappings": "{a: " * 5_000,
    "deep blocks": "- " * 5_000,
    "many nodes": "- a\n" * (MOST_NODES + 1),
    "too large": b"x" * (LARGEST + 1),
    "binary": bytes(range(256)),
    "a picture": b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
    "another encoding": "name: Käse".encode("utf-16"),
    "zeroes": b"\x00" * 100,
    "two documents": "a: 1\n---\na: 2\n",
    "an open quotation": 'a: "b',
    "a tabulator": "a:\n\t- b",
    "a list as a name": "? [a]\n: b",
    "a character no text has": 'a: "\\0"',
    "half a character": 'a: "\\ud800"',
    "nothing": "",
    "a list": "- a",
    "a word": "configuration",
    "a number": "1",
}


@pytest.mark.parametrize("content", list(HOSTILE.values()), ids=list(HOSTILE))
def test_what_is_no_plain_yaml_of_ours_is_refused_in_words(content: str | bytes) -> None:
    assert refused(content)


def test_the_line_of_bad_yaml_is_named() -> None:
    [said] = refused(HEAD + "skills:\n  sql: [\n")
    assert said.startswith("This is not readable as YAML: ")
    assert re.search(r"\(line \d\)$", said)


@pytest.mark.parametrize(
    "first", ["", "belay_configuration: 2\n", "belay_configuration: '1'\n", "belay_configuration: true\n"]
)
def test_another_format_is_refused(first: str) -> None:
    [said] = refused(first + "skills: {}\n")
    assert said.startswith("belay_configuration: This Belay reads “belay_configuration: 1”")


WRONG = {
    "cats: {}": "cats: Nothing of this name stands here.",
    "skills: {sql: {name: A, colour: red}}": "skills.sql.colour: Nothing of this name stands here. Known are: name.",
    "skills: {sql: {name: A}, sql: {name: B}}": "skills.sql: This stands here twice; keep one of the two.",
    "skills: {sql: {name: A}, 'a b': {name: B}}": "skills.a b: Enter a valid “slug”",
    "skills: [sql]": "skills: Write names with their values here",
    "skills: {sql: name}": "skills.sql: Write names with their values here",
    "skills: {sql: {}}": "skills.sql.name: This is missing.",
    "skills: {sql: {name: 5}}": "skills.sql.name: Write a text here",
    "skills: {sql: {name: null}}": "skills.sql.name: This must not be empty.",
    "skills: {sql: {name: ''}}": "skills.sql.name: This field cannot be blank.",
    f"skills: {{sql: {{name: {'x' * 81}}}}}": "skills.sql.name: Ensure this value has at most 80 characters",
    "house_rules: {by_team: yes}": "house_rules.by_team: Write true or false here.",
    "house_rules: {invitation_days: 99}": "house_rules.invitation_days: Ensure this value is less than or equal to 60.",
    "house_rules: {invitation_days: '7'}": "house_rules.invitation_days: Write a whole number here.",
    "house_rules: {invitation_days: true}": "house_rules.invitation_days: Write a whole number here.",
    "house_rules: [7]": "house_rules: Write names with their values here",
    "groups: {Lookers: {permissions: [escalations.fly]}}": "groups.Lookers.permissions: There is no permission “escalations.fly”.",
    "agents: {nobody: {name: N}}": "agents.nobody: Enter a valid email address.",
    "agents: {n@x.example: {name: N, time_zone: Mars}}": "agents.n@x.example.time_zone: “Mars” is no time zone of today",
    "agents: {n@x.example: {name: N, manager: n@x.example}}": "agents.n@x.example.manager: This goes in a circle",
    "agents: {n@x.example: {name: N}, N@x.example: {name: M}}": "agents: Two of these are the same but for capital letters",
    "teams: {t: {name: T, public_name: T, members: [{agent: x@y.example}]}}": "teams.t.members[1].agent: There is no agent “x@y.example”.",
    "rotas: {t: {anchor: '2026-01-05', hands_over: '09:00'}}": "rotas.t: There is no team “t”.",
    "topics: {a: {name: A, parent: b}, b: {name: B, parent: a}}": "topics.a.parent: This goes in a circle: a → b → a.",
    "pause_reasons: {w: {name: W, public_label: W, stops: [triage]}}": "pause_reasons.w.stops: “triage” is not among what can stand here.",
    "pause_reasons: {w: {name: W, public_label: W, stops: 5}}": "pause_reasons.w.stops: Write a list here",
    "calendars: {c: {name: C, hours: []}}": "calendars.c.time_zone: This is missing.",
    "calendars: {c: {name: C, time_zone: UTC, hours: [{weekday: 1, opens: '09:00', closes: '17:00'}]}}": "calendars.c.hours[1].weekday: Write one of: monday",
    "calendars: {c: {name: C, time_zone: UTC, hours: [{weekday: monday, opens: 9, closes: '17:00'}]}}": "calendars.c.hours[1].opens: Write a time such as 09:00",
    "calendars: {c: {name: C, time_zone: UTC, hours: [{weekday: monday, opens: '09:00', closes: '08:00'}]}}": "calendars.c.hours[1].closes: Closing comes after opening",
    "calendars: {c: {name: C, time_zone: UTC, special_days: [{date: 2026-02-30, name: N}]}}": "calendars.c.special_days[1].date: There is no such day.",
    "letters: [{kind: case.flew, reader: staff, language: en, subject: S, text: T}]": "letters[1].kind: There is no such letter",
    "letters: [{kind: case.opened, reader: staff, language: en, subject: '{{ secret_key }}', text: T}]": "letters[1].subject: ",
    "mailboxes: {m: {address: m@x.example, aliases: [m]}}": "mailboxes.m.aliases: “m” is no e-mail address.",
    "mailboxes: {m: {address: m@x.example, after: move}}": "mailboxes.m: Name the folder that mails are moved to.",
    "endpoints: {e: {channel: webhook, url: 'ftp://x.example/'}}": "endpoints.e.url: ",
    "endpoints: {e: {channel: webhook, url: 'http://10.0.0.5/'}}": "endpoints.e.url: This is a private address.",
    "endpoints: {e: {channel: webhook, url: 'https://x.example/', kinds: [case.flew]}}": "endpoints.e.kinds: “case.flew” is not among",
    "knowledge_categories: {search: {name: S}}": "knowledge_categories.search.slug: The help center uses this short name itself",
}


@pytest.mark.parametrize(("text", "said"), list(WRONG.items()), ids=range(len(WRONG)))
def test_a_problem_is_named_with_its_place(text: str, said: str) -> None:
    found = refused(HEAD + text)
    assert any(each.startswith(said) for each in found), found


POLICY = """\
policies:
  standard:
    name: Standard
    levels:
      - {number: 1, name: Front, meaning: Looks, team: front, calendar: office, last_resort: eva@belay.example}
      - number: 2
        name: Experts
        meaning: Solve
        team: x
        calendar: office
        last_resort: eva@belay.example
    triggers:
      - {condition: clock_breached, parameters: {clock: lunch}}
      - {condition: tier, parameters: {of: [1]}}
"""


def test_every_problem_of_a_file_is_named_at_once_with_its_line(company: Company) -> None:
    found = refused(HEAD + POLICY + "skills: {sql: {}}\n")
    assert found[0] == "policies.standard.levels[2].team: There is no team “x”. (line 10)"
    assert [said.partition(": ")[0] for said in found[1:]] == [
        "policies.standard.triggers[1].parameters",
        "policies.standard.triggers[2].parameters",
        "skills.sql.name",
    ]


def test_what_only_the_database_knows_is_named_as_well(company: Company) -> None:
    text = "teams: {a: {name: Front line, public_name: A}, b: {name: Executives, public_name: B}}\n"
    found = refused(HEAD + text)
    assert [said.partition(": ")[0] for said in found] == ["teams.a.name", "teams.b.name"]


def test_a_circle_by_way_of_rows_the_file_does_not_name_is_refused(company: Company) -> None:
    imported(HEAD + "topics: {a: {name: A, parent: metering}}\n")
    assert refused(HEAD + "topics: {metering: {parent: a}}\n") == [
        "topics.metering.parent: This goes in a circle; choose another one. (line 2)"
    ]


def test_who_takes_turns_is_a_member_of_the_team(company: Company) -> None:
    rota = "rotas: {front: {anchor: '2026-01-05', hands_over: '09:00', members: [{agent: eva@belay.example}]}}\n"
    assert refused(HEAD + rota)[0].startswith("rotas.front.members[1].agent: Whoever takes turns is a member")


def test_deactivating_somebody_is_no_matter_of_a_file(company: Company) -> None:
    [said] = refused(HEAD + "agents: {ben@belay.example: {is_active: false}}\n")
    assert said.startswith("agents.ben@belay.example.is_active: This is changed on its own page")


def test_a_customer_does_not_become_a_colleague_by_a_file(company: Company) -> None:
    [said] = refused(HEAD + "agents: {ida@customer.example: {name: Ida}}\n")
    assert said.startswith("agents.ida@customer.example: This address is that of a customer")


def test_the_largest_file_that_is_taken_is_read(company: Company) -> None:
    text = configuration.exported()
    padded = text + "#" * (LARGEST - len(text.encode()))
    assert not imported(padded).anything
