"""Nothing inside is called on behalf of somebody outside: not by name, by number, in disguise, or a moment later."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.channels import guard
from escalations.channels.addresses import is_outside
from escalations.channels.guard import Forbidden, Guard, Unreachable
from tests.channels.receiver import receiving

PRIVATE = tuple(
    map(
        ip_network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
            *("192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4"),
        ),
    )
)
private = st.sampled_from(PRIVATE).flatmap(lambda net: st.ip_addresses(network=net))
DISGUISES = ("::ffff:{}", "::{}", "64:ff9b::{}")


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1"),
        *("224.0.0.1", "255.255.255.255", "192.0.2.1", "198.51.100.7", "203.0.113.9", "198.18.0.1", "240.0.0.1"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "fec0::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::a00:1"),
        *("2002:0a00:0001::", "2002:0808:0808::", "2001:0:4136:e378:8000:63bf:3fff:fdd2"),
        *("", "localhost", "127.1", "0x7f000001", "2130706433", "example.com"),
    ],
)
def test_these_are_not_outside(address: str) -> None:
    assert not is_outside(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "172.32.0.1"]
)
def test_these_are_outside(address: str) -> None:
    assert is_outside(address)


@given(private)
def test_no_private_address_is_outside_whatever_it_wears(address: IPv4Address) -> None:
    assert not is_outside(str(address))
    for disguise in DISGUISES:
        assert not is_outside(disguise.format(address))
    assert not is_outside(str(IPv6Address((0x2002 << 112) | (int(address) << 80))))


@given(st.text() | st.ip_addresses().map(str))
def test_the_question_is_always_answered(text: str) -> None:
    assert is_outside(text) in (True, False)


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://a.example/", "file:///etc/passwd", "gopher://a.example/", "//a.example/", "a.example", "http://", ""),
        *("http://me:secret@a.example/", "http://me@a.example/", "http://a.example:0/", "http://a.example:99999/"),
        *("http://[::1/", "http://bücher.example/"),
    ],
)
def test_only_plain_addresses_are_called(url: str) -> None:
    with pytest.raises(Forbidden):
        guard.split(url)


def test_a_name_that_leads_inside_is_not_called_even_when_it_also_leads_outside() -> None:
    careful = Guard(resolver=lambda _host, _port: ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(Forbidden, match=r"10\.0\.0\.1"):
        careful.post("http://a.example/", b"", {})


def test_what_was_looked_at_is_what_is_connected_to_though_the_name_changes_its_mind() -> None:
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])
    asked: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        asked.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    careful = Guard(resolver=lambda _host, _port: next(answers))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(socket, "create_connection", connect)
        with pytest.raises(Unreachable, match="Connection refused"):
            careful.post("http://rebinding.example:8080/", b"", {})
    assert asked == [("8.8.8.8", 8080)]


def test_a_host_is_allowed_by_its_own_name_and_by_no_other() -> None:
    with receiving() as receiver:
        here = Guard(allowed={"inside.example"}, resolver=lambda _host, _port: ["127.0.0.1"])
        assert here.post(f"http://Inside.Example.:{receiver.port}/", b"x", {}).status == 200
        with pytest.raises(Forbidden, match="not an allowed host"):
            here.post(f"http://other.example:{receiver.port}/", b"x", {})
        with pytest.raises(Forbidden, match="not an allowed host"):
            here.post(f"http://a.inside.example:{receiver.port}/", b"x", {})
    assert len(receiver.got) == 1


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    with receiving() as receiver:
        assert Guard(allowed={"127.0.0.1"}).post(receiver.url, b"x", {}).status == 200


def test_an_encrypted_address_wants_a_certificate_that_holds() -> None:
    with receiving() as receiver, pytest.raises(Unreachable, match="encrypted connection"):
        Guard(allowed={"127.0.0.1"}).post(f"https://127.0.0.1:{receiver.port}/", b"x", {})


@pytest.mark.parametrize("slow", ["hangs", "drips"])
def test_a_call_takes_no_longer_than_it_may_however_slowly_it_is_answered(slow: str) -> None:
    with receiving(**{slow: True}) as receiver, pytest.raises(Unreachable, match="no answer in time"):
        Guard(allowed={"127.0.0.1"}, seconds=0.5).post(receiver.url, b"x", {})


def test_no_more_of_an_answer_is_read_than_anybody_needs() -> None:
    with receiving(body=b"a" * 100_000) as receiver:
        assert len(Guard(allowed={"127.0.0.1"}).post(receiver.url, b"x", {}).body) == guard.LONGEST_ANSWER


# -- redirects -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", guard.SAME_METHOD)
def test_a_redirect_that_keeps_the_method_is_followed_with_the_same_words(status: int) -> None:
    with receiving() as last, receiving(status=status, headers={"Location": last.url}) as first:
        answer = Guard(allowed={"127.0.0.1"}).post(first.url, b"words", {"Belay-Delivery": "1"})
    assert answer.status == 200
    assert [(one.body, one.headers["belay-delivery"]) for one in last.got] == [(b"words", "1")]


@pytest.mark.parametrize("status", guard.OTHER_METHOD)
def test_a_redirect_that_loses_the_words_is_not_followed(status: int) -> None:
    with receiving() as last, receiving(status=status, headers={"Location": last.url}) as first:
        assert Guard(allowed={"127.0.0.1"}).post(first.url, b"words", {}).status == status
    assert last.got == []


def test_a_redirect_to_a_private_address_is_not_followed() -> None:
    names = {"outside.example": "127.0.0.1"}
    with receiving() as inside, receiving(status=307, headers={"Location": inside.url}) as first:
        careful = Guard(allowed={"outside.example"}, resolver=lambda host, _port: [names.get(host, host)])
        with pytest.raises(Forbidden, match="private address"):
            careful.post(f"http://outside.example:{first.port}/", b"words", {})
    assert inside.got == []


def test_redirects_end() -> None:
    lost = receiving(status=307, headers={"Location": "/again"})
    with lost as receiver, pytest.raises(Forbidden, match="more than 3 times"):
        Guard(allowed={"127.0.0.1"}).post(receiver.url, b"", {})
    assert [one.path for one in receiver.got] == ["/hook?of=belay", "/again", "/again", "/again"]


def test_a_redirect_never_leads_out_of_an_encrypted_connection() -> None:
    with pytest.raises(Forbidden, match="without encryption"):
        guard._followed("https://a.example/", guard.Answer(307, {"location": "http://a.example/"}, ""))
    with pytest.raises(Forbidden, match="where to"):
        guard._followed("https://a.example/", guard.Answer(307, {}, ""))
