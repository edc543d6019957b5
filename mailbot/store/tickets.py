"""Tickets, their people and their entries. A ticket is saved against the version that was read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from mailbot.desk.correspondence import Attachment, Mailbox
from mailbot.desk.errors import Conflict, UnknownTicket
from mailbot.desk.lifecycle import ENDED, State
from mailbot.desk.ticket import Entry, EntryKind, Filing, Participant, Ticket
from mailbot.desk.vocabulary import Role
from mailbot.store.schema import OF_ALERT, documents, entries, filings, participants, people, tickets
from mailbot.store.storable import storable
from mailbot.store.ticket_lists import TicketLists
from mailbot.store.ticket_rows import WITH_REQUESTER, columns_of, read_entry, read_ticket
from mailbot.store.ticket_search import keep_words
from mailbot.store.upsert import Upsert


class Tickets(TicketLists):
    """Changes and single tickets; lists stand in ``TicketLists``."""

    def add(self, ticket: Ticket) -> Ticket:
        """Give a new ticket its number and keep it with its people."""
        ticket.number = int(
            self._db.execute(
                _INSERT, {**columns_of(ticket), "opened_at": ticket.opened_at, "follows": ticket.follows}
            ).scalar_one()
        )
        rows = [{"ticket": ticket.number, "person": p.person, "confirmed": p.confirmed} for p in ticket.participants]
        if rows:
            self._db.execute(_INSERT_PARTICIPANT, rows)
        keep_words(self._db, ticket)
        return ticket

    def save(self, ticket: Ticket) -> None:
        """Write a changed ticket.

        Raises:
            Conflict: somebody saved it since it was read.
        """
        read = {"ticket_read": ticket.number, "version_read": ticket.version}
        changed = self._db.execute(_SAVE, {**columns_of(ticket), "version": ticket.version + 1, **read})
        if not changed.rowcount:
            raise Conflict(f"ticket {ticket.number} was changed by somebody else meanwhile")
        ticket.version += 1

    def set_due(self, ticket: Ticket) -> None:
        """Write what is due and promised. It follows from the journal, so whoever saves the ticket is not disturbed."""
        self._db.execute(
            _SET_DUE, {"of_ticket": ticket.number, "due_at": ticket.due_at, "promised_by": ticket.promised_by}
        )

    def get(self, number: int, *, lock: bool = False) -> Ticket:
        """The ticket; with ``lock``, others who want to change it wait until this transaction ends.

        Raises:
            UnknownTicket: there is none with this number.
        """
        found = self.find(number, lock=lock)
        if found is None:
            raise UnknownTicket(str(number))
        return found

    def find(self, number: int, *, lock: bool = False) -> Ticket | None:
        row = self._db.execute(_BY_NUMBER_LOCKED if lock else _BY_NUMBER, {"ticket": number}).first()
        return self._whole(row) if row else None

    def numbers_in(self, states: Sequence[State], *, beyond: int, limit: int) -> list[int]:
        """The numbers above ``beyond`` of tickets in these states, in order."""
        query = select(tickets.c.number).where(
            tickets.c.state.in_([s.value for s in states]), tickets.c.number > beyond
        )
        return list(self._db.execute(query.order_by(tickets.c.number).limit(limit)).scalars())

    def find_by_alert(self, key: str) -> Ticket | None:
        """The newest ticket of this alert that has not ended."""
        row = self._db.execute(_BY_ALERT, {"key": key}).first()
        return self._whole(row) if row else None

    def add_participant(self, ticket: Ticket, participant: Participant) -> None:
        self._db.execute(
            _JOIN.on(self._db),
            {"ticket": ticket.number, "person": participant.person, "confirmed": participant.confirmed},
        )
        ticket.participants.append(participant)

    def set_affected(self, ticket: Ticket, person: int, affected: bool) -> None:
        """Whether a participant has the fault too; whoever has it gets notices."""
        chosen = (participants.c.ticket == ticket.number, participants.c.person == person)
        changed = {"affected": True, "confirmed": True} if affected else {"affected": False}
        self._db.execute(update(participants).where(*chosen).values(**changed))
        ticket.participants = [
            replace(p, affected=affected, confirmed=p.confirmed or affected) if p.person == person else p
            for p in ticket.participants
        ]

    def add_entry(self, entry: Entry, attachments: Sequence[Attachment] = ()) -> int:
        """Keep words and files; the number of the entry."""
        number = int(
            self._db.execute(
                _INSERT_ENTRY,
                {
                    "ticket": entry.ticket,
                    "kind": entry.kind.value,
                    "at": entry.at,
                    "author": storable(entry.author.address, 320),
                    "author_name": storable(entry.author.name, 320),
                    "role": entry.role.value,
                    "words": storable(entry.words),
                    "inbox": entry.inbox,
                    "intent": entry.intent,
                    "evidence": entry.evidence,
                },
            ).scalar_one()
        )
        if attachments:
            self._file(number, attachments)
        return number

    def entries_of(self, ticket: int) -> list[Entry]:
        """All entries with what is filed with them, oldest first."""
        rows = self._db.execute(select(entries).where(entries.c.ticket == ticket).order_by(entries.c.id)).all()
        filed: dict[int, list[Filing]] = {}
        query = select(filings).join(entries, entries.c.id == filings.c.entry).where(entries.c.ticket == ticket)
        for f in self._db.execute(query.order_by(filings.c.id)):
            filed.setdefault(f.entry, []).append(
                Filing(f.filename, f.content_type, f.size, f.sha256, f.inline, f.content_id)
            )
        return [read_entry(row, tuple(filed.get(row.id, ()))) for row in rows]

    def get_entry(self, number: int) -> Entry:
        row = self._db.execute(select(entries).where(entries.c.id == number)).one()
        return read_entry(row, ())

    def first_entry(self, ticket: int) -> Entry | None:
        row = self._db.execute(_FIRST_ENTRY, {"ticket": ticket}).first()
        return read_entry(row, ()) if row else None

    def find_last_entry(self, ticket: int, kind: EntryKind) -> Entry | None:
        """The newest entry of a kind, without its files."""
        query = select(entries).where(entries.c.ticket == ticket, entries.c.kind == kind.value)
        row = self._db.execute(query.order_by(entries.c.id.desc()).limit(1)).first()
        return read_entry(row, ()) if row else None

    def find_document(self, sha256: str) -> bytes | None:
        return self._db.execute(select(documents.c.content).where(documents.c.sha256 == sha256)).scalar_one_or_none()

    def _file(self, entry: int, attachments: Sequence[Attachment]) -> None:
        hashed = [(a, hashlib.sha256(a.content).hexdigest()) for a in attachments]
        self._db.execute(_KEEP.on(self._db), [{"sha256": digest, "content": a.content} for a, digest in hashed])
        self._db.execute(
            _FILE,
            [
                {
                    "entry": entry,
                    "filename": storable(a.filename, 500),
                    "content_type": storable(a.content_type, 200),
                    "size": len(a.content),
                    "sha256": digest,
                    "inline": a.inline,
                    "content_id": storable(a.content_id, 500),
                }
                for a, digest in hashed
            ],
        )

    def _whole(self, row: Row[Any]) -> Ticket:
        ticket = read_ticket(row)
        ticket.participants = [
            Participant(p.person, Mailbox(p.address, p.name), Role.PARTICIPANT, p.confirmed, p.affected)
            for p in self._db.execute(_PARTICIPANTS, {"ticket": ticket.number})
        ]
        return ticket


_INSERT = insert(tickets).returning(tickets.c.number)
_INSERT_ENTRY = insert(entries).returning(entries.c.id)
_INSERT_PARTICIPANT = insert(participants)
_JOIN = Upsert(lambda insert: insert(participants).on_conflict_do_nothing())
_KEEP = Upsert(lambda insert: insert(documents).on_conflict_do_nothing())
_FILE = insert(filings)
_SET_DUE = update(tickets).where(tickets.c.number == bindparam("of_ticket"))
_SAVE = update(tickets).where(
    tickets.c.number == bindparam("ticket_read"), tickets.c.version == bindparam("version_read")
)
_BY_NUMBER = WITH_REQUESTER.where(tickets.c.number == bindparam("ticket"))
# SQLite knows no row locks, and needs none: a writer there holds the whole database.
_BY_NUMBER_LOCKED = _BY_NUMBER.with_for_update(of=tickets)
_BY_ALERT = (
    WITH_REQUESTER.where(
        tickets.c.alert_key == bindparam("key"),
        OF_ALERT,
        tickets.c.state.not_in([s.value for s in ENDED]),
    )
    .order_by(tickets.c.number.desc())
    .limit(1)
)
_PARTICIPANTS = (
    select(participants.c.person, participants.c.confirmed, participants.c.affected, people.c.address, people.c.name)
    .join(people, people.c.id == participants.c.person)
    .where(participants.c.ticket == bindparam("ticket"))
    .order_by(participants.c.person)
)
_FIRST_ENTRY = select(entries).where(entries.c.ticket == bindparam("ticket")).order_by(entries.c.id).limit(1)
