"""A version is reviewed, may wait for its day, and is looked at again; what it is for stands in the version itself.

The row triggers of PostgreSQL know the same moves as escalations/models/immutable.py.
"""

from typing import Any

from django.db import migrations

MOVES = """
CREATE OR REPLACE FUNCTION belay_only_retire() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[];
BEGIN
    IF OLD.state = 'draft' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        free := CASE OLD.state || '>' || NEW.state
            WHEN 'review>draft' THEN ARRAY['state', 'submitted_at', 'submitted_by_id']
            WHEN 'review>scheduled' THEN ARRAY['state', 'published_at', 'published_by_id', 'effective_at', 'review_by']
            WHEN 'review>published' THEN ARRAY['state', 'published_at', 'published_by_id', 'effective_at', 'review_by']
            WHEN 'scheduled>published' THEN ARRAY['state']
            WHEN 'scheduled>retired' THEN ARRAY['state', 'retired_at']
            WHEN 'published>retired' THEN ARRAY['state', 'retired_at']
            WHEN 'published>published' THEN ARRAY['review_by']
        END;
        IF free IS NOT NULL AND to_jsonb(NEW) - free = to_jsonb(OLD) - free THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'belay: a published version may only be retired' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION belay_only_retire() RETURNS trigger LANGUAGE plpgsql AS $$
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
CHILDREN = ("role", "training")
VERSIONS = "escalations_policyversion"
COPY = (
    f"UPDATE {VERSIONS} SET purpose = (SELECT purpose FROM escalations_policy WHERE escalations_policy.id = policy_id)"
)
COPY_BACK = (
    "UPDATE escalations_policy SET purpose = COALESCE((SELECT v.purpose FROM escalations_policyversion v "
    "WHERE v.policy_id = escalations_policy.id ORDER BY v.number DESC LIMIT 1), '')"
)


def copy(apps: Any, editor: Any) -> None:
    """Every version says what its policy said; the trigger that freezes published ones sleeps meanwhile."""
    if editor.connection.vendor != "postgresql":
        editor.execute(COPY, params=None)
        return
    editor.execute(f"ALTER TABLE {VERSIONS} DISABLE TRIGGER belay_versions", params=None)
    editor.execute(COPY, params=None)
    editor.execute(f"ALTER TABLE {VERSIONS} ENABLE TRIGGER belay_versions", params=None)


def copy_back(apps: Any, editor: Any) -> None:
    editor.execute(COPY_BACK, params=None)


def install(apps: Any, editor: Any) -> None:
    if editor.connection.vendor != "postgresql":
        return
    editor.execute(MOVES, params=None)
    for child in CHILDREN:
        editor.execute(
            f"CREATE TRIGGER belay_frozen BEFORE INSERT OR UPDATE OR DELETE ON escalations_{child} "
            f"FOR EACH ROW EXECUTE FUNCTION belay_only_drafts('{VERSIONS}')",
            params=None,
        )
    editor.execute(
        "CREATE TRIGGER belay_journal BEFORE UPDATE OR DELETE ON escalations_seenpage "
        "FOR EACH ROW EXECUTE FUNCTION belay_refuse()",
        params=None,
    )


def remove(apps: Any, editor: Any) -> None:
    if editor.connection.vendor != "postgresql":
        return
    for child in CHILDREN:
        editor.execute(f"DROP TRIGGER belay_frozen ON escalations_{child}", params=None)
    editor.execute("DROP TRIGGER belay_journal ON escalations_seenpage", params=None)
    editor.execute(BEFORE, params=None)


class Migration(migrations.Migration):
    dependencies = [("escalations", "0018_the_living_procedure")]

    operations = [
        migrations.RunPython(copy, copy_back),
        migrations.RemoveField(model_name="policy", name="purpose"),
        migrations.RunPython(install, remove),
    ]
