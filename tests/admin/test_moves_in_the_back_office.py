"""Administrators move cases to a newer version: one, a few or all, never without having seen what would change."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from escalations.actions import handling, moving, resolution, triage
from escalations.admin import move_preview, moves
from escalations.engine import housekeeping
from escalations.models import Case, Clock, PolicyVersion, VersionMove
from escalations.rules.vocabulary import ClockKind, Elapsed, Outcome
from tests.actions.soundness import everything, is_sound
from tests.admin.forms import filled
from tests.cast import MONDAY, Company
from tests.policies import builders
from tests.policies.newer import minutes, newer

pytestmark = pytest.mark.django_db

BEGIN = "/admin/escalations/versionmove/begin/"
LIST = "/admin/escalations/case/"


@pytest.fixture
def administrator(company: Company) -> Client:
    client = Client()
    client.force_login(company.administrator)
    return client


def of_case(case: Case) -> str:
    return reverse("admin:escalations_case_change", args=[case.pk])


def of_version(version: PolicyVersion) -> str:
    return reverse("admin:escalations_policyversion_change", args=[version.pk])


def text(answer: Any) -> str:
    """What a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def said(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def looked(client: Client, elapsed: str = "carry", **which: Any) -> Any:
    """The page that asks, with everything its form would send."""
    return client.get(BEGIN, {**which, "look": 1, "elapsed": elapsed})


def confirm(client: Client, answer: Any, **other: Any) -> Any:
    """Sends the form of the preview."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.content.decode())
    data: dict[str, Any] = {}
    for name, value in found:
        data.setdefault(name, []).append(value)
    data.pop("csrfmiddlewaretoken", None)
    return client.post(BEGIN, {**data, **other})


def versions(*cases: Case) -> list[int]:
    return [Case.objects.get(pk=case.pk).policy_version.number for case in cases]


# -- all open cases of a policy ----------------------------------------------------------------------------


def test_a_published_version_says_how_many_cases_follow_older_ones_and_leads_to_moving_them(
    administrator: Client, company: Company
) -> None:
    company.open()
    company.open()
    version = newer(company)
    company.open()
    shown = administrator.get(of_version(version))
    assert "1 open case follows this version. 2 open cases follow older ones." in text(shown)
    assert f"{BEGIN}?version={version.pk}" in shown.content.decode()
    answer = administrator.get(of_version(version).replace("change/", "move-cases/"))
    assert answer["Location"] == f"{BEGIN}?version={version.pk}"
    old = text(administrator.get(of_version(company.version)))
    assert "2 open cases follow this version." in old
    assert "Move cases here" not in old


def test_nothing_is_chosen_beforehand_and_going_on_without_choosing_says_so(
    administrator: Client, company: Company
) -> None:
    company.open()
    version = newer(company)
    asked = administrator.get(BEGIN, {"version": version.pk})
    assert "checked" not in asked.content.decode()
    again = administrator.get(BEGIN, {"version": version.pk, "look": 1})
    assert "Choose what becomes of the time that has passed." in text(again)
    assert "Show what would change" in text(again)


def test_all_open_cases_are_ordered_after_a_preview_and_the_page_of_the_order_says_how_far_it_is(
    administrator: Client, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "BATCH", 2)
    monkeypatch.setattr(housekeeping, "MOVING_ROUNDS", 1)
    cases = [company.open() for _number in range(3)]
    high = company.open()
    agent = company.agent.standing
    triage.triage(case=high, actor=agent, at=MONDAY, severity=2, level=3, reason="Billing stands.")
    version = newer(company, minutes(ClockKind.RESOLUTION, 60), lambda draft: draft.levels.filter(number=4).delete())
    triage.triage(case=high, actor=agent, at=MONDAY, severity=2, level=4, reason="Billing stands.")
    before = everything()
    preview = looked(administrator, "restart", version=version.pk)
    assert everything() == before
    assert not VersionMove.objects.exists()
    answer = confirm(administrator, preview)
    given = VersionMove.objects.get()
    assert (given.version, given.elapsed, given.ordered_by) == (version, "restart", company.administrator)
    assert answer["Location"] == reverse("admin:escalations_versionmove_change", args=[given.pk])
    page = answer["Location"]
    assert "Waiting for the engine" in text(administrator.get(page))
    assert "4 cases are still to be moved" in text(administrator.get(page))
    housekeeping.move_cases(timezone.now())
    assert "In progress. 2 cases are still to be moved" in text(administrator.get(page))
    housekeeping.move_cases(timezone.now())
    housekeeping.move_cases(timezone.now())
    done = administrator.get(page)
    assert "Finished. 3 cases follow Standard 2 now." in text(done)
    assert "lacks the level" in text(done)
    assert of_case(high) in done.content.decode()
    assert versions(*cases, high) == [2, 2, 2, 1]
    listed = administrator.get(reverse("admin:escalations_versionmove_changelist"))
    assert listed.status_code == 200
    assert "finished" in text(listed)


def test_a_second_order_leads_to_the_one_that_is_under_way(administrator: Client, company: Company) -> None:
    company.open()
    version = newer(company)
    preview = looked(administrator, version=version.pk)
    first = confirm(administrator, preview)
    second = confirm(administrator, preview)
    assert second["Location"] == first["Location"]
    assert "being moved already" in said(second)
    assert VersionMove.objects.count() == 1


def test_an_order_that_was_stopped_says_why(administrator: Client, company: Company) -> None:
    company.open()
    given = moving.order(version=newer(company), elapsed=Elapsed.CARRY, by=company.administrator, at=timezone.now())
    newer(company)
    housekeeping.move_cases(timezone.now())
    page = text(administrator.get(reverse("admin:escalations_versionmove_change", args=[given.pk])))
    assert "Stopped. Standard 2 was retired after 0 cases; the others stay where they are." in page


def test_without_a_choice_the_published_versions_are_offered_with_how_many_cases_wait(
    administrator: Client, company: Company
) -> None:
    case = company.open()
    version = newer(company)
    shown = administrator.get(BEGIN)
    assert "Standard 2 1 Move cases to Standard 2" in text(shown)
    resolution.resolve(
        case=case, actor=company.agent.standing, at=MONDAY, outcome=Outcome.SOLVED, text="It runs again."
    )
    assert "Standard 2 0 nothing to move" in text(administrator.get(BEGIN))
    nothing = administrator.get(BEGIN, {"version": version.pk})
    assert "There is nothing to move." in text(nothing)
    assert "Show what would change" not in text(nothing)


# -- the preview -------------------------------------------------------------------------------------------


def numbers(answer: Any) -> dict[str, int]:
    preview = answer.context["preview"]
    return {
        "moving": preview.moving,
        "stuck": preview.stuck.total,
        "missed": preview.missed.total,
        "otherwise": preview.counts["due_otherwise"],
        "paused": preview.counts["paused"],
    }


def test_the_preview_counts_what_the_rows_say_after_the_move(administrator: Client, company: Company) -> None:
    now, agent = timezone.now(), company.agent.standing
    late, fresh, waiting = company.open(at=now - timedelta(days=40)), company.open(at=now), company.open(at=now)
    handling.reply(case=waiting, actor=agent, at=now, text="Which version?")
    wake_at = now + timedelta(days=3)
    handling.hold(case=waiting, actor=agent, at=now, reason=company.waiting, wake_at=wake_at)
    version = newer(company, minutes(ClockKind.RESOLUTION, 5_000), minutes(ClockKind.FIRST_RESPONSE, 90), at=now)
    shown = looked(administrator, version=version.pk)
    assert numbers(shown) == {"moving": 3, "stuck": 0, "missed": 0, "otherwise": 2, "paused": 1}
    before = dict(Clock.objects.filter(case=fresh).values_list("kind", "due_at"))
    rows = shown.context["preview"].changes.rows
    assert {row.shift.kind.value: row.shift.before for row in rows if row.case == fresh} == before
    confirm(administrator, shown)
    housekeeping.move_cases(now)
    after = dict(Clock.objects.filter(case=fresh).values_list("kind", "due_at"))
    assert {row.shift.kind.value: row.shift.after for row in rows if row.case == fresh} == after
    assert Clock.objects.filter(case=waiting, state="paused").count() == 1
    assert Clock.objects.filter(case=late, breached_at__isnull=False, ended_at=None).count() == 2


def test_a_clock_that_would_be_missed_at_once_is_listed_with_its_case_and_both_instants(
    administrator: Client, company: Company
) -> None:
    now = timezone.now()
    case = company.open(at=now - timedelta(days=40))
    handling.reply(case=case, actor=company.agent.standing, at=now - timedelta(days=40), text="We look at it.")
    newer(company, minutes(ClockKind.RESOLUTION, 1_000_000), at=now)
    assert confirm(administrator, looked(administrator, "carry", case=[case.pk])).status_code == 302
    was = Clock.objects.get(case=case, kind="resolution", ended_at=None)
    assert was.breached_at is None
    short = newer(company, minutes(ClockKind.RESOLUTION, 60), at=now)
    shown = looked(administrator, version=short.pk)
    assert numbers(shown)["missed"] == 1
    (line,) = shown.context["preview"].missed.rows
    assert (line.case, line.shift.before, line.shift.after) == (case, was.due_at, shown.context["preview"].at)
    assert f"{case.reference} {case.subject} Resolution" in text(shown)
    assert of_case(case) in shown.content.decode()


def test_more_cases_than_are_computed_are_said_to_be_left_out(
    administrator: Client, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moves, "LOOKED_AT", 3)
    monkeypatch.setattr(move_preview, "LISTED", 2)
    for _number in range(5):
        company.open()
    version = newer(company, minutes(ClockKind.RESOLUTION, 60))
    shown = looked(administrator, "restart", version=version.pk)
    assert numbers(shown)["moving"] == 3
    assert "Looked at: the 3 cases that are due first. The other 2 would move as well" in text(shown)
    assert "1 more is not listed here." in text(shown)
    assert "5 open cases" in text(shown)
    confirm(administrator, shown)
    housekeeping.move_cases(timezone.now())
    assert VersionMove.objects.get().moved == 5


def test_a_preview_that_is_too_old_is_shown_again_and_nothing_is_done(administrator: Client, company: Company) -> None:
    case = company.open()
    version = newer(company)
    before = everything()
    for seen_at in ((timezone.now() - timedelta(minutes=16)).isoformat(), "", "yesterday", "2026-03-02T08:00:00"):
        answer = confirm(administrator, looked(administrator, version=version.pk), seen_at=seen_at)
        assert answer.status_code == 200
        assert "look at what would change now, and confirm again" in text(answer)
    answer = confirm(administrator, looked(administrator, case=[case.pk]), key="'; DROP TABLE")
    assert answer.status_code == 200
    assert everything() == before
    assert not VersionMove.objects.exists()


def test_the_pages_ask_as_often_for_a_hundred_cases_as_for_ten(administrator: Client, company: Company) -> None:
    for _number in range(10):
        company.open()
    version = newer(company, minutes(ClockKind.RESOLUTION, 60))
    looked(administrator, version=version.pk)
    with CaptureQueriesContext(connection) as ten:
        looked(administrator, version=version.pk)
    keys = [company.open().pk for _number in range(90)]
    Case.objects.filter(pk__in=keys).update(policy_version=company.version)
    with CaptureQueriesContext(connection) as hundred:
        shown = looked(administrator, version=version.pk)
    assert numbers(shown)["moving"] == 100
    assert len(hundred) == len(ten)
    assert len(ten) <= 12


# -- one case, or a few ------------------------------------------------------------------------------------


def test_chosen_cases_are_moved_at_once_and_each_is_said_to_be_moved_or_why_not(
    administrator: Client, company: Company
) -> None:
    first, second, solved = company.open(), company.open(), company.open()
    resolution.resolve(
        case=solved, actor=company.agent.standing, at=MONDAY, outcome=Outcome.SOLVED, text="It runs again."
    )
    version = newer(company, minutes(ClockKind.RESOLUTION, 60))
    there = company.open()
    keys = [case.pk for case in (first, second, solved, there)]
    chosen = administrator.post(LIST, {"action": "move_selected", "_selected_action": keys})
    assert chosen["Location"] == f"{BEGIN}?{'&'.join(f'case={key}' for key in keys)}"
    preview = looked(administrator, "restart", case=keys)
    assert numbers(preview)["stuck"] == 2
    assert "Move 2 cases now" in text(preview)
    answer = confirm(administrator, preview)
    assert answer["Location"] == LIST
    assert f"2 cases follow Standard 2 now: {first.reference}, {second.reference}." in said(answer)
    assert f"{solved.reference}: This case is solved and its clocks have ended" in said(answer)
    assert f"{there.reference}: This case is on that version already." in said(answer)
    assert versions(first, second, solved, there) == [2, 2, 1, 2]
    for case in (first, second):
        event = case.events.get(kind="case.moved")
        assert (event.actor, event.on_behalf_of) == (company.administrator.code, "")
        is_sound(case)
    assert version.moves.count() == 0


def test_a_form_sent_twice_moves_each_case_once(administrator: Client, company: Company) -> None:
    case = company.open()
    newer(company)
    preview = looked(administrator, case=[case.pk])
    confirm(administrator, preview)
    before = everything()
    again = confirm(administrator, preview)
    assert everything() == before
    assert f"{case.reference} follows Standard 2 now." in said(again)
    assert case.events.filter(kind="case.moved").count() == 1


def test_one_case_is_moved_from_its_page_and_shown_there_again(administrator: Client, company: Company) -> None:
    case = company.open()
    assert "Move to a newer version" not in text(administrator.get(of_case(case)))
    newer(company)
    assert "Move to a newer version" in text(administrator.get(of_case(case)))
    offered = administrator.get(of_case(case).replace("change/", "move/"))
    assert offered["Location"] == f"{BEGIN}?case={case.pk}"
    answer = confirm(administrator, looked(administrator, case=[case.pk]))
    assert answer["Location"] == of_case(case)
    assert versions(case) == [2]
    assert "Move to a newer version" not in text(administrator.get(of_case(case)))


def test_a_poisoned_case_among_the_chosen_stops_none_of_the_others(
    administrator: Client, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = company.open(), company.open()
    newer(company)
    preview = looked(administrator, case=[first.pk, second.pk])
    whole = PolicyVersion.procedure
    calls: list[datetime] = []

    def once(version: PolicyVersion) -> Any:
        calls.append(timezone.now())
        if len(calls) == 1:
            raise ZeroDivisionError
        return whole(version)

    with monkeypatch.context() as patched:
        patched.setattr(PolicyVersion, "procedure", once)
        answer = confirm(administrator, preview)
    assert f"{first.reference}: Something is wrong with this case" in said(answer)
    assert f"{second.reference} follows Standard 2 now." in said(answer)
    assert versions(first, second) == [1, 2]


def test_cases_of_several_policies_go_each_to_the_version_of_its_own(administrator: Client, company: Company) -> None:
    case = company.open()
    newer(company)
    firm = builders.company()
    other = builders.published(firm)
    foreign = company.open()
    Case.objects.filter(pk=foreign.pk).update(policy_version=other)
    shown = looked(administrator, case=[case.pk, foreign.pk])
    assert numbers(shown)["moving"] == 1
    assert f"1 case to {other} : {foreign.reference}" in text(shown)
    assert f"1 case to Standard 2 : {case.reference}" in text(shown)


def test_a_case_whose_policy_has_nothing_published_stays(administrator: Client, company: Company) -> None:
    case = company.open()
    PolicyVersion.objects.filter(pk=company.version.pk).update(state="retired", retired_at=MONDAY)
    shown = looked(administrator, case=[case.pk])
    assert "no published version at present" in text(shown)
    assert "Move 0" not in text(shown)
    before = everything()
    confirm(administrator, shown)
    assert everything() == before


def test_more_than_fifty_cases_are_sent_to_the_page_for_all(administrator: Client, company: Company) -> None:
    first = company.open()
    for number in range(50):
        first.pk, first.uid, first._state.adding = None, f"case{number}", True
        first.save(force_insert=True)
    keys = list(Case.objects.values_list("pk", flat=True))
    answer = administrator.post(LIST, {"action": "move_selected", "_selected_action": keys})
    assert answer["Location"].startswith(LIST)
    assert "Choose 50 cases at most" in said(answer)
    assert administrator.get(BEGIN, {"case": keys}).status_code == 404


NONSENSE: list[dict[str, Any]] = [
    {"version": "0"},
    {"version": "x'"},
    {"version": ""},
    {"case": "x"},
    {"case": "0"},
    {"case": ""},
    {"case": "99999999999999999999999"},
    {"version": "99999999999999999999999"},
]


@pytest.mark.parametrize("asked", NONSENSE, ids=str)
def test_nonsense_in_the_address_is_no_error_page(
    administrator: Client, company: Company, asked: dict[str, Any]
) -> None:
    company.open()
    assert administrator.get(BEGIN, asked).status_code == 404
    assert administrator.post(BEGIN, asked).status_code == 404


def test_a_version_that_is_not_published_takes_no_cases(administrator: Client, company: Company) -> None:
    company.open()
    newer(company)
    assert administrator.get(BEGIN, {"version": company.version.pk}).status_code == 404
    assert administrator.get(of_version(company.version).replace("change/", "move-cases/")).status_code == 403


# -- who may -----------------------------------------------------------------------------------------------


def somebody(*rights: str) -> Client:
    person = builders.user("Rita Reader", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client()
    client.force_login(person)
    return client


def test_who_may_not_change_versions_is_refused_on_every_way_and_offered_none(
    administrator: Client, company: Company, client: Client
) -> None:
    case = company.open()
    version = newer(company)
    given = moving.order(version=version, elapsed=Elapsed.CARRY, by=company.administrator, at=MONDAY)
    preview = looked(administrator, version=version.pk)
    one = looked(administrator, case=[case.pk])
    before = everything()
    reader = somebody("view_policyversion", "view_case", "view_policy")
    routes = [
        f"{BEGIN}",
        f"{BEGIN}?version={version.pk}&look=1&elapsed=carry",
        f"{BEGIN}?case={case.pk}",
        of_version(version).replace("change/", "move-cases/"),
        of_case(case).replace("change/", "move/"),
        reverse("admin:escalations_versionmove_change", args=[given.pk]),
        reverse("admin:escalations_versionmove_changelist"),
    ]
    for route in routes:
        assert reader.get(route).status_code == 403, route
        assert reader.post(route).status_code == 403, route
        assert reverse("admin:login") in client.get(route)["Location"], route
    assert confirm(reader, preview).status_code == 403
    assert confirm(reader, one).status_code == 403
    reader.post(LIST, {"action": "move_selected", "_selected_action": [case.pk]})
    for page in (of_version(version), of_case(case), LIST, reverse("admin:index")):
        shown = reader.get(page)
        assert shown.status_code == 200
        assert "Move to a newer version" not in text(shown)
        assert "Move cases here" not in text(shown)
        assert "Moves to a version" not in text(shown)
    assert everything() == before
    assert VersionMove.objects.count() == 1


def test_who_may_look_at_moves_only_looks(company: Company) -> None:
    company.open()
    given = moving.order(version=newer(company), elapsed=Elapsed.CARRY, by=company.administrator, at=MONDAY)
    reader = somebody("view_versionmove")
    shown = reader.get(reverse("admin:escalations_versionmove_change", args=[given.pk]))
    assert "Waiting for the engine" in text(shown)
    listed = reader.get(reverse("admin:escalations_versionmove_changelist"))
    assert BEGIN not in listed.content.decode()
    assert reader.get(BEGIN).status_code == 403


def test_who_may_change_versions_moves_without_seeing_what_cases_are_about(company: Company) -> None:
    case = company.open(at=timezone.now())
    version = newer(company, minutes(ClockKind.RESOLUTION, 60))
    keeper = somebody("change_policyversion", "view_policyversion")
    shown = looked(keeper, version=version.pk)
    assert case.reference in text(shown)
    assert case.subject not in text(shown)
    assert of_case(case) not in shown.content.decode()
    assert confirm(keeper, shown).status_code == 302
    assert "Moves to a version" in text(keeper.get(reverse("admin:index")))


# -- what a corrected severity does --------------------------------------------------------------------------


def test_a_draft_asks_what_a_corrected_severity_does_and_explains_it(administrator: Client, company: Company) -> None:
    newer(company)
    administrator.post(
        reverse("admin:escalations_policy_change", args=[company.policy.pk]).replace("change/", "new-draft/")
    )
    draft = PolicyVersion.objects.get(state="draft")
    shown = administrator.get(of_version(draft))
    assert "Carry the time over: 1 h is left. Begin again: 2 h are left." in text(shown)
    data = filled(administrator, of_version(draft))
    assert data["on_severity"] == "carry"
    assert administrator.post(of_version(draft), {**data, "on_severity": "restart"}).status_code == 302
    draft.refresh_from_db()
    assert draft.on_severity == "restart"
    assert "begin again" in text(administrator.get(of_version(draft)))
    wrong = administrator.post(of_version(draft), {**data, "on_severity": "sometimes"})
    assert "on_severity" in wrong.context["adminform"].form.errors
