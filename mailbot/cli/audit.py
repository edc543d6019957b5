"""``mailbot audit``: every accepted mail is accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mailbot.cli.opening import json_option, open_desk, telling_errors
from mailbot.cli.printing import print_fields, print_json, visible

if TYPE_CHECKING:
    from mailbot.workflows.audit import Audit
    from mailbot.workflows.office import Office

ALL = 10_000_000


@click.command("audit")
@click.option("--rows", is_flag=True, help="With --json: every row, too.")
@json_option
@click.pass_context
@telling_errors
def command(ctx: click.Context, rows: bool, as_json: bool) -> None:
    """Count what came in and went out, and say what does not add up. Exit code 1 where something does not.

    \b
    Example:
      mailbot audit --json
    """
    from mailbot.workflows.audit import audit

    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        found = audit(office)
        listed = _rows(office) if rows else {}
    if as_json:
        counted = {"inbox": found.inbox, "outbox": found.outbox, "tickets": found.tickets}
        print_json(counted | {"findings": found.findings} | listed)
    else:
        _print(found)
    ctx.exit(1 if found.findings else 0)


def _print(found: Audit) -> None:
    for title, counts in (("came in", found.inbox), ("went out", found.outbox), ("tickets", found.tickets)):
        click.secho(f"{title}: {sum(counts.values())}", bold=True)
        print_fields([(f"  {name}", count) for name, count in sorted(counts.items())])
    for finding in found.findings:
        click.secho(f"! {visible(finding)}", fg="red")
    if not found.findings:
        click.secho("Every mail is accounted for.", fg="green")


def _rows(office: Office) -> dict[str, Any]:
    return {
        "inbox_rows": [
            {
                "id": r.id,
                "sha256": r.sha256,
                "state": r.disposition,
                "ticket": r.ticket,
                "message_id": r.message_id,
                "duplicate_of": r.duplicate_of,
                "reasons": r.reasons,
            }
            for r in office.work.inbox.list_rows(limit=ALL)
        ],
        "outbox_rows": [
            {
                "id": m.id,
                "key": m.key,
                "recipient": m.recipient,
                "status": m.status,
                "message_id": m.message_id,
                "attempts": m.attempts,
                "last_reply": m.last_reply,
            }
            for m in office.work.outbox.list_rows(limit=ALL)
        ],
    }
