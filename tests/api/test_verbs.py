"""Everything a person can do with a case, done by a program."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from escalations.api.acts import ACTS
from escalations.casefile.customer import VERBS as CUSTOMER_VERBS
from escalations.models import Case, Topic
from escalations.rules.vocabulary import Verb
from tests.api.calls import Api, act, kinds, opened, untouched
from tests.cast import Company

BRIEF = {"tried": "Restarted", "impact": "No billing", "asked": "Find the cause"}
DECISION = {**BRIEF, "kind": "hierarchical", "reason": "authority", "question": "May we refund it?"}


def test_every_verb_has_its_address() -> None:
    assert {act.verb for act in ACTS} | {Verb.REPLY, Verb.NOTE} == set(Verb)


def test_a_customer_opens_a_case_and_gets_its_address(company: Company) -> None:
    body = {"subject": "No readings", "text": "Since midnight.", "impact": "high", "urgency": "high"}
    answer = Api(company.ida.user).post("cases/", body)
    assert answer.status == 201
    assert Api(company.ida.user).get(answer.headers["Location"]).data == answer.data
    case = Case.objects.get()
    assert (case.contact, case.organization, case.origin) == (company.ida.contact, company.ida.organization, "api")
    assert (case.severity, case.level, case.state) == (2, 1, "new")


def test_staff_opens_a_case_for_a_contact_by_address_or_identity(company: Company) -> None:
    for name in ("Otto@customer.example", company.otto.contact.uid):
        answer = Api(company.agent.user).post("cases/", {"contact": name, "subject": "Called", "text": "He called."})
        assert (answer.status, answer.data["contact"]["name"]) == (201, "Otto Berg")
    missing = Api(company.agent.user).post("cases/", {"contact": "nobody", "subject": "Called", "text": "He called."})
    assert (missing.status, missing.data["field"]) == (400, "contact")
    assert Case.objects.count() == 2


def test_a_case_can_name_an_offered_topic_and_an_own_organization_only(company: Company) -> None:
    Topic.objects.create(slug="secret", name="Secret", is_offered=False)
    body = {"subject": "No readings", "text": "Since midnight."}
    customer = Api(company.ida.user)
    own = customer.get("me/").data
    assert [row["slug"] for row in own["topics"]] == ["metering"]
    named = {"topic": "metering", "organization": own["organizations"][0]["uid"]}
    assert customer.post("cases/", {**body, **named}).data["topic"] == "Metering"
    foreign = company.vera.organization.uid
    refused = [
        customer.post("cases/", {**body, **wrong})
        for wrong in ({"topic": "secret"}, {"organization": foreign}, {"organization": "0" * 32}, {"contact": "x"})
    ]
    assert [(answer.status, answer.data["field"]) for answer in refused] == [
        (400, "topic"),
        (400, "organization"),
        (400, "organization"),
        (400, "contact"),
    ]
    assert refused[1].text == refused[2].text
    assert Case.objects.count() == 1


def test_a_case_climbs_is_decided_solved_rated_and_reviewed_by_programs(company: Company) -> None:
    case = opened(company)
    assert act(company.agent, case, "messages", text="We look at it.").status == 201
    assert act(company.agent, case, "notes", text="Old certificate.").data["sort"] == "note"
    escalated = act(company.agent, case, "escalate", **DECISION)
    assert (escalated.status, escalated.data["level"], escalated.data["escalation"]["state"]) == (200, 2, "requested")
    heard = act(company.specialist, case, "acknowledge", severity=1, text="Mara has it, news by noon.")
    assert (heard.data["severity"], heard.data["step"]["acknowledged_at"] is None) == (1, False)
    assert act(company.specialist, case, "accept").data["escalation"]["state"] == "investigating"
    decided = act(company.specialist, case, "decide", verdict="approved", answer="Refund March.")
    assert decided.data["decision"]["verdict"] == "approved"
    assert act(company.specialist, case, "climb", **BRIEF, kind="functional", reason="skill").data["level"] == 3
    assert act(company.manager, case, "hand_back", reason="You can do it.").data["level"] == 2
    wake_at = (timezone.now() + timedelta(days=2)).isoformat()
    held = act(company.specialist, case, "hold", reason="customer", wake_at=wake_at)
    assert (held.data["state"], held.data["waits_for"]["slug"]) == ("pending", "customer")
    assert act(company.specialist, case, "resume").data["state"] == "open"
    solved = act(company.specialist, case, "resolve", outcome="solved", text="It works again.")
    assert (solved.data["state"], solved.data["outcome"]) == ("resolved", "solved")
    assert act(company.ida, case, "reopen", text="It does not.").data["state"] == "open"
    assert act(company.specialist, case, "resolve", outcome="workaround", text="Now it does.").status == 200
    assert act(company.ida, case, "confirm").data["state"] == "closed"
    assert act(company.ida, case, "rate", score=4, comment="In the end").data["score"] == 4
    reviewed = act(company.agent, case, "review", causes="A certificate", lessons="Watch it")
    assert (reviewed.status, reviewed.data["review"]["lessons"]) == (200, "Watch it")


def test_a_case_is_triaged_taken_and_closed_by_programs(company: Company) -> None:
    case = opened(company)
    triaged = act(company.agent, case, "triage", severity=3, level=1, reason="One meter only.")
    assert (triaged.status, triaged.data["severity"]) == (200, 3)
    given = act(company.manager, case, "take", owner=company.specialist.user.uid)
    assert given.data["owner"]["name"] == "Mara Lindt"
    assert act(company.agent, case, "take").data["owner"]["name"] == "Ben Okafor"
    assert act(company.agent, case, "resolve", outcome="solved", text="Done.").status == 200
    assert act(company.agent, case, "close").data["state"] == "closed"


def test_news_are_promised_moved_and_kept_by_programs(company: Company) -> None:
    case, now = opened(company), timezone.now()
    soon, later = now + timedelta(minutes=30), now + timedelta(days=30)
    made = act(company.agent, case, "promise", due_at=soon.isoformat(), text="I try it.")
    assert (made.status, made.data["promised_at"]) == (200, told(soon))
    moved = act(company.agent, case, "move_promise", due_at=later.isoformat(), reason="The supplier forgot us.")
    assert (moved.status, moved.data["promised_at"]) == (200, told(later))
    assert [entry["note"] for entry in moved.data["timeline"]] == ["", "", "The supplier forgot us."]
    customer = Api(company.ida.user)
    assert customer.get(f"cases/{case}/").data["promised_at"] == told(later)
    assert customer.get("cases/").data["results"][0]["promised_at"] == told(later)
    assert Api(company.agent.user).get("cases/").data["results"][0]["promised_at"] == told(later)
    kept = act(company.agent, case, "messages", text="It works.")
    assert kept.data["kept"].startswith("Kept the promise of news by")
    after = customer.get(f"cases/{case}/")
    assert (after.data["promised_at"], after.data["entries"][-1]["kept_late"]) == (None, False)
    assert "supplier" not in after.text + customer.get(f"cases/{case}/messages/").text


def told(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


def test_a_promise_that_cannot_be_given_says_which_field_is_wrong(company: Company) -> None:
    case = opened(company)
    late, past = "2037-01-01T00:00:00Z", "2020-01-01T00:00:00Z"
    soon = (timezone.now() + timedelta(days=30)).isoformat()
    untouched(case, act(company.agent, case, "promise", due_at=soon), 400, "promise_needs_reason", "reason")
    untouched(case, act(company.agent, case, "promise", due_at=past), 400, "promise_in_the_past", "due_at")
    untouched(case, act(company.agent, case, "promise", due_at=late), 400, "promise_too_far", "due_at")
    untouched(case, act(company.agent, case, "promise"), 400, "required", "due_at")
    untouched(case, act(company.agent, case, "promise", due_at=soon, words="x"), 400, "unknown_field", "words")
    untouched(case, act(company.agent, case, "move_promise", due_at=soon), 409, "nothing_promised")
    stranger = act(company.vera, case, "promise", due_at=soon)
    assert (stranger.status, kinds(case)) == (404, ["case.opened"])


def test_an_escalation_is_declined_with_advice(company: Company) -> None:
    case = opened(company)
    act(company.agent, case, "escalate", **BRIEF, kind="functional", reason="skill")
    declined = act(company.specialist, case, "decline", reason="Renew the certificate.")
    assert (declined.status, declined.data["level"], declined.data["escalation"]["state"]) == (200, 1, "declined")


def test_a_customer_replies_and_gets_the_own_words_back(company: Company) -> None:
    case = opened(company)
    answer = act(company.ida, case, "messages", text=" Any news? ")
    assert answer.status == 201
    assert {key: answer.data[key] for key in ("who", "is_mine", "text")} == {
        "who": "Ida Holm",
        "is_mine": True,
        "text": "Any news?",
    }


def test_what_the_state_does_not_allow_is_a_conflict_and_changes_nothing(company: Company) -> None:
    case = opened(company)
    untouched(case, act(company.agent, case, "acknowledge", severity=2, text="Heard."), 409, "not_escalated")
    untouched(case, act(company.agent, case, "climb", **BRIEF, kind="functional", reason="skill"), 409, "not_escalated")
    untouched(case, act(company.agent, case, "resume"), 409, "not_pending")
    untouched(case, act(company.ida, case, "confirm"), 409, "not_resolved")
    untouched(case, act(company.ida, case, "rate", score=5), 409, "not_resolved")
    untouched(case, act(company.ida, case, "reopen", text="No."), 409, "not_resolved")
    untouched(case, act(company.agent, case, "review", causes="x", lessons="y"), 409, "nothing_to_review")


def test_what_is_for_others_is_forbidden_and_changes_nothing(company: Company) -> None:
    case = opened(company)
    for verb in sorted(set(Verb) - set(CUSTOMER_VERBS) - {Verb.NOTE}):
        untouched(case, act(company.ida, case, verb.value, text="x"), 403, "staff_only")
    untouched(case, act(company.ida, case, "notes", text="x"), 403, "staff_only")
    untouched(case, act(company.agent, case, "confirm"), 403, "customer_only")
    untouched(case, act(company.agent, case, "rate", score=5), 403, "customer_only")
    untouched(case, act(company.agent, case, "ask", reason="growing", text="It grows."), 403, "customer_only")
    untouched(case, act(company.agent, case, "withdraw_ask"), 403, "customer_only")


def test_another_team_may_not_take_an_escalation_up(company: Company) -> None:
    case = opened(company)
    act(company.agent, case, "escalate", **BRIEF, kind="functional", reason="skill")
    before = kinds(case)
    answer = act(company.manager, case, "accept", text="We have it.")
    assert (answer.status, answer.data["code"]) == (403, "other_team")
    assert kinds(case) == before


def test_missing_words_name_the_field_of_the_request_and_change_nothing(company: Company) -> None:
    case = opened(company)
    upward = {**BRIEF, "kind": "functional", "reason": "skill"}
    untouched(case, act(company.agent, case, "messages"), 400, "required", "text")
    untouched(case, act(company.agent, case, "messages", text="  "), 400, "blank", "text")
    untouched(case, act(company.agent, case, "escalate", **{**upward, "tried": ""}), 400, "blank", "tried")
    untouched(case, act(company.agent, case, "escalate", **{**upward, "level": 9}), 400, "unknown_level", "level")
    untouched(
        case, act(company.agent, case, "escalate", **{**upward, "reason": "clock"}), 400, "invalid_choice", "reason"
    )
    hierarchical = {**upward, "kind": "hierarchical"}
    untouched(case, act(company.agent, case, "escalate", **hierarchical), 400, "question_missing", "question")
    untouched(case, act(company.agent, case, "triage", severity=1, level=1), 400, "text_missing", "reason")
    untouched(case, act(company.agent, case, "triage", severity=7, level=1), 400, "invalid_choice", "severity")
    untouched(case, act(company.agent, case, "resolve", outcome="magic", text="x"), 400, "invalid_choice", "outcome")
    past = "2020-01-01T00:00:00Z"
    untouched(
        case, act(company.agent, case, "hold", reason="customer", wake_at=past), 400, "wake_in_the_past", "wake_at"
    )
    never = "9999-12-31T23:59:59Z"
    untouched(case, act(company.agent, case, "hold", reason="customer", wake_at=never), 400, "out_of_range", "wake_at")
    untouched(case, act(company.agent, case, "hold", reason="nix", wake_at=past), 400, "does_not_exist", "reason")
    untouched(case, act(company.agent, case, "take", owner="nobody"), 400, "does_not_exist", "owner")


def test_a_state_cannot_be_written(company: Company) -> None:
    case = opened(company)
    untouched(case, act(company.agent, case, "take", state="closed"), 400, "unknown_field", "state")
    for method in ("put", "patch", "delete"):
        answer = Api(company.agent.user).call(method, f"cases/{case}/", {"state": "closed"})
        untouched(case, answer, 405, "method_not_allowed")


def test_what_a_case_offers_is_what_its_verbs_allow(company: Company) -> None:
    case = opened(company)
    offers = Api(company.agent.user).get(f"cases/{case}/").data["offers"]
    bodies = {"resume": {}, "close": {}, "confirm": {}, "review": {"causes": "x", "lessons": "y"}}
    for verb, body in bodies.items():
        answer = act(company.agent, case, verb, **body)
        assert (answer.data["code"], answer.data["detail"]) == (offers[verb]["refusal"], offers[verb]["why"])
