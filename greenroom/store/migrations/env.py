"""Alembic's entry. Runs only inside :meth:`Database.migrate`, which brings the connection and owns the transaction."""

from __future__ import annotations

from alembic import context

from greenroom.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite can alter a table only by copying it
)
with context.begin_transaction():
    context.run_migrations()
