"""What agents gave is stored as it is, not packed: it is gone again as soon as the run is done.

Packing it took a fifth of what PostgreSQL works for a call.

Revision: 0016
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Packs no more."""
    op.get_bind().exec_driver_sql("ALTER TABLE run_outputs ALTER COLUMN output SET STORAGE EXTERNAL")


def downgrade() -> None:
    """Packs again what comes from now on."""
    op.get_bind().exec_driver_sql("ALTER TABLE run_outputs ALTER COLUMN output SET STORAGE EXTENDED")
