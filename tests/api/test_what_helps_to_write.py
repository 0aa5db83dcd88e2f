"""Programs of staff read canned replies, carry out macros, and name colleagues in notes."""

from __future__ import annotations

from escalations.models import CannedReply, Macro, Mention
from tests.actions.soundness import everything
from tests.api.calls import Api
from tests.cast import Company


def test_canned_replies_come_filled_in(company: Company) -> None:
    case = company.open()
    CannedReply.objects.create(name="We have it", text="Hello {{ first_name }}, by {{ news_by }}.")
    found = Api(company.agent.user).get(f"cases/{case.reference}/canned/").data["results"]
    assert [(row["text"], row["missing"]) for row in found] == [
        ("Hello Ida, by [when news are promised].", ["when news are promised"])
    ]
    assert Api(company.ida.user).get(f"cases/{case.reference}/canned/").status == 403


def test_a_macro_is_carried_out_once_or_not_at_all(company: Company) -> None:
    case, api = company.open(), Api(company.agent.user)
    made = Macro.objects.create(name="Mine now")
    made.steps.create(position=1, verb="take")
    made.steps.create(position=2, verb="note", values={"text": "Mine."})
    assert [row["uid"] for row in api.get(f"cases/{case.reference}/macros/").data["results"]] == [made.uid]
    for _twice in range(2):
        done = api.post(f"cases/{case.reference}/macros/{made.uid}/", {}, key="one")
        assert (done.status, done.data["owner"]["uid"]) == (200, company.agent.user.uid)
    assert [entry["kind"] for entry in done.data["timeline"]] == ["case.opened", "case.taken", "note.added"]
    made.steps.create(position=3, verb="reply", values={"text": "{{ news_by }}"})
    before = everything()
    refused = api.post(f"cases/{case.reference}/macros/{made.uid}/", {})
    assert (refused.data["code"], everything()) == ("blank_empty", before)


def test_colleagues_are_named_by_uid_or_by_name(company: Company) -> None:
    case, api = company.open(), Api(company.agent.user)
    body = {"text": f"@{company.manager.user.name}, look.", "mentioned": [company.specialist.user.uid]}
    assert api.post(f"cases/{case.reference}/notes/", body).status == 201
    assert set(Mention.objects.values_list("agent", flat=True)) == {
        company.specialist.agent.pk,
        company.manager.agent.pk,
    }
    refused = api.post(f"cases/{case.reference}/notes/", {"text": "Look.", "mentioned": ["nobody"]})
    assert (refused.status, Mention.objects.count()) == (400, 2)
