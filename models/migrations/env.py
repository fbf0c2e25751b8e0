"""What alembic runs for each command: the connection is handed over by the caller, never opened here."""

from alembic import context
from sqlmodel import SQLModel

from models import catalog, console, order, store, sync

__all__ = ["catalog", "console", "order", "store", "sync"]

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
