"""Alembic's entry: migrates the connection that it is given."""

from alembic import context

from nuchal.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
