"""Where somebody is signed in, and how to end it."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from config.signin.browsers import in_words
from tests.cast import Company
from tests.signin.walks import is_in, sign_in

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1"


def test_a_person_sees_their_own_sessions_and_ends_all_others(company: Company) -> None:
    here, phone, other = Client(), Client(headers={"User-Agent": PHONE}), Client()
    sign_in(company.ida.user.email, client=phone, address="203.0.113.9")
    sign_in(company.ida.user.email, client=here)
    sign_in(company.otto.user.email, client=other, address="198.51.100.7")
    page = here.get(reverse("usersessions_list")).content.decode()
    assert "Safari on iPhone" in page
    assert "203.0.113.9" in page
    assert "198.51.100.7" not in page
    assert here.post(reverse("usersessions_list")).status_code == 302
    assert (is_in(here), is_in(phone), is_in(other)) == (True, False, True)


def test_the_list_is_for_whoever_is_signed_in() -> None:
    assert Client().get(reverse("usersessions_list"))["Location"].startswith(reverse("login"))


def test_browsers_are_called_as_people_call_them() -> None:
    assert in_words("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0") == "Firefox on Linux"
    assert in_words("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/140 Safari/537 Edg/140") == "Edge on Windows"
    assert in_words("curl/8.0") == "curl/8.0"
    assert in_words("") == "a program without a name"
