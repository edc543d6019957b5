"""``mailbot outbox``: what goes out, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mailbot.cli.nearest import NearestGroup
from mailbot.cli.opening import ROW_NUMBER, json_option, open_desk, telling_errors
from mailbot.cli.printing import print_bytes, print_fields, print_json, print_table, print_words
from mailbot.desk.errors import PermanentError
from mailbot.desk.reference import ticket_reference
from mailbot.desk.vocabulary import DeliveryStatus

if TYPE_CHECKING:
    from mailbot.store.outbox import Outgoing
    from mailbot.workflows.office import Office


@click.group("outbox", cls=NearestGroup)
def command() -> None:
    """What goes out.

    \b
    Examples:
      mailbot outbox list --status failed
      mailbot outbox show 12
      mailbot outbox retry 12
    """


@command.command("list")
@click.option("--status", type=click.Choice([s.value for s in DeliveryStatus]), help="Only mails in this state.")
@click.option("--limit", metavar="N", type=ROW_NUMBER, default=50, show_default=True, help="At most so many.")
@json_option
@click.pass_context
@telling_errors
def list_command(ctx: click.Context, status: str | None, limit: int, as_json: bool) -> None:
    """List outgoing mails, newest first.

    \b
    Example:
      mailbot outbox list --status failed
    """
    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        rows = office.work.outbox.list_rows(status=DeliveryStatus(status) if status else None, limit=limit)
    if as_json:
        print_json([_form(m) for m in rows])
        return
    print_table(
        ("ID", "QUEUED", "STATUS", "TRIES", "NOTICE", "TO", "SUBJECT"),
        [
            (
                m.id,
                m.queued_at,
                m.status,
                m.attempts,
                m.notice,
                m.recipient,
                m.subject,
            )
            for m in rows
        ],
        empty="No mail has gone out.",
    )


@command.command()
@click.option("--days", metavar="N", type=ROW_NUMBER, default=7, show_default=True, help="Since so many days.")
@json_option
@click.pass_context
@telling_errors
def withheld(ctx: click.Context, days: int, as_json: bool) -> None:
    """List the receipts that were one too many, newest first. Their tickets were made all the same.

    \b
    Example:
      mailbot outbox withheld --days 1
    """
    from datetime import timedelta

    from mailbot.workflows.budget import find_withheld_receipts

    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        found = find_withheld_receipts(office, office.now - timedelta(days=min(days, 3650)))[::-1]
    rows = [(ticket_reference(desk.policy.prefix, r.ticket), r.at, r.details) for r in found]
    if as_json:
        print_json([{"ticket": t, "at": at, "to": d["recipient"], "reason": d["reason"]} for t, at, d in rows])
        return
    print_table(
        ("TICKET", "WHEN", "TO", "REASON"),
        [(t, at, d["recipient"], d["reason"]) for t, at, d in rows],
        empty="No receipt was one too many.",
    )


@command.command()
@click.argument("outgoing", type=ROW_NUMBER)
@json_option
@click.pass_context
@telling_errors
def show(ctx: click.Context, outgoing: int, as_json: bool) -> None:
    """Show one outgoing mail with its delivery.

    \b
    Example:
      mailbot outbox show 12
    """
    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        mail = _get(office, outgoing)
    if as_json:
        print_json(_form(mail) | {"text": mail.words})
        return
    print_fields(
        [
            ("mail", mail.id),
            ("ticket", ticket_reference(desk.policy.prefix, mail.ticket) if mail.ticket else ""),
            ("status", mail.status),
            ("tries", mail.attempts),
            ("next try", mail.due_at if not mail.settled_at else None),
            ("last reply", f"{mail.last_code or ''} {mail.last_reply}".strip()),
            ("to", mail.recipient),
            ("from", mail.reverse_path),
            ("subject", mail.subject),
            ("notice", mail.notice),
            ("wording", mail.revision),
            ("Message-ID", mail.message_id),
        ]
    )
    click.echo()
    print_words(mail.words)


@command.command()
@click.argument("outgoing", type=ROW_NUMBER)
@click.pass_context
@telling_errors
def raw(ctx: click.Context, outgoing: int) -> None:
    """Write an outgoing mail to standard output, byte for byte as it is sent.

    \b
    Example:
      mailbot outbox raw 12 > mail.eml
    """
    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        mail = _get(office, outgoing)
    print_bytes(mail.content)


@command.command()
@click.argument("outgoing", type=ROW_NUMBER, nargs=-1, required=True)
@click.pass_context
@telling_errors
def retry(ctx: click.Context, outgoing: tuple[int, ...]) -> None:
    """Try mails again that failed, wait, or are uncertain: the same bytes, the same Message-ID.

    \b
    Example:
      mailbot outbox retry 12 13
    """
    _change(ctx, outgoing, "retry", "queued again")


@command.command()
@click.argument("outgoing", type=ROW_NUMBER, nargs=-1, required=True)
@click.pass_context
@telling_errors
def cancel(ctx: click.Context, outgoing: tuple[int, ...]) -> None:
    """Keep mails from leaving that have not left yet.

    \b
    Example:
      mailbot outbox cancel 12
    """
    _change(ctx, outgoing, "cancel", "cancelled")


def _change(ctx: click.Context, numbers: tuple[int, ...], verb: str, done: str) -> None:
    desk = open_desk(ctx)
    with desk.open_office() as office:
        for number in numbers:
            mail = _get(office, number)
            act = office.work.outbox.retry if verb == "retry" else office.work.outbox.cancel
            if not act(number, office.now):
                raise PermanentError(f"mail {number} is {mail.status.value}: it cannot {verb}")
    click.echo(f"{len(numbers)} {done}.")


def _get(office: Office, number: int) -> Outgoing:
    mail = office.work.outbox.find(number)
    if mail is None:
        raise PermanentError(f"there is no outgoing mail {number}: see `mailbot outbox list`")
    return mail


def _form(mail: Outgoing) -> dict[str, Any]:
    return {
        "id": mail.id,
        "ticket": mail.ticket,
        "notice": mail.notice,
        "status": mail.status,
        "attempts": mail.attempts,
        "recipient": mail.recipient,
        "reverse_path": mail.reverse_path,
        "message_id": mail.message_id,
        "subject": mail.subject,
        "revision": mail.revision,
        "queued_at": mail.queued_at,
        "due_at": mail.due_at,
        "settled_at": mail.settled_at,
        "last_code": mail.last_code,
        "last_reply": mail.last_reply,
        "automatic": mail.automatic,
        "resolution": mail.resolution,
    }
