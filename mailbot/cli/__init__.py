"""The command line: one file a noun. Commands are loaded when they are called, so that ``--help`` answers at once."""

from __future__ import annotations

import importlib

import click

from mailbot import __version__
from mailbot.cli.nearest import NearestGroup

COMMANDS = {
    "serve": ("serve", "Run the desk: doors, intake, delivery, clock."),
    "ticket": ("ticket", "Work with tickets: list, show, new, take, resolve …"),
    "mail": ("mail", "What came in: list, show, raw, why, replay, read."),
    "outbox": ("outbox", "What goes out: list, show, retry, cancel."),
    "announcement": ("announcement", "Events that may touch many: new, update, end, list."),
    "problem": ("problem", "Causes of incidents: new, known-error, show, list."),
    "change": ("change", "What is changed on purpose: plan, ask, schedule, done, calendar …"),
    "alerts": ("alerts", "What monitoring has told, and lasts: list."),
    "contact": ("contact", "People who rang: register, import, figures."),
    "templates": ("templates", "The words of the mails: list, edit, preview, restore …"),
    "sla": ("sla", "Service levels: explain a ticket's clocks, what is due, promises."),
    "route": ("route", "Where a mail would go, and why: a dry run."),
    "agent": ("agent", "What agents know and have to do, and when they are away."),
    "first-aid": ("first_aid", "Answers that stand ready: list, show."),
    "people": ("people", "Agents and support groups, and the language a person reads."),
    "admin": ("admin", "Who may come into the console: invite, list, remove, sessions."),
    "check": ("check", "Show the effective settings and try every door."),
    "db": ("db", "The database: its revision, upgrade."),
    "timetable": ("timetable", "What runs when, how it last went, and the timers that are set."),
    "audit": ("audit", "Prove that every accepted mail is accounted for."),
}


class LazyGroup(NearestGroup):
    """Knows the names and one-liners of its commands; imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"mailbot.cli.{COMMANDS[cmd_name][0]}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--settings", metavar="FILE", help="The settings file. [default: $MAILBOT_SETTINGS, else ./settings.toml]"
)
@click.version_option(__version__, prog_name="mailbot")
@click.pass_context
def main(ctx: click.Context, settings: str | None) -> None:
    """A service desk that lives in e-mail.

    \b
    Examples:
      mailbot serve                              run the desk on its settings
      mailbot ticket list                        what is open
      mailbot ticket resolve SD-1042 "New driver installed."
      mailbot mail why 17                        what became of a mail, and why
    """
    ctx.obj = settings
