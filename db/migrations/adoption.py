"""Takes over a `transcripts` table of a Stellar Sales System (or one much like it). Nothing in it is lost.

Called by the first migration, in its transaction: ``prepare`` brings the seed's columns to our types and makes
room for ours, ``carry_over`` writes what our new columns say about the old rows.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from db.errors import CannotMigrate

_TEXTS = ("external_id", "filename", "full_text", "email_draft")
_JSONS = ("extracted_data", "social_content", "crm_data")
_MOMENTS = ("created_at", "updated_at")
_OURS = (
    "dialogue call chunks coaching content_hash proposed edits email_sent version "
    "client_name outcome deal_stage deal_amount meeting_date search_text "
    "client_key deposit_amount amount_said deposit_said"
).split()
_OTHER_TABLES = ("changes", "sources", "runs", "run_steps", "chunk_vectors")

# JSON from text. Text that is no JSON becomes a JSON string, JSON that was packed into a string is unpacked.
_READ_JSON = r"""
CREATE FUNCTION pg_temp.aftercall_json(told text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE found jsonb;
BEGIN
  BEGIN
    found := told::jsonb;
  EXCEPTION WHEN others THEN
    BEGIN
      found := replace(told, '\u0000', '')::jsonb;
    EXCEPTION WHEN others THEN
      found := to_jsonb(told);
    END;
  END;
  IF jsonb_typeof(found) = 'null' THEN RETURN NULL; END IF;
  IF jsonb_typeof(found) = 'string' AND found #>> '{}' ~ '^\s*[{\[]' THEN
    BEGIN
      found := (found #>> '{}')::jsonb;
    EXCEPTION WHEN others THEN NULL;
    END;
  END IF;
  RETURN found;
END $$"""


@dataclass(frozen=True)
class _Column:
    type: str
    required: bool
    fills_itself: bool


def refuse_taken_names(connection: Connection) -> None:
    """Raises CannotMigrate if another program's tables bear the names that ours need."""
    taken = [name for name in _OTHER_TABLES if connection.scalar(text("SELECT to_regclass(:name)"), {"name": name})]
    if taken:
        raise CannotMigrate(
            f"The database has tables of another program named {', '.join(taken)}, which Aftercall needs for itself. "
            "Give Aftercall a database of its own, or rename those tables."
        )


def prepare(connection: Connection) -> None:
    """Brings the seed's columns to our types, and moves what stands in the way of ours to `<name>_earlier`."""
    connection.exec_driver_sql("LOCK TABLE transcripts IN ACCESS EXCLUSIVE MODE")
    connection.exec_driver_sql(_READ_JSON)
    columns = _columns(connection)
    for name in _OURS:
        if name in columns:
            connection.exec_driver_sql(f"ALTER TABLE transcripts RENAME COLUMN {name} TO {name}_earlier")
    _adopt_id(connection, columns.get("id"))
    for name in _TEXTS:
        _retype(connection, name, "text", columns.get(name), f"{name}::text")
    for name in _JSONS:
        old = columns.get(name)
        _retype(connection, name, "jsonb", old, f"pg_temp.aftercall_json({name}::text)")
        if old is not None and old.type == "jsonb":
            connection.exec_driver_sql(
                f"UPDATE transcripts SET {name} = pg_temp.aftercall_json({name}::text) "  # noqa: S608
                f"WHERE jsonb_typeof({name}) IN ('null', 'string')"
            )
    for name in _MOMENTS:
        _adopt_moment(connection, name, columns.get(name))
    connection.exec_driver_sql(
        "UPDATE transcripts SET created_at = coalesce(created_at, updated_at, now()), "
        "updated_at = coalesce(updated_at, created_at, now()) WHERE created_at IS NULL OR updated_at IS NULL"
    )
    for name in _MOMENTS:
        connection.exec_driver_sql(f"ALTER TABLE transcripts ALTER {name} SET DEFAULT now(), ALTER {name} SET NOT NULL")
    _free_other_columns(connection)


def carry_over(connection: Connection) -> None:
    """Makes `external_id` unique without losing a row, and keeps the old values as the last run's word."""
    _separate_duplicates(connection)
    connection.exec_driver_sql("ALTER TABLE transcripts ALTER external_id SET NOT NULL")
    if not _is_unique(connection):
        connection.exec_driver_sql("ALTER TABLE transcripts ADD UNIQUE (external_id)")
    connection.exec_driver_sql(
        "UPDATE transcripts SET proposed = jsonb_strip_nulls(jsonb_build_object('email_draft', email_draft)) "
        "|| CASE WHEN jsonb_typeof(crm_data) = 'object' THEN jsonb_build_object('crm_data', crm_data) "
        "ELSE '{}'::jsonb END "
        "|| CASE WHEN social_content IS NOT NULL THEN jsonb_build_object('social_content', social_content) "
        "ELSE '{}'::jsonb END"
    )


def _columns(connection: Connection) -> dict[str, _Column]:
    found = connection.execute(
        text(
            "SELECT attname, format_type(atttypid, NULL), attnotnull, "
            "atthasdef OR attidentity <> '' FROM pg_attribute "
            "WHERE attrelid = 'transcripts'::regclass AND attnum > 0 AND NOT attisdropped"
        )
    )
    return {name: _Column(kind, required, fills) for name, kind, required, fills in found}


def _retype(connection: Connection, name: str, kind: str, old: _Column | None, using: str) -> None:
    if old is None:
        connection.exec_driver_sql(f"ALTER TABLE transcripts ADD {name} {kind}")
        return
    if old.fills_itself:
        connection.exec_driver_sql(f"ALTER TABLE transcripts ALTER {name} DROP DEFAULT")
    if old.type != kind:
        connection.exec_driver_sql(f"ALTER TABLE transcripts ALTER {name} TYPE {kind} USING {using}")
    if old.required:
        connection.exec_driver_sql(f"ALTER TABLE transcripts ALTER {name} DROP NOT NULL")


def _adopt_moment(connection: Connection, name: str, old: _Column | None) -> None:
    using = f"{name}::timestamptz"
    if old is not None and old.type in ("timestamp without time zone", "date"):
        using = f"{name}::timestamp AT TIME ZONE 'UTC'"
    _retype(connection, name, "timestamp with time zone", old, using)


def _adopt_id(connection: Connection, old: _Column | None) -> None:
    if old is None:
        connection.exec_driver_sql("ALTER TABLE transcripts ADD id bigint GENERATED BY DEFAULT AS IDENTITY")
    elif old.type not in ("smallint", "integer", "bigint"):
        raise CannotMigrate(
            f"The table 'transcripts' numbers its rows with the type {old.type}, which no Stellar Sales System does. "
            "Give Aftercall a database of its own, or rename that table."
        )
    else:
        if old.type != "bigint":
            connection.exec_driver_sql("ALTER TABLE transcripts ALTER id TYPE bigint")
        if not old.fills_itself:
            connection.exec_driver_sql("ALTER TABLE transcripts ALTER id SET NOT NULL")
            connection.exec_driver_sql("ALTER TABLE transcripts ALTER id ADD GENERATED BY DEFAULT AS IDENTITY")
        sequence = connection.scalar(text("SELECT pg_get_serial_sequence('transcripts', 'id')"))
        if sequence is not None:
            connection.exec_driver_sql(f"ALTER SEQUENCE {sequence} AS bigint")
            connection.execute(
                text(
                    "SELECT setval(CAST(:name AS regclass), greatest(nextval(CAST(:name AS regclass)), "
                    "(SELECT coalesce(max(id), 0) + 1 FROM transcripts)), false)"
                ),
                {"name": sequence},
            )
    if not _is_unique(connection, "id"):
        connection.exec_driver_sql("ALTER TABLE transcripts ADD UNIQUE (id)")


def _free_other_columns(connection: Connection) -> None:
    """Columns that we don't know stay, but may not demand a value that we would have to invent."""
    ours = {"id", *_TEXTS, *_JSONS, *_MOMENTS}
    keyed = set(
        connection.scalars(
            text(
                "SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey) "
                "WHERE indrelid = 'transcripts'::regclass AND indisprimary"
            )
        )
    )
    for name, column in _columns(connection).items():
        if name not in ours and name not in keyed and column.required and not column.fills_itself:
            quoted = connection.dialect.identifier_preparer.quote(name)
            connection.exec_driver_sql(f"ALTER TABLE transcripts ALTER {quoted} DROP NOT NULL")


def _separate_duplicates(connection: Connection) -> None:
    """The newest row keeps its external id; older ones get a suffix, a warning on their page and a change."""
    connection.exec_driver_sql(
        "UPDATE transcripts SET external_id = 'unnamed-' || id WHERE coalesce(btrim(external_id), '') = ''"
    )
    older = connection.execute(
        text(
            "SELECT id, external_id FROM (SELECT id, external_id, row_number() OVER "
            "(PARTITION BY external_id ORDER BY updated_at DESC, id DESC) AS place FROM transcripts) AS ranked "
            "WHERE place > 1 ORDER BY external_id, place"
        )
    ).all()
    for row_id, external_id in older:
        number = 2
        while connection.scalar(_KNOWN, {"name": f"{external_id}~{number}"}):
            number += 1
        connection.execute(_RENAME, {"id": row_id, "old": external_id, "new": f"{external_id}~{number}"})


_KNOWN = text("SELECT EXISTS (SELECT FROM transcripts WHERE external_id = :name)")
_RENAME = text(
    """
    WITH renamed AS (
      UPDATE transcripts SET external_id = CAST(:new AS text), call = jsonb_build_object('warnings', jsonb_build_array(
        'An older record with the id ' || CAST(:old AS text) || ', which a newer one has too. It was kept as '
        || CAST(:new AS text) || '.')) WHERE id = :id
    )
    INSERT INTO changes (transcript_id, external_id, field, old, new, kind, actor)
    VALUES (:id, :new, 'external_id', to_jsonb(CAST(:old AS text)), to_jsonb(CAST(:new AS text)), 'adopt', 'migration')
    """
)


def _is_unique(connection: Connection, column: str = "external_id") -> bool:
    """Whether a unique index that ON CONFLICT and foreign keys can use stands on the column alone."""
    return bool(
        connection.scalar(
            text(
                "SELECT EXISTS (SELECT FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0] "
                "WHERE indrelid = 'transcripts'::regclass AND attname = :column AND indnkeyatts = 1 AND indisunique "
                "AND indimmediate AND indisvalid AND indpred IS NULL AND indexprs IS NULL)"
            ),
            {"column": column},
        )
    )
