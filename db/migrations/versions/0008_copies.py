"""Copies of the record: which calls the index and the graph have yet to take over.

Revision: 0008
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

DUE = """
CREATE TABLE copies_due (
  copy text NOT NULL CHECK (copy IN ('index', 'graph')), transcript_id bigint NOT NULL,
  mark bigint NOT NULL, gone boolean NOT NULL, at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (copy, transcript_id)
);
CREATE INDEX ix_copies_due_gone ON copies_due (copy) WHERE gone"""

# Written by the database itself, once a statement, so that no writer can forget it. Every update counts: to compare the
# rows costs more than to copy a call once too often. `mark` is the writer's transaction: what is crossed off is what
# was read, and not what was written since.
CHANGED = """
CREATE FUNCTION aftercall_copies_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO copies_due (copy, transcript_id, mark, gone)
  SELECT copy, id, pg_current_xact_id()::text::bigint, TG_OP = 'DELETE'
  FROM changed_rows, (VALUES ('index'), ('graph')) AS each (copy)
  ON CONFLICT (copy, transcript_id) DO UPDATE SET mark = excluded.mark, gone = excluded.gone, at = excluded.at;
  RETURN NULL;
END $$;
CREATE TRIGGER copies_due_insert AFTER INSERT ON transcripts REFERENCING NEW TABLE AS changed_rows
  FOR EACH STATEMENT EXECUTE FUNCTION aftercall_copies_due();
CREATE TRIGGER copies_due_update AFTER UPDATE ON transcripts REFERENCING NEW TABLE AS changed_rows
  FOR EACH STATEMENT EXECUTE FUNCTION aftercall_copies_due();
CREATE TRIGGER copies_due_delete AFTER DELETE ON transcripts REFERENCING OLD TABLE AS changed_rows
  FOR EACH STATEMENT EXECUTE FUNCTION aftercall_copies_due()"""

STORED_ALREADY = """
INSERT INTO copies_due (copy, transcript_id, mark, gone)
SELECT copy, id, 0, false FROM transcripts, (VALUES ('index'), ('graph')) AS each (copy)"""


def upgrade() -> None:
    """Adds the list of what is due, and puts every call on it."""
    for statement in (DUE, CHANGED, STORED_ALREADY):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Takes it away; the copies have to be made anew."""
    for statement in (
        "DROP TRIGGER copies_due_insert ON transcripts",
        "DROP TRIGGER copies_due_update ON transcripts",
        "DROP TRIGGER copies_due_delete ON transcripts",
        "DROP FUNCTION aftercall_copies_due",
        "DROP TABLE copies_due",
    ):
        op.get_bind().exec_driver_sql(statement)
