"""``mailbot db``: the database and its revision."""

from __future__ import annotations

import click

from mailbot.cli.nearest import NearestGroup
from mailbot.cli.opening import find_desk, telling_errors


@click.group("db", cls=NearestGroup)
def command() -> None:
    """The database: an empty one is set up at the first start; an older one is upgraded here.

    \b
    Example:
      mailbot db revision
      mailbot db upgrade
    """


@command.command()
@click.pass_context
@telling_errors
def upgrade(ctx: click.Context) -> None:
    """Bring the database to the revision that this mailbot works with. Make a backup first.

    \b
    Example:
      mailbot db upgrade
    """
    from mailbot.store import migration

    engine = find_desk(ctx).engine
    before = migration.find_revision(engine)
    after = migration.upgrade(engine)
    click.echo(f"revision {after}" if before == after else f"revision {before or 'none'} → {after}")


@command.command()
@click.pass_context
@telling_errors
def revision(ctx: click.Context) -> None:
    """Print the database's revision, and the one that this mailbot works with.

    \b
    Example:
      mailbot db revision
    """
    from mailbot.store import migration

    click.echo(
        f"database {migration.find_revision(find_desk(ctx).engine) or 'none'}, mailbot {migration.newest_revision()}"
    )
