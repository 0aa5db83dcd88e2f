"""A program on loopback is told of events: it verifies, refuses, hangs, redirects, fails; the log says what it did."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from escalations.actions import dead_letters, endpoints, handling
from escalations.channels import chat, guard, webhook
from escalations.engine.batch import MOST_TRIES
from escalations.engine.delivery import deliver, deliver_by
from escalations.models import AllowedHost, Attempt, Bulletin, Case, Endpoint, Event, Notice, Team
from tests.cast import MONDAY, Company
from tests.channels.receiver import Receiver, receiving

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

Told = Callable[..., Endpoint]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits ten seconds for a test."""
    wait = guard.Guard.post

    def post(self: guard.Guard, *args: Any) -> guard.Answer:
        self.seconds = 0.7
        return wait(self, *args)

    monkeypatch.setattr(guard.Guard, "post", post)


@pytest.fixture
def told(company: Company) -> Told:
    """Makes an endpoint at this address, with loopback allowed by name."""
    AllowedHost.objects.create(host="127.0.0.1", note="This very machine")

    def make(url: str, name: str = "Reports", **fields: Any) -> Endpoint:
        endpoint = Endpoint.objects.create(name=name, channel="webhook", url=url, **fields)
        endpoints.new_secret(endpoint=endpoint, at=MONDAY - 2 * 24 * HOUR)
        return endpoint

    return make


@contextmanager
def nobody() -> Iterator[str]:
    """An address on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/"


def log(endpoint: Endpoint) -> list[tuple[int, str, int | None]]:
    """What the sender's log shows: number, outcome, code."""
    tries = Attempt.objects.filter(notice__recipient=endpoint.code).order_by("pk")
    return list(tries.values_list("number", "outcome", "code"))


def answers(endpoint: Endpoint) -> list[str]:
    tries = Attempt.objects.filter(notice__recipient=endpoint.code).order_by("pk")
    return list(tries.values_list("answer", flat=True))


def last(endpoint: Endpoint) -> Notice:
    return Notice.objects.filter(recipient=endpoint.code).latest("pk")


def test_an_event_arrives_signed_and_says_what_the_journal_holds_and_no_words_of_anybody(
    company: Company, told: Told
) -> None:
    with receiving() as receiver:
        endpoint = told(receiver.url)
        case = company.open()
        assert deliver_by("webhook", MONDAY) == 1
    [got] = receiver.got
    assert got.path == "/hook?of=belay"
    assert got.is_signed_with(endpoint.secret)
    assert not got.is_signed_with("another secret")
    event = Event.objects.get(case=case)
    notice = last(endpoint)
    assert got.headers["belay-delivery"] == got.said["delivery"] == notice.uid
    assert got.headers["belay-event"] == got.said["event"] == "case.opened"
    assert got.said["case"] == {"reference": case.reference, "uid": case.uid}
    assert got.said["data"] == event.typed.as_json()
    assert got.said["occurred_at"] == MONDAY.isoformat()
    assert got.said["version"] == 1
    assert got.said["link"].endswith(f"/desk/cases/{case.reference}/")
    assert case.subject.encode() not in got.body and b"third night" not in got.body
    assert log(endpoint) == [(1, "accepted", 200)]
    assert answers(endpoint) == ["thank you"]
    assert (notice.state, notice.tries) == ("accepted", 1)


def test_while_a_secret_is_replaced_both_sign_and_a_day_later_the_new_one_alone(company: Company, told: Told) -> None:
    with receiving() as receiver:
        endpoint = told(receiver.url)
        before = endpoint.secret
        after = endpoints.new_secret(endpoint=endpoint, at=MONDAY)
        post = webhook_of(endpoint)
        for hours, both in ((23, True), (25, False)):
            headers = post(MONDAY + hours * HOUR).headers
            assert headers["Belay-Signature"].count("v1=") == 1 + both
            receiver.got.clear()
            guard.Guard({"127.0.0.1"}).post(receiver.url, post(MONDAY + hours * HOUR).body, headers)
            [got] = receiver.got
            assert got.is_signed_with(after)
            assert got.is_signed_with(before) is both


