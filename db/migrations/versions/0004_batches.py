"""Files that were handed over together and wait for a yes.

Revision: 0004
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BATCHES = """
CREATE TABLE batches (
  id text PRIMARY KEY,
  actor text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'started', 'discarded'))
)"""

# `digest` is null where there are no bytes to read: of a member of a zip that can't be unfolded, and of a file that
# was left out when the others were started.
FILES = """
CREATE TABLE batch_files (
  batch_id text NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
  position integer NOT NULL,
  name text NOT NULL,
  digest text REFERENCES sources (digest),
  status text NOT NULL DEFAULT 'waiting'
    CHECK (status IN ('waiting', 'new', 'update', 'duplicate', 'unreadable')),
  sentence text,
  attempts integer NOT NULL DEFAULT 0,
  format text,
  options jsonb NOT NULL DEFAULT '{}'::jsonb,
  wanted boolean,
  external_id text,
  content_hash text,
  client_name text,
  meeting_date text,
  turn_count integer NOT NULL DEFAULT 0,
  speakers jsonb,
  warnings jsonb,
  run_id text REFERENCES runs (id) ON DELETE SET NULL,
  PRIMARY KEY (batch_id, position)
)"""

INDEXES = """
CREATE INDEX ix_batches_actor ON batches (actor, created_at DESC);
CREATE INDEX ix_batch_files_waiting ON batch_files (batch_id, position) WHERE status = 'waiting';
CREATE INDEX ix_batch_files_digest ON batch_files (digest);
CREATE INDEX ix_batch_files_run_id ON batch_files (run_id)"""


def upgrade() -> None:
    """Adds the two tables."""
    for statement in (BATCHES, FILES, INDEXES):
        op.execute(statement)


def downgrade() -> None:
    """Takes them away again; what was started is in the runs."""
    op.execute("DROP TABLE batch_files, batches")
