"""What is written often, and what is done together."""

from __future__ import annotations

from typing import Any

from escalations.models import CannedReply, Macro, MacroStep, Topic

# Name, language, topic, words.
REPLIES = (
    (
        "We have it, and when you hear from us",
        "en",
        "",
        "Hello {{ first_name }},\n\nwe look at “{{ subject }}” ({{ reference }}) now.\n\n{{ me }}",
    ),
    (
        "Wir haben es, und wann Sie von uns hören",
        "de",
        "",
        "Guten Tag {{ contact }},\n\nwir sehen uns „{{ subject }}“ ({{ reference }}) jetzt an.\n\n{{ me }}",
    ),
    (
        "Please send the log of last night",
        "en",
        "metering",
        "Hello {{ first_name }},\n\nplease send us the log of the collector from 01:30 to 02:30.\n\n{{ me }}",
    ),
    (
        "Still on it",
        "en",
        "",
        "Hello {{ first_name }},\n\n{{ team }} is on it. You hear from us by {{ news_by }} at the latest.\n\n{{ me }}",
    ),
)
# Name, what it is for, acts in order.
Acts = tuple[tuple[str, dict[str, Any]], ...]
MACROS: tuple[tuple[str, str, Acts], ...] = (
    (
        "Take it, answer, promise",
        "The first answer to a new case: it is yours, the customer knows, and by when they hear more.",
        (
            ("take", {}),
            ("promise", {"text": "Hello {{ first_name }},\n\nI have {{ reference }} and look at it now.\n\n{{ me }}"}),
        ),
    ),
    (
        "Up to the specialists",
        "When the script is done and did not help.",
        (
            ("note", {"text": "The script is done; nothing of it helped."}),
            ("escalate", {"because": "skill", "text": "Please find the cause, and say what happens next."}),
            ("watch", {}),
        ),
    ),
)  # fmt: skip


def help_to_write() -> None:
    """Canned replies and macros for every team."""
    for position, (name, language, topic, text) in enumerate(REPLIES, start=1):
        about = Topic.objects.get(slug=topic) if topic else None
        CannedReply.objects.create(name=name, language=language, topic=about, text=text, position=position)
    for position, (name, meaning, acts) in enumerate(MACROS, start=1):
        macro = Macro.objects.create(name=name, meaning=meaning, position=position)
        for number, (verb, values) in enumerate(acts, start=1):
            MacroStep.objects.create(macro=macro, position=number, verb=verb, values=values)
