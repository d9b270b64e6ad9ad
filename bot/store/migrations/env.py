"""Runs the migrations for Alembic, on the connection and in the transaction that ``Store.migrate`` opened."""

from __future__ import annotations

from alembic import context

from bot.store.schema import metadata


def run() -> None:
    """SQLite changes a table by copying it, hence the batches."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
