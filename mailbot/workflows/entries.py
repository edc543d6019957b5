"""Words join a ticket: kept first, before anything is decided about them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from mailbot.desk.correspondence import Attachment, Mailbox
from mailbot.desk.ticket import Entry, EntryKind, Filing, Ticket
from mailbot.desk.vocabulary import Role
from mailbot.workflows.cause import Cause
from mailbot.workflows.office import Office


def file_entry(office: Office, entry: Entry, attachments: Sequence[Attachment] = ()) -> Entry:
    """Keep an entry and its files; the entry with its number."""
    number = office.work.tickets.add_entry(entry, attachments)
    filed = tuple(
        Filing(
            a.filename, a.content_type, len(a.content), hashlib.sha256(a.content).hexdigest(), a.inline, a.content_id
        )
        for a in attachments
    )
    return replace(entry, id=number, attachments=filed)


def file_mail(
    office: Office, ticket: Ticket, cause: Cause, kind: EntryKind, role: Role, words: str | None = None
) -> Entry:
    """Keep what a mail says as an entry of a ticket."""
    entry = Entry(
        ticket.number,
        kind,
        office.now,
        cause.author or Mailbox(""),
        role,
        cause.words if words is None else words,
        cause.row.id,
        cause.reading.intent.intent.value,
        cause.standing.evidence.name,
    )
    return file_entry(office, entry, cause.reading.mail.attachments)


def file_words(
    office: Office, ticket: Ticket, kind: EntryKind, author: Mailbox, words: str, cause: Cause | None
) -> Entry:
    """Keep an agent's words; where they came by mail, with its files."""
    entry = Entry(
        ticket.number,
        kind,
        office.now,
        author,
        Role.AGENT,
        words,
        cause.row.id if cause else None,
        evidence=cause.standing.evidence.name if cause else "",
    )
    return file_entry(office, entry, cause.reading.mail.attachments if cause else ())
