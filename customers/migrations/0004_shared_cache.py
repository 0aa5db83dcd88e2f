"""The table of the cache that all processes share."""

from typing import Any

from django.core.management import call_command
from django.db import migrations


def make_table(apps: Any, editor: Any) -> None:
    call_command("createcachetable", "belay_cache", database=editor.connection.alias, verbosity=0)


def drop_table(apps: Any, editor: Any) -> None:
    editor.execute("DROP TABLE IF EXISTS belay_cache", params=None)


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_people_come_in")]

    operations = [migrations.RunPython(make_table, drop_table)]