def webhook_of(endpoint: Endpoint) -> Callable[..., Any]:
    notice = endpoints.ping(endpoint=endpoint, at=MONDAY)
    return lambda at: webhook.write(notice, endpoint, at)


@pytest.mark.parametrize("trouble", ["refuses", "hangs", "fails"])
def test_not_08_a_receiver_in_trouble_breaks_no_case_and_delays_no_mail_and_gets_the_same_id_again(
    company: Company, told: Told, trouble: str
) -> None:
    with receiving(hangs=trouble == "hangs", status=500, body=b"our database is down") as receiver, nobody() as none:
        endpoint = told(none if trouble == "refuses" else receiver.url)
        case = company.open()
        handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="Heard you.")
        assert deliver_by("mail", MONDAY) == len(mail.outbox) == 3
        assert deliver_by("webhook", MONDAY) == 0
        first, second = Notice.objects.filter(recipient=endpoint.code).order_by("pk")
        assert {first.state, second.state} == {"waiting"}
        assert first.next_try_at and first.next_try_at > MONDAY
        code = 500 if trouble == "fails" else None
        outcome = "failed" if trouble == "fails" else "broken"
        assert log(endpoint) == [(1, outcome, code), (1, outcome, code)]
        said = {"refuses": "Connection refused", "hangs": "no answer in time", "fails": "our database is down"}
        assert said[trouble] in answers(endpoint)[0]
        receiver.hangs, receiver.status = False, 204
        Endpoint.objects.update(url=receiver.url)
        before = [one.headers["belay-delivery"] for one in receiver.got]
        receiver.got.clear()
        assert deliver_by("webhook", MONDAY + 5 * MINUTE) == 2
    after = [one.headers["belay-delivery"] for one in receiver.got]
    assert after == [first.uid, second.uid]
    assert before in ([], after)
    endpoint.refresh_from_db()
    assert endpoint.failures == 0


def test_not_06_one_event_is_one_delivery_to_each_endpoint_however_often_it_is_looked_at(
    company: Company, told: Told
) -> None:
    with receiving() as receiver:
        one, two = told(receiver.url, "One"), told(receiver.url, "Two", kinds=["case.opened"])
        company.open()
        for second in range(3):
            deliver(MONDAY + second * SECOND)
    assert sorted(got.headers["belay-delivery"] for got in receiver.got) == sorted([last(one).uid, last(two).uid])


def test_a_redirect_to_a_private_address_is_refused_and_said_so(company: Company, told: Told) -> None:
    away = {"Location": "http://10.0.0.7/admin/"}
    with receiving(status=307, headers=away) as receiver:
        endpoint = told(receiver.url)
        company.open()
        deliver_by("webhook", MONDAY)
    assert log(endpoint) == [(1, "refused", None)]
    assert "10.0.0.7 is at the private address" in answers(endpoint)[0]
    assert last(endpoint).state == "failed"


def test_a_private_address_is_not_called_unless_somebody_answers_for_its_host(company: Company, told: Told) -> None:
    AllowedHost.objects.all().delete()
    with receiving() as receiver:
        endpoint = told(receiver.url)
        company.open()
        deliver_by("webhook", MONDAY)
        assert receiver.got == []
        assert "not an allowed host" in answers(endpoint)[0]
        AllowedHost.objects.create(host="127.0.0.1", note="This very machine")
        assert dead_letters.replay(notice=Notice.objects.get(state="failed"), at=MONDAY + MINUTE)
        assert deliver_by("webhook", MONDAY + MINUTE) == 1
    assert log(endpoint) == [(1, "refused", None), (2, "accepted", 200)]


