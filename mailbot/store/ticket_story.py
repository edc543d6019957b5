"""What has happened in one ticket, the newest part of it first: however much that is, no more than a page is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from mailbot.desk.ticket import Entry, EntryKind, Filing
from mailbot.store.journal import Record
from mailbot.store.outbox_lists import OUTGOING_COLUMNS, OutgoingLine, read_line
from mailbot.store.schema import documents, entries, filings, journal
from mailbot.store.schema_outbox import outbox
from mailbot.store.ticket_rows import read_entry

TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Chapter:
    """Entries, facts and mails of a ticket, each oldest first. ``earlier``: more stands before this moment."""

    entries: list[Entry]
    facts: list[Record]
    mails: list[OutgoingLine]
    earlier: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeptFile:
    """An attachment with its content."""

    filing: Filing
    content: bytes


class TicketStory:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def read_chapter(self, ticket: int, before: datetime | None = None, limit: int = 100) -> Chapter:
        """The newest of each, at most ``limit``, from before a moment; all three from the same moment on."""
        words = self._newest(select(entries), entries, entries.c.at, ticket, before, limit)
        facts = self._newest(select(journal), journal, journal.c.at, ticket, before, limit)
        mails = self._newest(select(*OUTGOING_COLUMNS), outbox, outbox.c.queued_at, ticket, before, limit)
        cut = [rows[limit] for rows in (words, facts) if len(rows) > limit]
        edges = [row.at for row in cut] + [mails[limit].queued_at for _ in mails[limit : limit + 1]]
        edge = max(edges, default=None)
        shown = [row for row in words if edge is None or row.at > edge][::-1]
        filed = self._files_of([row.id for row in shown])
        return Chapter(
            [read_entry(row, tuple(filed.get(row.id, ()))) for row in shown],
            [_record(row) for row in facts if edge is None or row.at > edge][::-1],
            [read_line(row) for row in mails if edge is None or row.queued_at > edge][::-1],
            edge + TICK if edge else None,
        )

    def find_file(self, ticket: int, sha256: str) -> KeptFile | None:
        """A file of a ticket by the hash of its content; nobody gets at another ticket's file through this one."""
        query = select(filings).join(entries, entries.c.id == filings.c.entry)
        found = self._db.execute(
            query.where(entries.c.ticket == ticket, filings.c.sha256 == sha256).order_by(filings.c.id).limit(1)
        ).first()
        if found is None:
            return None
        content = self._db.execute(select(documents.c.content).where(documents.c.sha256 == sha256)).scalar_one()
        return KeptFile(_filing(found), content)

    def first_words_of(self, numbers: Sequence[int], most: int = 20_000) -> dict[int, str]:
        """What each of these tickets began with, at most so many characters of it."""
        first = select(func.min(entries.c.id)).where(entries.c.ticket.in_(numbers)).group_by(entries.c.ticket)
        query = select(entries.c.ticket, func.substr(entries.c.words, 1, most)).where(entries.c.id.in_(first))
        return {int(row[0]): row[1] for row in self._db.execute(query)} if numbers else {}

    def words_at(self, ticket: int, moments: Sequence[datetime]) -> dict[datetime, Entry]:
        """The first words for the desk or from it that were kept at each of these moments."""
        kinds = (EntryKind.NOTE.value, EntryKind.RESOLUTION.value, EntryKind.REQUEST.value)
        query = select(entries).where(entries.c.ticket == ticket, entries.c.at.in_(moments), entries.c.kind.in_(kinds))
        rows = self._db.execute(query.order_by(entries.c.id.desc())).all() if moments else []
        return {row.at: read_entry(row, ()) for row in rows}

    def find_evidence(self, ticket: int, mail: int) -> str:
        """How well the sender of a mail was known when it joined the ticket; "" where it did not."""
        query = select(entries.c.evidence).where(entries.c.ticket == ticket, entries.c.inbox == mail).limit(1)
        return self._db.execute(query).scalar() or ""

    def _newest(
        self, query: Select[Any], table: Any, moment: Any, ticket: int, before: datetime | None, limit: int
    ) -> Sequence[Row[Any]]:
        query = query.where(table.c.ticket == ticket).order_by(moment.desc(), table.c.id.desc()).limit(limit + 1)
        return self._db.execute(query.where(moment < before) if before else query).all()

    def _files_of(self, numbers: Sequence[int]) -> dict[int, list[Filing]]:
        filed: dict[int, list[Filing]] = {}
        if numbers:
            query = select(filings).where(filings.c.entry.in_(numbers)).order_by(filings.c.id)
            for row in self._db.execute(query):
                filed.setdefault(row.entry, []).append(_filing(row))
        return filed


def _filing(row: Row[Any]) -> Filing:
    return Filing(row.filename, row.content_type, row.size, row.sha256, row.inline, row.content_id)


def _record(row: Row[Any]) -> Record:
    return Record(row.id, row.ticket, row.at, row.name, row.actor, row.entry, row.details)
