"""On PostgreSQL the database itself refuses changes to the journal and to published configuration.

SQLite has no such triggers here: they would also refuse the flush by which the test runner empties its tables. There the
models and querysets refuse alone.
"""

from typing import Any

from django.db import migrations

CHILDREN = {
    "policyversion": ["level", "target", "matrixcell", "trigger", "calendarpin"],
    "calendarversion": ["hours", "specialday"],
}

FUNCTIONS = """
CREATE FUNCTION belay_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'belay: % is on record and never changes', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION belay_only_drafts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found text;
    versions bigint[] := ARRAY[]::bigint[];
BEGIN
    IF TG_OP <> 'INSERT' THEN versions := versions || OLD.version_id; END IF;
    IF TG_OP <> 'DELETE' THEN versions := versions || NEW.version_id; END IF;
    EXECUTE format('SELECT state FROM %I WHERE id = ANY($1) AND state <> ''draft'' LIMIT 1', TG_ARGV[0])
        INTO found USING versions;
    IF found IS NOT NULL THEN
        RAISE EXCEPTION 'belay: % belongs to a version that was published', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION belay_only_retire() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'draft' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.state = 'retired' AND OLD.state = 'published'
        AND to_jsonb(NEW) - 'state' - 'retired_at' = to_jsonb(OLD) - 'state' - 'retired_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'belay: a published version may only be retired' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def install(apps: Any, editor: Any) -> None:
    if editor.connection.vendor != "postgresql":
        return
    editor.execute(FUNCTIONS, params=None)
    editor.execute(
        "CREATE TRIGGER belay_journal BEFORE UPDATE OR DELETE ON escalations_event "
        "FOR EACH ROW EXECUTE FUNCTION belay_refuse()",
        params=None,
    )
    for version, children in CHILDREN.items():
        editor.execute(
            f"CREATE TRIGGER belay_versions BEFORE UPDATE OR DELETE ON escalations_{version} "
            "FOR EACH ROW EXECUTE FUNCTION belay_only_retire()",
            params=None,
        )
        for child in children:
            editor.execute(
                f"CREATE TRIGGER belay_frozen BEFORE INSERT OR UPDATE OR DELETE ON escalations_{child} "
                f"FOR EACH ROW EXECUTE FUNCTION belay_only_drafts('escalations_{version}')",
                params=None,
            )


def remove(apps: Any, editor: Any) -> None:
    if editor.connection.vendor != "postgresql":
        return
    editor.execute("DROP FUNCTION belay_refuse, belay_only_drafts, belay_only_retire CASCADE", params=None)


class Migration(migrations.Migration):
    dependencies = [("escalations", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
