"""``mailbot db``: the database and its revision."""

from __future__ import annotations

import click

from mailbot.cli.nearest import NearestGroup
from mailbot.cli.opening import find_desk, json_option, telling_errors
from mailbot.cli.printing import print_json


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
@json_option
@click.pass_context
@telling_errors
def revision(ctx: click.Context, as_json: bool) -> None:
    """Print the database's revision, and the one that this mailbot works with.

    \b
    Example:
      mailbot db revision
    """
    from mailbot.store import migration

    found, newest = migration.find_revision(find_desk(ctx).engine), migration.newest_revision()
    if as_json:
        print_json({"database": found, "mailbot": newest})
    else:
        click.echo(f"database {found or 'none'}, mailbot {newest}")
