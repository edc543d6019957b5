"""The schema's version: made at the first start, upgraded on demand, refused where it is not the program's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text

from mailbot.desk.errors import PermanentError
from mailbot.store.engine import reading
from mailbot.store.schema import REVISION

if TYPE_CHECKING:
    from alembic.config import Config

_PACKAGE = Path(__file__).resolve().parent.parent


class SchemaError(PermanentError):
    """The database's schema is not the one that this program works with."""


def newest_revision() -> str:
    """The revision that this program expects."""
    return REVISION


def find_revision(engine: Engine) -> str | None:
    """The revision of the database; None where no migration has run."""
    with reading(engine).begin() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(engine: Engine) -> str:
    """Bring the schema to the newest revision, in one transaction; return it.

    Raises:
        SchemaError: newer, or not a database of mailbot's.
    """
    from alembic import command

    _refuse_foreign(engine, find_revision(engine))
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
        return upgrade(engine)
    _refuse_foreign(engine, found)
    raise SchemaError(
        f"the database is at revision {found}, this mailbot works with {newest}: "
        "make a backup, then run `mailbot db upgrade`"
    )


def _refuse_foreign(engine: Engine, found: str | None) -> None:
    """Nothing is built into a database that is somebody else's, or a newer mailbot's."""
    if found is None:
        with reading(engine).begin() as connection:
            tables = [t for t in inspect(connection).get_table_names() if t != "alembic_version"]
        if tables:
            raise SchemaError(
                f"the database has tables ({', '.join(tables[:5])}) but no revision of mailbot's: "
                "give [store] url an empty database"
            )
    elif found not in _known_revisions():
        raise SchemaError(
            f"the database is at revision {found}, which this mailbot does not know: it belongs to a newer one; "
            f"install that, or restore a backup (this one works with {newest_revision()})"
        )


def _known_revisions() -> set[str]:
    from alembic.script import ScriptDirectory

    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _config() -> Config:
    from alembic.config import Config

    # In a checkout the folder stands beside the package; in an installed wheel inside it.
    beside, inside = _PACKAGE.parent / "alembic", _PACKAGE / "migrations"
    config = Config()
    config.set_main_option("script_location", str(beside if (beside / "env.py").exists() else inside))
    return config
