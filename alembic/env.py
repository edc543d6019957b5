"""Alembic's entrance. mailbot passes an open connection; by hand, ``MAILBOT_STORE__URL`` names the database."""

import os

from alembic import context
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

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
    try:
        with context.begin_transaction():
            context.run_migrations()
    except IntegrityError as error:
        # Nothing has changed. SQLite makes a table anew to take a column from it, which its references do not allow.
        raise CommandError(
            f"the rows of this database do not allow that step: {error.orig}. "
            "To go back to an older mailbot, restore the backup that was made before the upgrade"
        ) from error


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with open_engine(os.environ.get("MAILBOT_STORE__URL", "sqlite:///var/mailbot.db")).begin() as own:
        migrate(own)
