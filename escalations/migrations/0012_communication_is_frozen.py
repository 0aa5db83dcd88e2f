"""Rules of communication are frozen like all rows of a published version."""

from typing import Any

from django.db import migrations

FREEZE = (
    "CREATE TRIGGER belay_frozen BEFORE INSERT OR UPDATE OR DELETE ON escalations_communication "
    "FOR EACH ROW EXECUTE FUNCTION belay_only_drafts('escalations_policyversion')"
)


def freeze(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(FREEZE, params=None)


def thaw(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP TRIGGER belay_frozen ON escalations_communication", params=None)


class Migration(migrations.Migration):
    dependencies = [("escalations", "0011_messages_both_ways")]

    operations = [migrations.RunPython(freeze, thaw)]
