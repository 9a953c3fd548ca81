"""Alembic's entry point. Runs only inside :meth:`Database.migrate`, which provides the connection and the transaction."""

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
