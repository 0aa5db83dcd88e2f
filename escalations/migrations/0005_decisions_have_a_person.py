"""Decisions belong to an escalation and a person now, and required documents are frozen like all rows of a version."""

from typing import Any

from django.db import migrations

FREEZE = (
    "CREATE TRIGGER belay_frozen BEFORE INSERT OR UPDATE OR DELETE ON escalations_requirement "
    "FOR EACH ROW EXECUTE FUNCTION belay_only_drafts('escalations_policyversion')"
)


def fill(apps: Any, editor: Any) -> None:
    """Until now every decision came with a step: it was asked with it, of whom the step went to."""
    for decision in apps.get_model("escalations", "Decision").objects.select_related("step"):
        decision.escalation_id, decision.person_id = decision.step.escalation_id, decision.step.person_id
        decision.asked_at = decision.step.started_at
        decision.save(update_fields=["escalation_id", "person_id", "asked_at"])


def begin(apps: Any, editor: Any) -> None:
    """Every escalation began at the level and with the team its first step came from."""
    steps = apps.get_model("escalations", "Step").objects.filter(number=1).select_related("escalation")
    for step in steps.iterator():
        climb = step.escalation
        climb.from_level, climb.from_team_id = step.from_level, step.from_team_id
        climb.save(update_fields=["from_level", "from_team_id"])


def freeze(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(FREEZE, params=None)


def thaw(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP TRIGGER belay_frozen ON escalations_requirement", params=None)


class Migration(migrations.Migration):
    dependencies = [("escalations", "0004_the_ladder")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(begin, migrations.RunPython.noop),
        migrations.RunPython(freeze, thaw),
    ]
