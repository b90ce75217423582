"""Run by Alembic: applies the steps through the connection that ``upgrade`` hands over."""

from alembic import context

from db.migrations.upgrade import VERSION_TABLE
from db.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
)
context.run_migrations()
