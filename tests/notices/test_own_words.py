"""Own words of a company begin as the built-in ones, know the values of their letter alone, and lose no letter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.template import Context, Engine
from django.utils import translation
from django.utils.functional import Promise

from customers.models import User
from escalations.channels import letters, own_words
from escalations.channels.flattening import flattened
from escalations.channels.mail import folded
from escalations.channels.phrases import Letter, one_line, phrase, tidy
from escalations.channels.small_language import Known, WrongWords, checked, render
from escalations.engine import wording
from escalations.models import LetterTemplate, Notice
from escalations.rules.audience import AUDIENCE, Role
from tests.cast import MONDAY, Company
from tests.notices.letterbox import SECRET, everything, letter_of, newest

# What only colleagues know in these stories: notes, names of ours, internal names of teams and of the policy.
INTERNAL = (SECRET, "Ben Okafor", "Mara Lindt", "Jan Brandt", "Eva Roth", "Platform specialists", "Department managers",
            "Standard", "user:", "/desk/")  # fmt: skip
BRIEF = {"tried": "Restarted it", "impact": "No bills", "asked": "Find it", "evidence": "A log"}


def example_of(name: str, known: Known) -> Any:
    """Something that looks like what a value of this name holds."""
    if name == "brief":
        return BRIEF
    if name == "answers":
        return [
            {"words": "Yes: <a> & b", "link": "https://desk.example/a"},
            {"words": "No", "link": "https://b.example"},
        ]
    return [f"{name} <1>", f"{name} & 2"] if name in known.lists else f"{name} of <a> & 5 %"


def examples(known: Known) -> Iterator[dict[str, Any]]:
    """Values for every path through a letter that hangs on one of them: all there, none there, each alone missing."""
    full = {name: example_of(name, known) for name in known.names}
    yield full
    yield dict.fromkeys(known.names, "")
    for name in known.names:
        yield {**full, name: "silence" if name == "how" else ""}
        yield {**dict.fromkeys(known.names, ""), name: full[name]}


# -- flattening ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_flattened_letter_says_the_same_as_the_built_in_one(language: str) -> None:
    assert len(own_words.letters_there_are()) > 60
    for kind, side in own_words.letters_there_are():
        said, known = own_words.built_in(kind, side, language), own_words.known_to(kind, side)
        template = Engine.get_default().get_template(own_words.template_of(kind, side))
        for values in examples(known):
            with translation.override(language):
                built_in = template.render(Context(values, autoescape=False)).strip()
                mine = "\n".join(render(part, known, values) for part in said)
            assert tidy(mine) == tidy(built_in), (kind, side)


def test_nothing_of_templates_is_left_in_the_flattened_letter() -> None:
    said = "".join("".join(own_words.built_in(*letter, "de")) for letter in own_words.letters_there_are())
    for tag in ("{% load", "{% block", "{% extends", "{% include", "{% translate", "%("):
        assert tag not in said
    assert "Guten Tag {{ name }}," in said
    assert "Hello {{ name }}," not in said


def test_subject_and_text_are_apart() -> None:
    with translation.override("en"):
        said = flattened("notices/case_closed/customer.txt")
    assert said.subject == "Closed: {{ subject }}"
    assert said.text.startswith("Dear {{ name }},\n\n{% if how ==")


def test_every_built_in_letter_fits_into_the_form() -> None:
    longest = LetterTemplate._meta.get_field("subject").max_length
    assert longest is not None
    for language in ("en", "de"):
        for kind, side in own_words.letters_there_are():
            assert len(own_words.built_in(kind, side, language).subject) <= longest, (kind, side, language)
            assert len(kind) <= 40


# -- the small language ----------------------------------------------------------------------------------

KNOWN = Known(("name", "words", "options"), ("options",))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("Hello {{ name }}", "Hello <Ida>"),
        ("{{ name|upper|truncatechars:3 }}", "<I…"),
        ("{% if words %}{{ words }}{% else %}none{% endif %}", "none"),
        ("{% for one in options %}{{ forloop.counter }}. {{ one }} {% empty %}-{% endfor %}", "1. a 2. b "),
        ("{% with who=name %}{{ who }}{% endwith %}{% comment %}{{ x }}{% endcomment %}", "<Ida>"),
        ("{{ words|default:name }}{% if name == 'x' or not words %}!{% endif %}", "<Ida>!"),
        ("100 % {not} a {tag}", "100 % {not} a {tag}"),
    ],
)
def test_it_chooses_repeats_and_names(source: str, said: str) -> None:
    assert render(source, KNOWN, {"name": "<Ida>", "words": "", "options": ["a", "b"]}) == said


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("Hi\n{{ nmae }}", 2, "there is no “nmae” in this letter; there are: name, options, words"),
        ("{% if who %}{% endif %}", 1, "no “who”"),
        ("{{ name|default:who }}", 1, "no “who”"),
        ("\n\n{% load i18n %}", 3, "no tag “load”; there are: if, for, with, comment"),
        ("{% include 'x' %}", 1, "no tag “include”"),
        ("{% extends 'x' %}", 1, "no tag “extends”"),
        ("{% debug %}", 1, "no tag “debug”"),
        ("{% autoescape on %}{% endautoescape %}", 1, "no tag “autoescape”"),
        ("{{ name|center:'999999999' }}", 1, "not understood: Invalid filter: 'center'"),
        ("{{ name|safe }}", 1, "Invalid filter: 'safe'"),
        ("Hi\n{% if name %}", 2, "not understood: Unclosed tag"),
        ("{{ name.__class__ }}", 1, "not understood"),
        ("{{ }}", 1, "not understood"),
        ("{% for one in words %}{{ one }}{% endfor %}", 1, "cannot go through “words”; the lists are: options"),
        ("{% for a in options %}{% for b in options %}{% endfor %}{% endfor %}", 1, "a “for” stands within another"),
        ("{% if name %}" * 13 + "{% endif %}" * 13, 1, "too many"),
        ("{% if name %}{% endif %}" * 300, 1, "too many"),
        ("x" * 20_001, 1, "longer than 20000 characters"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(source: str, line: int, said: str) -> None:
    with pytest.raises(WrongWords, match="Line") as refused:
        checked(source, KNOWN)
    assert refused.value.line == line
    assert said in str(refused.value)


def test_a_value_that_may_not_be_named_is_not_there_even_if_somebody_hands_it_in() -> None:
    with pytest.raises(WrongWords, match="no “why”"):
        render("{{ why }}", KNOWN, {"name": "Ida", "why": SECRET})


# -- what a letter may name ------------------------------------------------------------------------------


def flat(value: object) -> str:
    """Everything that a value says, down to its last part."""
    if isinstance(value, dict):
        return " ".join(flat(part) for part in value.values())
    return " ".join(map(flat, value)) if isinstance(value, list | tuple) else str(value)


def is_plain(value: object) -> bool:
    """Whether nothing can be reached through a value beyond what it says."""
    if isinstance(value, dict):
        return all(isinstance(name, str) and is_plain(part) for name, part in value.items())
    if isinstance(value, list):
        return all(map(is_plain, value))
    return value is None or isinstance(value, str | int | bool | Promise)


def test_letters_hand_out_plain_values_and_to_customers_nothing_internal(company: Company) -> None:
    kinds = set[str]()
    for notice in everything(company):
        reader = letters.reader_of(notice.recipient)
        assert reader is not None
        kind = letters.told_of(notice)[0].kind
        values = letters.values_of(notice, reader, ["also"])
        assert all(map(is_plain, values.values())), (kind, values)
        if reader.is_customer:
            kinds.add(kind)
            assert [word for word in INTERNAL if word in flat(values)] == [], kind
            assert own_words.known_to(kind, "customer").names, kind
        said = own_words.built_in(kind, reader.side, "en")
        also = [phrase(other) for other in folded(notice)]
        mine = own_words.rendered(kind, reader.side, said, _in_time(notice, also), prefix_of(notice))
        assert mine == letter_of(notice), "the flattened words write the very letter"
    assert kinds == {kind for kind, roles in AUDIENCE.items() if Role.CUSTOMER in roles}


def _in_time(notice: Notice, also: list[str]) -> dict[str, Any]:
    """The values of a notice in the time zone of its reader; everybody in the cast lives in Berlin."""
    reader = letters.reader_of(notice.recipient)
    assert reader is not None
    with letters.as_read_by(reader):
        return letters.values_of(notice, reader, also)


def prefix_of(notice: Notice) -> str:
    return f"[{letters.told_of(notice)[1].reference}] "


def test_words_for_customers_cannot_name_what_only_colleagues_read() -> None:
    staff_only = {"who", "why", "severity", "customer", "brief", "question", "person", "left", "because", "manager"}
    for kind, side in own_words.letters_there_are():
        if side == "customer":
            assert not staff_only & set(own_words.known_to(kind, side).names), kind


# -- sending ---------------------------------------------------------------------------------------------


def own(company: Company, **fields: Any) -> LetterTemplate:
    values = {"subject": "Welcome: {{ subject }}", "text": "Hej {{ name }}!\n\n{{ quoted }}\n\n{{ link }}", **fields}
    where = {"kind": "case.opened", "reader": "customer", "language": "en"} | values
    return LetterTemplate.objects.create(**where, changed_by=company.administrator)


def test_own_words_take_the_place_of_the_built_in_ones(company: Company) -> None:
    own(company)
    case = company.open()
    letter = letter_of(newest(case, company.ida.contact.code))
    assert letter.subject == f"[{case.reference}] Welcome: Meter readings stop arriving"
    assert letter.text.startswith("Hej Ida Holm!\n\n> This is the third night.\n\nhttp")


@pytest.mark.parametrize(
    "elsewhere", [{"is_active": False}, {"language": "de"}, {"reader": "staff"}, {"kind": "case.closed"}], ids=str
)
def test_words_for_another_letter_or_not_in_use_change_nothing(company: Company, elsewhere: dict[str, Any]) -> None:
    own(company, **elsewhere)
    assert "We have your case" in letter_of(newest(company.open(), company.ida.contact.code)).subject


def test_each_language_has_its_own(company: Company) -> None:
    own(company, language="de", subject="Servus: {{ subject }}")
    User.objects.filter(pk=company.ida.user.pk).update(language="de")
    assert "Servus: " in letter_of(newest(company.open(), company.ida.contact.code)).subject


@pytest.mark.parametrize(
    "broken",
    [
        {"text": "{{ gone }}"},
        {"text": "{% if name %}"},
        {"subject": "{% if false_thing %}x{% endif %}"},
        {"subject": "{% if not name %}x{% endif %}"},
        {"text": "{% if not name %}x{% endif %}"},
    ],
    ids=str,
)
def test_words_that_cannot_be_used_give_way_to_the_built_in_ones(company: Company, broken: dict[str, str]) -> None:
    own(company, **broken)
    letter = letter_of(newest(company.open(), company.ida.contact.code))
    assert "We have your case" in letter.subject
    assert "Dear Ida Holm," in letter.text


def test_a_subject_in_own_words_is_one_line_whatever_is_filled_in(company: Company) -> None:
    own(company, subject="Got\r\nBcc: {{ subject }}")
    case = company.open(subject="it\r\nCc: all@customer.example")
    letter: Letter = letter_of(newest(case, company.ida.contact.code))
    assert letter.subject == one_line(letter.subject)
    assert letter.subject == f"[{case.reference}] Got Bcc: it Cc: all@customer.example"


def test_what_is_wrong_with_kept_words_is_found_without_sending_a_letter(company: Company) -> None:
    assert own_words.trouble_with(own(company)) == ""
    assert "no “gone”" in own_words.trouble_with(
        LetterTemplate(kind="case.opened", reader="customer", text="{{ gone }}")
    )
    assert own_words.trouble_with(LetterTemplate(kind="of.old", reader="staff")) != ""


def test_administrators_are_told_once_of_words_that_cannot_be_used_and_again_after_a_change(company: Company) -> None:
    kept = own(company, text="{{ gone }}")
    own(company, language="de")
    assert wording.check(MONDAY) == 1
    assert wording.check(MONDAY) == 1
    [notice] = Notice.objects.filter(bulletin__kind="words", channel="mail")
    assert notice.recipient == company.administrator.code
    letter = letter_of(notice)
    assert letter.subject == "Own words that cannot be used: case.opened · customers · en"
    assert f"/admin/escalations/lettertemplate/{kept.pk}/change/" in letter.text
    kept.save()
    wording.check(MONDAY)
    assert Notice.objects.filter(bulletin__kind="words", channel="mail").count() == 2


def test_nobody_is_told_of_words_that_rest(company: Company) -> None:
    own(company, text="{{ gone }}", is_active=False)
    assert wording.check(MONDAY) == 0
    assert not Notice.objects.filter(bulletin__isnull=False).exists()
