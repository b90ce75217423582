"""Two minds: which one gave what, and what the other one said.

Revision: 0007
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# The fields of which the mind whose value does not stand says something that words of the call support, and of which
# no person spoke. It calls no other function of ours: while a dump is restored, none is found by its bare name.
DISAGREEMENTS = """
CREATE FUNCTION aftercall_disagreements(beside jsonb, edits jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY(
    SELECT key FROM jsonb_each(CASE jsonb_typeof(beside) WHEN 'object' THEN beside ELSE '{}' END)
    WHERE value ->> 'state' IN ('verified', 'paraphrased') AND coalesce(NOT edits -> 'crm_data' ? key, true)
    ORDER BY key
  )
$$"""

# Most calls have none: the function is not even called for them.
CALLS = """
ALTER TABLE transcripts ADD minds jsonb NOT NULL DEFAULT '{}',
  ADD disagreements text[] NOT NULL GENERATED ALWAYS AS (
    CASE WHEN extracted_data ? 'beside' THEN aftercall_disagreements(extracted_data -> 'beside', edits)
    ELSE '{}'::text[] END) STORED;
CREATE INDEX ix_transcripts_disagreements ON transcripts (id) WHERE disagreements <> '{}'"""

STEPS = "ALTER TABLE run_steps ADD note text"


def upgrade() -> None:
    """Adds the columns; what is stored came from one mind, and says so in the ledger already."""
    connection = op.get_bind()
    for statement in (DISAGREEMENTS, CALLS, STEPS):
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    """Takes them away again; the ledger keeps its rows."""
    connection = op.get_bind()
    for statement in (
        "ALTER TABLE run_steps DROP note",
        "ALTER TABLE transcripts DROP disagreements, DROP minds",
        "DROP FUNCTION aftercall_disagreements",
    ):
        connection.exec_driver_sql(statement)
