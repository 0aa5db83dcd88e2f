"""Drafts are edited and published in the back office; what was published is looked at and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.db import models
from django.test import Client
from django.urls import reverse

from escalations.actions import policies
from escalations.models import (
    CalendarVersion,
    Hours,
    Level,
    MatrixCell,
    PolicyVersion,
    SpecialDay,
    Target,
    Trigger,
    VersionState,
)
from tests.admin.forms import add_row, filled
from tests.policies import builders
from tests.policies.builders import AT, LATER, Company

ROWS: list[type[models.Model]] = [Level, Target, MatrixCell, Trigger, Hours, SpecialDay]


def page(version: PolicyVersion | CalendarVersion, name: str = "change") -> str:
    return reverse(f"admin:escalations_{version._meta.model_name}_{name}", args=[version.pk])


def act(row: models.Model, verb: str) -> str:
    return reverse(f"admin:escalations_{row._meta.model_name}_change", args=[row.pk]).replace("change/", f"{verb}/")


def everything() -> list[Any]:
    kinds: list[type[models.Model]] = [PolicyVersion, CalendarVersion, *ROWS]
    return [list(model._default_manager.order_by("pk").values()) for model in kinds]


def said(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


# -- published ---------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["policy", "calendar"])
def on_record(request: pytest.FixtureRequest, firm: Company) -> PolicyVersion | CalendarVersion:
    running = builders.published(firm)
    return running if request.param == "policy" else firm.hours


def test_the_page_of_a_published_version_has_no_form_to_fill(
    administrator: Client, on_record: PolicyVersion | CalendarVersion
) -> None:
    answer = administrator.get(page(on_record))
    assert answer.status_code == 200
    assert not answer.context["has_change_permission"]
    assert [
        inline.formset.prefix for inline in answer.context["inline_admin_formsets"] if inline.has_add_permission
    ] == []


def test_a_published_version_is_not_changed_by_post(
    administrator: Client, on_record: PolicyVersion | CalendarVersion
) -> None:
    before = everything()
    data = {"note": "mine", "confirm_days": 9, "time_zone": "UTC"}
    for prefix in ("levels", "targets", "cells", "triggers", "hours", "special_days"):
        data |= {f"{prefix}-TOTAL_FORMS": 1, f"{prefix}-INITIAL_FORMS": 0, f"{prefix}-0-number": 3}
    data |= {"hours-0-weekday": 6, "hours-0-opens": "09:00", "hours-0-closes": "10:00"}
    assert administrator.post(page(on_record), data).status_code == 403
    assert everything() == before


def test_a_published_version_is_not_deleted_by_post(
    administrator: Client, on_record: PolicyVersion | CalendarVersion
) -> None:
    before = everything()
    assert administrator.post(page(on_record, "delete"), {"post": "yes"}).status_code == 403
    many = reverse(f"admin:escalations_{on_record._meta.model_name}_changelist")
    administrator.post(many, {"action": "delete_selected", "_selected_action": [on_record.pk], "post": "yes"})
    assert everything() == before


def test_versions_are_not_added_by_hand(administrator: Client, firm: Company) -> None:
    before = everything()
    for name in ("policyversion", "calendarversion"):
        address = reverse(f"admin:escalations_{name}_add")
        assert administrator.get(address).status_code == 403
        assert administrator.post(address, {"number": 9, "time_zone": "UTC"}).status_code == 403
    assert everything() == before


def test_a_draft_published_meanwhile_is_not_saved_any_more(administrator: Client, firm: Company) -> None:
    version = builders.draft(firm)
    data = filled(administrator, page(version)) | {"note": "too late", "levels-0-name": "Too late"}
    policies.publish_written_by_program(version=version, by=firm.admin, at=LATER)
    before = everything()
    assert administrator.post(page(version), data).status_code == 403
    assert everything() == before


# -- drafts ------------------------------------------------------------------------------------------------------------


def test_saving_a_draft_untouched_changes_nothing(administrator: Client, firm: Company) -> None:
    version = builders.draft(firm)
    hours = policies.new_calendar_draft(calendar=firm.office, by=firm.admin, at=LATER)
    before = everything()
    for draft in (version, hours):
        assert administrator.post(page(draft), filled(administrator, page(draft))).status_code == 302
    assert everything() == before


def test_a_draft_gets_new_rows_at_the_end_and_in_between(administrator: Client, firm: Company) -> None:
    version = builders.draft(firm)
    data = filled(administrator, page(version))
    add_row(data, "cells", position="", impact="low", urgency="", tier="", severity=4, level=1)
    add_row(data, "cells", position="2", impact="high", urgency="", tier="", severity=2, level=1)
    assert administrator.post(page(version), data).status_code == 302
    cells = version.cells.values_list("position", "impact", "severity")
    assert list(cells) == [(1, "major", 1), (2, "high", 2), (3, "", 3), (4, "low", 4)]


def test_a_row_moved_down_goes_behind_the_row_of_that_number(administrator: Client, firm: Company) -> None:
    version = builders.draft(firm)
    data = filled(administrator, page(version)) | {"targets-0-position": 3}
    assert administrator.post(page(version), data).status_code == 302
    clocks = [(row.position, row.clock) for row in version.targets.all()]
    assert clocks[:3] == [(1, "acknowledgement"), (2, "triage"), (3, "first_response")]


def test_a_trigger_is_told_its_clock_by_name(administrator: Client, firm: Company) -> None:
    version = builders.draft(firm)
    data = filled(administrator, page(version))
    add_row(data, "triggers", condition="clock_breached", parameters="triage", effect="nudge", kind="functional")
    assert administrator.post(page(version), data).status_code == 302
    assert version.triggers.all()[1].parameters == {"clock": "triage"}


WRONG: list[tuple[dict[str, Any], str, int, str]] = [
    ({"levels-1-number": 1}, "levels", 1, "__all__"),
    ({"levels-1-number": 0}, "levels", 1, "number"),
    ({"levels-0-team": ""}, "levels", 0, "team"),
    ({"targets-0-minutes": 0}, "targets", 0, "minutes"),
    ({"targets-0-warn_percent": 101}, "targets", 0, "warn_percent"),
    ({"targets-0-clock": "no_clock"}, "targets", 0, "clock"),
    ({"cells-0-severity": 7}, "cells", 0, "severity"),
    ({"cells-0-position": "first"}, "cells", 0, "position"),
    ({"triggers-0-parameters": ""}, "triggers", 0, "parameters"),
    ({"triggers-0-parameters": "no_clock"}, "triggers", 0, "parameters"),
]


def test_a_wrong_value_is_refused_at_its_field_and_nothing_is_saved(administrator: Client, firm: Company) -> None:
    version = builders.draft(firm)
    before = everything()
    untouched = filled(administrator, page(version)) | {"note": "changed"}
    for wrong, prefix, row, field in WRONG:
        answer = administrator.post(page(version), untouched | wrong)
        assert answer.status_code == 200, wrong
        formsets = {inline.formset.prefix: inline.formset for inline in answer.context["inline_admin_formsets"]}
        refused = formsets[prefix].forms[row].errors or {"__all__": formsets[prefix].non_form_errors()}
        assert refused.get(field), (wrong, refused)
        assert everything() == before, wrong


def test_confirm_days_out_of_range_are_refused_at_the_field(administrator: Client, firm: Company) -> None:
    version = builders.draft(firm)
    data = filled(administrator, page(version)) | {"confirm_days": 0}
    answer = administrator.post(page(version), data)
    assert "confirm_days" in answer.context["adminform"].form.errors


def test_the_page_of_a_draft_shows_every_problem_with_its_row(administrator: Client, firm: Company) -> None:
    version = builders.draft(firm)
    version.cells.filter(position=1).update(level=9)
    version.targets.filter(clock="triage").update(minutes=61)
    shown = administrator.get(page(version)).content.decode()
    assert "Targets, row 3, working minutes" in shown
    assert "Matrix, row 1, entry level" in shown
    assert "There is no level 9" in shown


# -- publish, retire, new draft ----------------------------------------------------------------------------------------


def test_handing_in_asks_first_and_acts_on_post(administrator: Client, firm: Company) -> None:
    version = builders.draft(firm)
    before = everything()
    asked = administrator.get(act(version, "submit"))
    assert (asked.status_code, everything()) == (200, before)
    answer = administrator.post(act(version, "submit"))
    assert answer.status_code == 302
    version.refresh_from_db()
    assert (version.state, version.submitted_by) == (VersionState.REVIEW, firm.admin)


def test_handing_in_what_is_wrong_says_what_and_changes_nothing(administrator: Client, firm: Company) -> None:
    version = builders.draft(firm)
    version.cells.filter(position=1).update(level=9)
    before = everything()
    assert "There is no level 9" in administrator.get(act(version, "submit")).content.decode()
    answer = administrator.post(act(version, "submit"))
    assert answer.status_code == 302
    assert "Matrix, row 1, entry level: There is no level 9" in said(answer)
    assert everything() == before


def test_retiring_the_last_policy_for_everybody_is_refused_in_words(administrator: Client, firm: Company) -> None:
    version = builders.published(firm)
    answer = administrator.post(act(version, "retire"))
    assert "last policy for everybody else" in said(answer)
    version.refresh_from_db()
    assert version.state == VersionState.PUBLISHED


def test_retiring_one_of_two_works(administrator: Client, firm: Company) -> None:
    builders.published(firm)
    version = builders.published(firm)
    administrator.post(act(version, "retire"))
    version.refresh_from_db()
    assert version.state == VersionState.RETIRED


def test_a_new_draft_begins_from_the_policy_and_from_a_version(administrator: Client, firm: Company) -> None:
    version = builders.published(firm)
    answer = administrator.post(act(version, "new-draft"))
    draft = version.policy.versions.get(number=2)
    assert answer["Location"] == page(draft)
    empty = builders.policy("Gold")
    administrator.post(act(empty, "new-draft"))
    assert empty.versions.count() == 1


def test_a_second_draft_is_refused_in_words(administrator: Client, firm: Company) -> None:
    version = builders.draft(firm)
    answer = administrator.post(act(version.policy, "new-draft"))
    assert "already a draft" in said(answer)
    assert version.policy.versions.count() == 1


def test_a_calendar_is_drafted_and_published(administrator: Client, firm: Company) -> None:
    running = builders.published(firm)
    administrator.post(act(firm.office, "new-draft"))
    draft = firm.office.versions.get(number=2)
    answer = administrator.post(act(draft, "publish"))
    draft.refresh_from_db()
    assert draft.state == VersionState.PUBLISHED
    assert f"Still on older hours: {running}" in said(answer)


def test_a_calendar_that_is_never_open_is_not_published(administrator: Client, firm: Company) -> None:
    draft = CalendarVersion.objects.create(calendar=builders.calendar(), time_zone="UTC")
    answer = administrator.post(act(draft, "publish"))
    assert "Nothing is ever open" in said(answer)
    draft.refresh_from_db()
    assert draft.state == VersionState.DRAFT


VERBS = [
    ("submit", VersionState.DRAFT),
    ("publish", VersionState.REVIEW),
    ("send-back", VersionState.REVIEW),
    ("look-again", VersionState.PUBLISHED),
    ("retire", VersionState.PUBLISHED),
    ("new-draft", VersionState.PUBLISHED),
]


def in_state(firm: Company, state: VersionState) -> PolicyVersion:
    """Handed in, where it was, by nobody who publishes here."""
    if state == VersionState.PUBLISHED:
        return builders.published(firm)
    version = builders.draft(firm)
    return policies.submit(version=version, by=firm.boss.user, at=AT) if state == VersionState.REVIEW else version


@pytest.mark.parametrize(("verb", "state"), VERBS)
def test_nobody_without_the_right_publishes_retires_or_drafts(
    visitor: Client, client: Client, firm: Company, verb: str, state: VersionState
) -> None:
    builders.published(firm)
    version = in_state(firm, state)
    reader = builders.user("Rita Reader", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__in=["view_policyversion", "view_policy"]))
    looking = Client()
    looking.force_login(reader)
    before = everything()
    assert visitor.post(act(version, verb)).status_code == 403
    assert looking.get(page(version)).status_code == 200
    assert looking.post(act(version, verb)).status_code == 403
    assert reverse("admin:login") in client.post(act(version, verb))["Location"]
    assert everything() == before


@pytest.mark.parametrize("state", [VersionState.DRAFT, VersionState.REVIEW, VersionState.PUBLISHED])
def test_a_verb_that_does_not_fit_the_state_is_not_offered(
    administrator: Client, firm: Company, state: VersionState
) -> None:
    version = in_state(firm, state)
    before = everything()
    shown = administrator.get(page(version)).content.decode()
    for verb, fits in VERBS:
        assert (f"/{verb}/" in shown) == (fits == state), verb
        if fits != state:
            assert administrator.post(act(version, verb)).status_code == 403
    assert everything() == before


def test_an_address_of_no_version_is_no_error_page(administrator: Client, firm: Company) -> None:
    for key in ("0", "999", "x%27"):
        address = f"/admin/escalations/policyversion/{key}/publish/"
        assert administrator.get(address).status_code in (403, 404)


def test_a_draft_is_deleted_with_its_rows(administrator: Client, firm: Company) -> None:
    version = builders.draft(firm)
    assert administrator.post(page(version, "delete"), {"post": "yes"}).status_code == 302
    assert not PolicyVersion.objects.filter(pk=version.pk).exists()
