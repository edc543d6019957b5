"""Who is told of announced events in the store: members, what people chose, bad addresses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.event_audience import Addressee, Bounce, Choice, Member, Way, Why
from mailbot.desk.lifecycle import ENDED
from mailbot.desk.links import LinkKind
from mailbot.desk.trust import Evidence
from mailbot.desk.vocabulary import Role
from mailbot.store.schema import entries, people, tickets
from mailbot.store.schema_event_audience import audience_bounces, audience_choices, audience_members
from mailbot.store.schema_links import STANDS, links
from mailbot.store.storable import storable
from mailbot.store.upsert import Upsert

KNOWN_BY = tuple(e.name for e in Evidence if e >= Evidence.E2)


class EventAudience:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def keep_members(self, members: Iterable[Member]) -> int:
        """Add members; who is one already is changed. How many rows were written."""
        rows = [_member_row(member) for member in members]
        if rows:
            self._db.execute(_KEEP.on(self._db), rows)
        return len(rows)

    def remove_member(self, address: str) -> bool:
        key = audience_members.c.key == storable(address.lower())
        return bool(self._db.execute(delete(audience_members).where(key)).rowcount)

    def list_members(self) -> list[Member]:
        """All, by address."""
        return [_member(row) for row in self._db.execute(select(audience_members).order_by(audience_members.c.key))]

    def find_member(self, address: str) -> Member | None:
        key = storable(address.lower())
        row = self._db.execute(select(audience_members).where(audience_members.c.key == key)).first()
        return _member(row) if row else None

    def choose(self, choice: Choice) -> bool:
        """Keep what somebody chose; False where that is how it stands already (then nothing is written)."""
        now_is = self.find_choice(choice.address)
        if (now_is is None or now_is.wants) is choice.wants:
            return False
        row = {
            "key": storable(choice.address.lower()),
            "wants": choice.wants,
            "at": choice.at,
            "way": choice.way.value,
            "by": storable(choice.by, 320),
            "announcement": choice.announcement,
            "inbox": choice.inbox,
        }
        self._db.execute(insert(audience_choices), row)
        return True

    def find_choice(self, address: str) -> Choice | None:
        """The newest choice of an address."""
        key = storable(address.lower())
        query = select(audience_choices).where(audience_choices.c.key == key).order_by(audience_choices.c.id.desc())
        row = self._db.execute(query.limit(1)).first()
        return _choice(row) if row else None

    def list_choices(self) -> list[Choice]:
        """The newest of each address, by address."""
        newest = select(func.max(audience_choices.c.id)).group_by(audience_choices.c.key)
        query = select(audience_choices).where(audience_choices.c.id.in_(newest)).order_by(audience_choices.c.key)
        return [_choice(row) for row in self._db.execute(query)]

    def note_bounce(self, bounce: Bounce) -> None:
        row = {
            "key": storable(bounce.address.lower()),
            "at": bounce.at,
            "announcement": bounce.announcement,
            "reason": storable(bounce.reason, 500),
        }
        self._db.execute(_NOTE.on(self._db), row)

    def forget_bounce(self, address: str) -> bool:
        """The address works again."""
        key = audience_bounces.c.key == storable(address.lower())
        return bool(self._db.execute(delete(audience_bounces).where(key)).rowcount)

    def list_bounces(self) -> list[Bounce]:
        rows = self._db.execute(select(audience_bounces).order_by(audience_bounces.c.key))
        return [Bounce(row.key, row.at, row.announcement, row.reason) for row in rows]

    def recent_requesters(self, since: datetime, customers: Sequence[str]) -> list[Addressee]:
        """Requesters of these customers (none named: of all) who wrote since, and of whom it is known that they did."""
        known = or_(entries.c.inbox.is_(None), entries.c.evidence.in_(KNOWN_BY))
        query = (
            select(people.c.address, people.c.name, people.c.language, tickets.c.customer)
            .select_from(
                tickets.join(people, people.c.id == tickets.c.requester).join(
                    entries, entries.c.ticket == tickets.c.number
                )
            )
            .where(tickets.c.changed_at >= since, entries.c.at >= since, known)
            .where(entries.c.role == Role.REQUESTER.value, func.lower(entries.c.author) == people.c.key)
            .distinct()
            .order_by(people.c.address)
        )
        if customers:
            query = query.where(func.lower(tickets.c.customer).in_([c.lower() for c in customers]))
        rows = self._db.execute(query)
        return [Addressee(Mailbox(r.address, r.name), Why.RECENT, r.language, r.customer) for r in rows]

    def told_by_ticket(self, ticket: int) -> frozenset[str]:
        """The addresses, in lower case, of requesters with a ticket below this one that has not ended."""
        below = links.c.ticket == tickets.c.number
        query = (
            select(people.c.key)
            .select_from(links.join(tickets, below).join(people, people.c.id == tickets.c.requester))
            .where(STANDS, links.c.other == ticket, links.c.kind == LinkKind.CHILD_OF.value)
            .where(tickets.c.state.not_in([state.value for state in ENDED]))
        )
        return frozenset(self._db.execute(query).scalars())

    def find_ticket_below(self, ticket: int, person: int) -> int | None:
        """The newest ticket of a person below this one that has not ended."""
        query = (
            select(tickets.c.number)
            .select_from(links.join(tickets, links.c.ticket == tickets.c.number))
            .where(STANDS, links.c.other == ticket, links.c.kind == LinkKind.CHILD_OF.value)
            .where(tickets.c.requester == person, tickets.c.state.not_in([state.value for state in ENDED]))
        )
        return self._db.execute(query.order_by(tickets.c.number.desc()).limit(1)).scalar()


def _member_row(member: Member) -> dict[str, Any]:
    return {
        "key": storable(member.mailbox.address.lower()),
        "address": storable(member.mailbox.address, 320),
        "name": storable(member.mailbox.name, 320),
        "language": member.language,
        "customer": member.customer,
        "services": list(member.services),
        "added_at": member.added_at,
        "added_by": storable(member.added_by, 320),
        "way": member.way,
    }


def _member(row: Row[Any]) -> Member:
    mailbox = Mailbox(row.address, row.name)
    return Member(mailbox, row.added_at, row.added_by, row.customer, tuple(row.services), row.language, row.way)


def _choice(row: Row[Any]) -> Choice:
    return Choice(row.key, row.wants, row.at, Way(row.way), row.by, row.announcement, row.inbox)


def _keep(insert: Any) -> Any:
    new = insert(audience_members)
    names = ("address", "name", "language", "customer", "services", "added_at", "added_by", "way")
    return new.on_conflict_do_update(index_elements=["key"], set_={name: new.excluded[name] for name in names})


def _note(insert: Any) -> Any:
    new = insert(audience_bounces)
    kept = {name: new.excluded[name] for name in ("at", "announcement", "reason")}
    return new.on_conflict_do_update(index_elements=["key"], set_=kept)


_KEEP, _NOTE = Upsert(_keep), Upsert(_note)
