"""Links between tickets, and what is known of problems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from mailbot.desk.errors import Conflict
from mailbot.desk.links import Link, LinkKind
from mailbot.store.link_lists import LinkLists, read_link
from mailbot.store.schema import tickets
from mailbot.store.schema_links import STANDS, known_errors, links
from mailbot.store.storable import storable
from mailbot.store.upsert import Upsert

ENDED = ("closed", "cancelled")


@dataclass(frozen=True, slots=True)
class KnownError:
    """What is known of a problem: its ``cause``, and a ``workaround`` for those who have it."""

    ticket: int
    at: datetime
    by: str
    cause: str
    workaround: str


class Links(LinkLists):
    """Changes, and what follows from links; lists for reading stand in ``LinkLists``."""

    def add(self, link: Link) -> int:
        """Raises Conflict where the same link stands already."""
        row = {
            "ticket": link.ticket,
            "kind": link.kind.value,
            "other": link.other,
            "at": link.at,
            "by": storable(link.by, 320),
            "joined": link.joined,
        }
        try:
            with self._db.begin_nested():
                return int(self._db.execute(insert(links).returning(links.c.id), row).scalar_one())
        except IntegrityError:
            raise Conflict("these tickets are linked so already") from None

    def of_ticket(self, ticket: int) -> list[Link]:
        """The links that stand, from it and to it, oldest first."""
        query = select(links).where(STANDS, or_(links.c.ticket == ticket, links.c.other == ticket))
        return [read_link(row) for row in self._db.execute(query.order_by(links.c.id))]

    def find(self, ticket: int, kind: LinkKind, other: int | None = None) -> Link | None:
        """The link of a kind from a ticket, the newest where several stand; with ``other``, the one to it."""
        query = select(links).where(STANDS, links.c.ticket == ticket, links.c.kind == kind.value)
        if other is not None:
            query = query.where(links.c.other == other)
        row = self._db.execute(query.order_by(links.c.id.desc()).limit(1)).first()
        return read_link(row) if row else None

    def list_children(self, ticket: int, kind: LinkKind = LinkKind.CHILD_OF) -> list[int]:
        """The tickets that are ``kind`` this one, oldest link first."""
        query = select(links.c.ticket).where(STANDS, links.c.other == ticket, links.c.kind == kind.value)
        return [int(n) for n in self._db.execute(query.order_by(links.c.id)).scalars()]

    def undo(self, link: Link, at: datetime) -> None:
        self._db.execute(update(links).where(links.c.id == link.id).values(undone_at=at))

    def target_of(self, ticket: int) -> int:
        """Where a ticket goes on that was merged, however often; the ticket itself where it was not."""
        seen = {ticket}
        while (link := self.find(ticket, LinkKind.MERGED_INTO)) and link.other not in seen:
            ticket = link.other
            seen.add(ticket)
        return ticket

    def list_open_problems(self) -> list[int]:
        """The problems that have not ended, oldest first."""
        query = select(tickets.c.number).where(tickets.c.kind == "problem", tickets.c.state.not_in(ENDED))
        return [int(n) for n in self._db.execute(query.order_by(tickets.c.number)).scalars()]

    def keep_known_error(self, known: KnownError) -> None:
        row = {
            "ticket": known.ticket,
            "at": known.at,
            "by": storable(known.by, 320),
            "cause": storable(known.cause),
            "workaround": storable(known.workaround),
        }
        self._db.execute(_KEEP.on(self._db), row)

    def known_errors_of(self, tickets: Sequence[int]) -> dict[int, KnownError]:
        """What is known of those problems, by ticket."""
        rows = self._db.execute(select(known_errors).where(known_errors.c.ticket.in_(tickets)))
        return {row.ticket: KnownError(row.ticket, row.at, row.by, row.cause, row.workaround) for row in rows}


def _keep(insert: Any) -> Any:
    new = insert(known_errors)
    kept = {name: new.excluded[name] for name in ("at", "by", "cause", "workaround")}
    return new.on_conflict_do_update(index_elements=["ticket"], set_=kept)


_KEEP = Upsert(_keep)