def test_a_redirect_that_loses_what_was_sent_is_refused_with_a_hint(company: Company, told: Told) -> None:
    with receiving(status=302, headers={"Location": "/elsewhere"}) as receiver:
        endpoint = told(receiver.url)
        company.open()
        deliver_by("webhook", MONDAY)
    assert log(endpoint) == [(1, "refused", 302)]
    assert "use 307 or 308" in answers(endpoint)[0]


def test_nobody_there_any_more_switches_it_off_and_tells_the_administrators(company: Company, told: Told) -> None:
    with receiving(status=410, body=b"moved out") as receiver:
        endpoint = told(receiver.url)
        for _number in range(3):
            company.open()
        for second in range(3):
            deliver_by("webhook", MONDAY + second * SECOND)
        company.open()
    endpoint.refresh_from_db()
    assert not endpoint.is_active
    assert len(receiver.got) == 1
    assert Notice.objects.filter(recipient=endpoint.code).count() == 3
    assert set(Notice.objects.filter(recipient=endpoint.code).values_list("state", flat=True)) == {"failed"}
    assert {bulletin.kind for bulletin in Bulletin.objects.all()} == {"endpoint", "undelivered"}
    assert Notice.objects.filter(bulletin__kind="endpoint", recipient=company.administrator.code).exists()


def test_too_many_at_once_is_tried_again_when_it_asks_for_it(company: Company, told: Told) -> None:
    with receiving(status=429, headers={"Retry-After": "600"}, body=b"slowly") as receiver:
        endpoint = told(receiver.url)
        company.open()
        company.open()
        deliver_by("webhook", MONDAY)
        assert log(endpoint) == [(1, "failed", 429)]
        receiver.status = 200
        assert deliver_by("webhook", MONDAY + 9 * MINUTE) == 0
        assert deliver_by("webhook", MONDAY + 11 * MINUTE) == 2
    assert len(receiver.got) == 3


def test_it_is_given_up_after_so_many_tries_and_nobody_is_told_by_the_same_way(company: Company, told: Told) -> None:
    with nobody() as none:
        endpoint = told(none)
        case = company.open()
        for hour in range(2 * MOST_TRIES):
            deliver_by("webhook", MONDAY + 2 * hour * HOUR)
    notice = last(endpoint)
    assert (notice.state, notice.tries) == ("failed", MOST_TRIES)
    assert Event.objects.get(case=case, kind="notice.failed").data["notice"] == notice.uid
    assert not Notice.objects.filter(event__kind="notice.failed").exists()


def test_a_replay_is_the_same_delivery_in_a_new_try(company: Company, told: Told) -> None:
    with receiving() as receiver:
        endpoint = told(receiver.url)
        company.open()
        deliver_by("webhook", MONDAY)
        assert dead_letters.replay(notice=last(endpoint), at=MONDAY + HOUR)
        assert not dead_letters.replay(notice=last(endpoint), at=MONDAY + HOUR)
        assert deliver_by("webhook", MONDAY + HOUR) == 1
    first, second = receiver.got
    assert first.body == second.body
    assert first.headers["belay-delivery"] == second.headers["belay-delivery"]
    assert log(endpoint) == [(1, "accepted", 200), (2, "accepted", 200)]


def test_an_endpoint_that_hangs_holds_up_no_other(company: Company, told: Told) -> None:
    with receiving(hangs=True) as stuck, receiving() as well:
        bad, good = told(stuck.url, "Bad"), told(well.url, "Good")
        for _number in range(6):
            company.open()
        deliver_by("webhook", MONDAY)
    assert len(well.got) == 6
    assert Notice.objects.filter(recipient=good.code, state="accepted").count() == 6
    bad.refresh_from_db()
    assert bad.failures == endpoints.PATIENCE  # then it rests, and what waits for it keeps its tries
    assert bad.rests_until is not None and bad.rests_until > MONDAY
    waiting = Notice.objects.filter(recipient=bad.code)
    assert sorted(waiting.values_list("tries", flat=True)) == [0, 0, 0, 1, 1, 1]
    assert min(filter(None, waiting.values_list("next_try_at", flat=True))) > MONDAY


