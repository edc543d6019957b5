"""Alembic's entrance. mailbot passes an open connection; by hand, ``MAILBOT_STORE__URL`` names the database."""

import os

from alembic import context
from sqlalchemy import Connection

from mailbot.store.engine import open_engine
from mailbot.store.schema import metadata


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with open_engine(os.environ.get("MAILBOT_STORE__URL", "sqlite:///var/mailbot.db")).begin() as own:
        migrate(own)
