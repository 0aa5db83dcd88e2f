"""Signs, pictures and form fields of the components, from plain values."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django import forms
from django.template import Context, Template

from escalations.models import words
from escalations.rules.vocabulary import CaseState, EscalationState, Severity
from escalations.templatetags import belay

AT = datetime(2026, 3, 2, 10, 24, tzinfo=UTC)


@dataclass
class Stretch:
    start: datetime
    end: datetime
    why: str
    percent: float
    words: str = "words"


@dataclass
class Rung:
    number: int
    place: str
    was_visited: bool = False
    joins_at: datetime | None = None
    name: str = "Name"
    meaning: str = ""
    team: str = "Team"
    left_at: datetime | None = None
    skipped_at: datetime | None = None
    skipped_by: str = ""


def render(source: str, **context: Any) -> str:
    return Template("{% load belay %}" + source).render(Context({"at": AT, **context}))


def test_every_code_has_a_sign_and_words() -> None:
    for state in CaseState:
        assert str(words.CASE_STATES[state]) in render("{% case_state state %}", state=state)
    for climb in EscalationState:
        assert str(words.ESCALATION_STATES[climb]) in render("{% escalation_state climb %}", climb=climb)
    signs = {belay.SEVERITY_LOOKS[severity][0] for severity in Severity}
    assert len(signs) == len(Severity)


def test_the_level_is_drawn_as_rungs_and_said_in_words() -> None:
    drawn = render("{% rungs 2 %}")
    assert drawn.count("<i") == 4
    assert drawn.count('class="on"') == 2
    assert 'aria-label="Level 2 of 4"' in drawn


@pytest.mark.parametrize(
    ("name", "initials"), [("Ida Holm", "IH"), ("Björn van der Berg", "BB"), ("ada", "AD"), ("", "·"), ("– Ö", "Ö")]
)
def test_a_face_is_the_initials_of_a_name(name: str, initials: str) -> None:
    assert f">{initials}<" in render("{% face name %}", name=name)


def test_working_time_after_the_due_instant_is_drawn_as_late() -> None:
    hour = timedelta(hours=1)
    pieces = [Stretch(AT, AT + 2 * hour, "open", 50), Stretch(AT + 2 * hour, AT + 4 * hour, "closed", 50)]
    parts = list(belay.clock_parts(pieces, AT + hour))
    assert [(part.why, part.x, part.width) for part in parts] == [
        ("open", 0, 25),
        ("over", 25, 25),
        ("closed", 50, 50),
    ]


def test_the_rope_is_solid_where_it_climbed_and_dotted_where_it_will_by_itself() -> None:
    rungs = [Rung(4, "above"), Rung(3, "next", joins_at=AT), Rung(2, "here"), Rung(1, "below", was_visited=True)]
    drawn = belay.ladder(Context({"at": AT}), rungs, "Mara", AT)["rungs"]
    assert [(rung["place"], rung["above"], rung["below"]) for rung in drawn] == [
        ("later", "", ""),
        ("next", "", "coming"),
        ("here", "coming", "solid"),
        ("passed", "solid", ""),
    ]


def test_no_rope_hangs_to_a_level_the_case_never_saw_or_will_not_reach_by_itself() -> None:
    rungs = [Rung(3, "next"), Rung(2, "here"), Rung(1, "below")]
    drawn = belay.ladder(Context({"at": AT}), rungs)["rungs"]
    assert {rung["above"] + rung["below"] for rung in drawn} == {""}


class Sample(forms.Form):
    text = forms.CharField(label="Words", help_text="Say it.", widget=forms.Textarea)
    kind = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect, required=False)


def test_a_field_ties_its_help_and_error_to_its_input() -> None:
    drawn = render("{% field form.text %}{% form_errors form %}", form=Sample({"text": ""}))
    assert 'aria-describedby="id_text_help id_text_error"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'id="id_text_error"' in drawn
    assert "nothing you typed is lost" in drawn


def test_a_field_that_may_stay_empty_says_so() -> None:
    assert "optional" in render("{% field form.kind %}", form=Sample())
    assert "optional" not in render("{% field form.text %}", form=Sample())


def test_a_time_is_relative_on_the_page_and_exact_for_machines() -> None:
    drawn = render("{% when instant %}", instant=AT)
    assert 'datetime="2026-03-02T10:24:00+00:00"' in drawn
    assert "today 10:24" in drawn
    assert "UTC" in drawn
    assert render("{% when instant %}", instant=None).strip() == ""