def test_what_happens_while_it_rests_waits_until_it_is_over(company: Company, told: Told) -> None:
    with receiving() as receiver:
        endpoint = told(receiver.url, failures=5, rests_until=MONDAY + HOUR)
        company.open()
        assert deliver_by("webhook", MONDAY) == 0
        assert last(endpoint).next_try_at == MONDAY + HOUR
        assert deliver_by("webhook", MONDAY + HOUR) == 1
    assert len(receiver.got) == 1


def test_it_is_told_of_the_kinds_and_the_team_that_were_chosen(company: Company, told: Told) -> None:
    with receiving() as receiver:
        front = Team.objects.get(pk=company.agent.agent.teams.get().pk)
        other = Team.objects.exclude(pk=front.pk)[0]
        replies = told(receiver.url, "Replies", kinds=["message.sent"])
        told(receiver.url, "Front", team=front)
        told(receiver.url, "Elsewhere", team=other)
        told(receiver.url, "Off", is_active=False)
        case = company.open()
        handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="Heard you.")
    names = dict(Endpoint.objects.values_list("uid", "name"))
    told_of = Notice.objects.filter(channel="webhook").values_list("recipient", "event__kind")
    found = sorted((names[code.partition(":")[2]], kind) for code, kind in told_of)
    assert found == [("Front", "case.opened"), ("Front", "message.sent"), ("Replies", "message.sent")]
    assert replies.code.startswith("endpoint:")


def test_a_ping_goes_the_way_of_all_others(company: Company, told: Told) -> None:
    with receiving() as receiver:
        endpoint = told(receiver.url)
        endpoints.ping(endpoint=endpoint, at=MONDAY)
        assert deliver_by("webhook", MONDAY) == 1
    [got] = receiver.got
    assert got.said["event"] == got.headers["belay-event"] == "ping"
    assert got.is_signed_with(endpoint.secret)


# -- chat ----------------------------------------------------------------------------------------------


def room(receiver: Receiver, **fields: Any) -> Endpoint:
    AllowedHost.objects.get_or_create(host="127.0.0.1", note="This very machine")
    return Endpoint.objects.create(name="Room", channel="chat", url=receiver.url, **fields)


def test_a_chat_room_reads_what_happened_the_reference_and_a_link(company: Company) -> None:
    with receiving() as receiver:
        room(receiver, kinds=["case.opened"])
        case = company.open(subject="<!channel> & *all*")
        assert deliver_by("chat", MONDAY) == 1
    [got] = receiver.got
    link = f"<http://127.0.0.1:8000/desk/cases/{case.reference}/|{case.reference}>"
    assert got.said == {"text": f"New case, severity {case.severity} – {link}"}


def test_somebodys_own_chat_gets_what_is_for_them_in_their_language(company: Company) -> None:
    user = company.agent.user
    type(user).objects.filter(pk=user.pk).update(language="de")
    with receiving() as receiver:
        room(receiver, agent=company.agent.agent)
        case = company.open()
        assert deliver_by("chat", MONDAY) == 0  # it is told of no events
        first, second = mine(company, case)
        Notice.objects.filter(pk=second.pk).update(folded_into=first, state="folded")
        Notice.objects.filter(pk=first.pk).update(channel="chat", state="waiting", next_try_at=MONDAY)
        assert deliver_by("chat", MONDAY) == 1
    [got] = receiver.got
    one, two = got.said["text"].split("\n")
    assert one.startswith("Neuer Fall") and case.reference in one and case.reference in two


def mine(company: Company, case: Case) -> list[Notice]:
    """Two mails to the agent."""
    handling.reply(case=case, actor=company.ida.standing, at=MONDAY, text="And?")
    found = Notice.objects.filter(recipient=company.agent.user.code, channel="mail", case=case)
    return list(found.order_by("pk"))


def test_words_cannot_become_markup() -> None:
    assert chat.escaped("<!channel> & <http://x|y>") == "&lt;!channel&gt; &amp; &lt;http://x|y&gt;"
