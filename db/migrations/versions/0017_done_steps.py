"""A next step that a person marked as done stays so where it is told in other words.

Revision: 0017
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

FOLDED = "trim(regexp_replace(lower({action}), '[^[:alnum:]]+', ' ', 'g'))"
STORED = FOLDED.replace("{action}", "t.crm_data -> 'next_steps' -> step.place ->> 'action'")
WRITTEN = FOLDED.replace("{action}", "changed_rows.crm_data -> 'next_steps' -> step.place ->> 'action'")

COLUMNS = """
ALTER TABLE done_steps ADD COLUMN owner text NOT NULL DEFAULT '', ADD COLUMN day date,
  ADD COLUMN action text NOT NULL DEFAULT ''"""

MARKED_ALREADY = """
UPDATE done_steps SET owner = step.owner, day = step.day,
  action = coalesce({stored}, '')
FROM call_steps AS step JOIN transcripts AS t ON t.id = step.transcript_id
WHERE step.transcript_id = done_steps.transcript_id AND step.step_key = done_steps.step_key"""

# A mark whose step is gone goes over to the step of the same owner that is most like it: half of the words of both are
# the same, or a quarter where the day is. Runs after the trigger that writes call_steps: they go by their names.
TRIGGER = """
CREATE FUNCTION aftercall_done_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM done_steps AS done JOIN changed_rows ON changed_rows.id = done.transcript_id
    WHERE NOT EXISTS (SELECT FROM call_steps AS step
      WHERE step.transcript_id = done.transcript_id AND step.step_key = done.step_key))
  THEN
    UPDATE done_steps SET step_key = alike.new_key, action = alike.new_action, day = alike.new_day
    FROM (
      SELECT DISTINCT ON (transcript_id, new_key) * FROM (
        SELECT DISTINCT ON (done.transcript_id, done.step_key) done.transcript_id, done.step_key,
          step.step_key AS new_key, step.day AS new_day, told.action AS new_action, likeness.share
        FROM done_steps AS done
        JOIN changed_rows ON changed_rows.id = done.transcript_id
        JOIN call_steps AS step ON step.transcript_id = done.transcript_id AND step.owner = done.owner
        CROSS JOIN LATERAL (SELECT
          {written} AS action
        ) AS told
        CROSS JOIN LATERAL (
          SELECT 2.0 * count(*) FILTER (WHERE sides = 2) / nullif(sum(sides), 0) AS share
          FROM (SELECT count(*) AS sides FROM (
            SELECT DISTINCT 1, word FROM regexp_split_to_table(done.action, ' ') AS word
            UNION ALL SELECT DISTINCT 2, word FROM regexp_split_to_table(told.action, ' ') AS word
          ) AS side (number, word) WHERE word <> '' GROUP BY word) AS counted
        ) AS likeness
        WHERE likeness.share >= CASE WHEN done.day = step.day THEN 0.25 ELSE 0.5 END
          AND NOT EXISTS (SELECT FROM call_steps AS same
            WHERE same.transcript_id = done.transcript_id AND same.step_key = done.step_key)
          AND NOT EXISTS (SELECT FROM done_steps AS marked
            WHERE marked.transcript_id = step.transcript_id AND marked.step_key = step.step_key)
        ORDER BY done.transcript_id, done.step_key, likeness.share DESC, step.place
      ) AS best
      ORDER BY transcript_id, new_key, share DESC, step_key
    ) AS alike
    WHERE done_steps.transcript_id = alike.transcript_id AND done_steps.step_key = alike.step_key;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER done_steps_update AFTER UPDATE ON transcripts REFERENCING NEW TABLE AS changed_rows
  FOR EACH STATEMENT EXECUTE FUNCTION aftercall_done_steps()"""


def upgrade() -> None:
    """Adds what a mark's step said, and the trigger."""
    connection = op.get_bind()
    for statement in (COLUMNS, MARKED_ALREADY.replace("{stored}", STORED), TRIGGER.replace("{written}", WRITTEN)):
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    """Takes them away again; marks whose step was told in other words since stay where they went."""
    connection = op.get_bind()
    for statement in (
        "DROP TRIGGER done_steps_update ON transcripts",
        "DROP FUNCTION aftercall_done_steps",
        "ALTER TABLE done_steps DROP COLUMN owner, DROP COLUMN day, DROP COLUMN action",
    ):
        connection.exec_driver_sql(statement)
