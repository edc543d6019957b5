"""``mailbot mail``: what came in, what became of it, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mailbot.cli.nearest import NearestGroup
from mailbot.cli.opening import ROW_NUMBER, json_option, open_desk, telling_errors
from mailbot.cli.printing import print_bytes, print_fields, print_json, print_table, visible
from mailbot.desk.errors import PermanentError
from mailbot.desk.reference import ticket_reference
from mailbot.desk.vocabulary import Disposition

if TYPE_CHECKING:
    from mailbot.store.inbox_questions import InboxRow
    from mailbot.workflows.office import Office


@click.group("mail", cls=NearestGroup)
def command() -> None:
    """What came in.

    \b
    Examples:
      mailbot mail list --state quarantined
      mailbot mail why 17
      mailbot mail raw 17 > mail.eml
      mailbot mail replay 17
      mailbot mail read mail.eml           what a mail says; needs no database
    """


@command.command("list")
@click.option(
    "--state",
    metavar="STATE",
    type=click.Choice([d.value for d in Disposition]),
    help=f"Only mails that ended so: {', '.join(Disposition)}.",
)
@click.option("--limit", metavar="N", type=ROW_NUMBER, default=50, show_default=True, help="At most so many.")
@click.option("--before", type=ROW_NUMBER, metavar="ID", help="Only those older than mail ID.")
@json_option
@click.pass_context
@telling_errors
def list_command(ctx: click.Context, state: str | None, limit: int, before: int | None, as_json: bool) -> None:
    """List mails, newest first.

    \b
    Example:
      mailbot mail list --state quarantined --json
    """
    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        rows = office.work.inbox.list_rows(
            disposition=Disposition(state) if state else None, limit=limit, before=before or 0
        )
    if as_json:
        print_json([_form(r) for r in rows])
        return
    print_table(
        ("MAIL", "RECEIVED", "STATE", "TICKET", "FROM", "SUBJECT"),
        [
            (
                r.id,
                r.received_at,
                r.disposition,
                ticket_reference(desk.policy.prefix, r.ticket) if r.ticket else "-",
                r.author or r.envelope.reverse_path or "<>",
                r.subject,
            )
            for r in rows
        ],
        empty="No mail has come in.",
    )


@command.command()
@click.argument("mail", type=ROW_NUMBER)
@json_option
@click.pass_context
@telling_errors
def why(ctx: click.Context, mail: int, as_json: bool) -> None:
    """Say what became of a mail, and why.

    \b
    Example:
      mailbot mail why 17
    """
    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        row = _get(office, mail)
    if as_json:
        print_json(_form(row))
        return
    print_fields(_fields(row, desk.policy.prefix))
    for reason in row.reasons:
        click.echo(f"  · {visible(reason)}")


@command.command()
@click.argument("mail", type=ROW_NUMBER)
@json_option
@click.pass_context
@telling_errors
def show(ctx: click.Context, mail: int, as_json: bool) -> None:
    """Show a mail as it is read: people, words, what it wants.

    \b
    Example:
      mailbot mail show 17
    """
    from mailbot.cli.mail_reading import print_reading, reading_form
    from mailbot.workflows.reading import read_mail

    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        row = _get(office, mail)
        raw = _raw(office, row)
    reading = read_mail(raw, row.envelope, desk.policy.reading)
    if as_json:
        print_json(_form(row) | {"reading": reading_form(reading)})
        return
    print_fields(_fields(row, desk.policy.prefix))
    click.echo()
    print_reading(reading)


@command.command()
@click.argument("mail", type=ROW_NUMBER)
@click.pass_context
@telling_errors
def raw(ctx: click.Context, mail: int) -> None:
    """Write a mail to standard output, byte for byte as it came.

    \b
    Example:
      mailbot mail raw 17 > mail.eml
    """
    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        content = _raw(office, _get(office, mail))
    print_bytes(content)


@command.command()
@click.argument("mail", type=ROW_NUMBER, nargs=-1, required=True)
@json_option
@click.pass_context
@telling_errors
def replay(ctx: click.Context, mail: tuple[int, ...], as_json: bool) -> None:
    """Let quarantined mails try again, with fresh attempts.

    \b
    Example:
      mailbot mail replay 17 18
    """
    desk = open_desk(ctx)
    with desk.open_office() as office:
        for number in mail:
            row = _get(office, number)
            if not office.work.inbox.replay(number, office.now):
                raise PermanentError(f"mail {number} is {row.disposition.value}: only quarantined mail is replayed")
    if as_json:
        print_json({"replayed": list(mail)})
    else:
        click.echo(f"{len(mail)} to be read again; a running desk does so at once.")


@command.command()
@click.argument("files", nargs=-1, type=click.Path())
@click.option("--stream", is_flag=True, help="Questions and answers as JSON lines, for scorers (see docs/reading.md).")
@click.option(
    "--sent",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False),
    help="The text of a mail of ours that it answers.",
)
@json_option
@click.pass_context
@telling_errors
def read(ctx: click.Context, files: tuple[str, ...], stream: bool, sent: tuple[str, ...], as_json: bool) -> None:
    """Say what mails say: new words, quotation, intent. Needs no database. - reads standard input.

    \b
    Example:
      mailbot mail read mail.eml
      mailbot mail read --sent notice.txt reply.eml --json
    """
    if stream:
        from mailbot.cli.mail_stream import main as run

        run()
        return
    from mailbot.cli.mail_reading import read_files

    if not files:
        raise click.UsageError("Name one or more FILES with a mail in them, or - for standard input.", ctx)
    read_files(files, sent, as_json)


def _get(office: Office, number: int) -> InboxRow:
    row = office.work.inbox.find(number)
    if row is None:
        raise PermanentError(f"there is no mail {number}: see `mailbot mail list`")
    return row


def _raw(office: Office, row: InboxRow) -> bytes:
    original = row.duplicate_of or row.id
    return office.work.inbox.raw_of([original])[original]


def _form(row: InboxRow) -> dict[str, object]:
    return {
        "id": row.id,
        "received_at": row.received_at,
        "state": row.disposition,
        "reasons": row.reasons,
        "ticket": row.ticket,
        "duplicate_of": row.duplicate_of,
        "attempts": row.attempts,
        "settled_at": row.settled_at,
        "way_in": row.envelope.way_in,
        "source_key": row.envelope.source_key,
        "reverse_path": row.envelope.reverse_path,
        "forward_paths": row.envelope.forward_paths,
        "peer": row.envelope.peer,
        "queue": row.queue,
        "sha256": row.sha256,
        "size": row.size,
        "message_id": row.message_id,
        "from": row.author,
        "subject": row.subject,
    }


def _fields(row: InboxRow, prefix: str) -> list[tuple[str, object]]:
    return [
        ("mail", row.id),
        ("state", row.disposition),
        ("ticket", ticket_reference(prefix, row.ticket) if row.ticket else ""),
        ("duplicate of", row.duplicate_of),
        ("received", row.received_at),
        ("way in", row.envelope.way_in),
        ("from", row.author or row.envelope.reverse_path),
        ("to", ", ".join(row.envelope.forward_paths)),
        ("subject", row.subject),
        ("size", f"{row.size} bytes"),
        ("SHA-256", row.sha256),
        ("attempts", row.attempts),
    ]
