"""The schema's version: made at the first start, upgraded on demand, refused where it is not the program's own."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from mailbot.desk.errors import PermanentError
from mailbot.store.engine import reading

_PACKAGE = Path(__file__).resolve().parent.parent


class SchemaError(PermanentError):
    """The database's schema is not the one that this program works with."""


def newest_revision() -> str:
    """The revision that this program expects."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None, "there is a first migration"
    return head


def find_revision(engine: Engine) -> str | None:
    """The revision of the database; None where no migration has run."""
    with reading(engine).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine) -> str:
    """Bring the schema to the newest revision, in one transaction; return it."""
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return newest_revision()


def prepare(engine: Engine) -> str:
    """Make the schema where the database is empty; otherwise see that it is the newest.

    Raises:
        SchemaError: older, newer, or not a database of mailbot's; the message says what to do.
    """
    found, newest = find_revision(engine), newest_revision()
    if found == newest:
        return newest
    if found is None:
        with reading(engine).connect() as connection:
            tables = [t for t in inspect(connection).get_table_names() if t != "alembic_version"]
        if tables:
            raise SchemaError(
                f"the database has tables ({', '.join(tables[:5])}) but no revision of mailbot's: "
                "give [store] url an empty database"
            )
        return upgrade(engine)
    known = {s.revision for s in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found not in known:
        raise SchemaError(
            f"the database is at revision {found}, which this mailbot does not know: it belongs to a newer one; "
            f"install that, or restore a backup (this one works with {newest})"
        )
    raise SchemaError(
        f"the database is at revision {found}, this mailbot works with {newest}: "
        "make a backup, then run `mailbot db upgrade`"
    )


def _config() -> Config:
    # In a checkout the folder stands beside the package; in an installed wheel inside it.
    beside, inside = _PACKAGE.parent / "alembic", _PACKAGE / "migrations"
    config = Config()
    config.set_main_option("script_location", str(beside if (beside / "env.py").exists() else inside))
    return config
