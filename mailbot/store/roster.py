"""How things stand with the agents: who is away when, and how much each has to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, delete, func, insert, or_, select

from mailbot.desk.lifecycle import State
from mailbot.desk.staff import Absence
from mailbot.desk.ticket import Ticket
from mailbot.store.schema import tickets
from mailbot.store.schema_work import absences
from mailbot.store.storable import storable
from mailbot.store.ticket_rows import WITH_REQUESTER, read_ticket

IN_WORK = (State.NEW.value, State.IN_PROGRESS.value)
"""The states of a ticket that take its agent's time; one that waits does not."""
OPEN = (*IN_WORK, State.PENDING.value, State.RESOLVED.value)


class Roster:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def set_absence(self, absence: Absence, by: str, now: datetime) -> int:
        """Keep an absence; its number."""
        row = {
            "agent": absence.agent.lower(),
            "first_day": absence.first,
            "last_day": absence.last,
            "note": storable(absence.note, 500),
            "set_by": storable(by, 320),
            "set_at": now,
        }
        return int(self._db.execute(insert(absences).returning(absences.c.id), row).scalar_one())

    def end_absence(self, number: int) -> bool:
        """Take an absence back; False where there is none with this number."""
        return bool(self._db.execute(delete(absences).where(absences.c.id == number)).rowcount)

    def absences_from(self, day: date, agents: Sequence[str] = ()) -> list[Absence]:
        """Absences that end on this day or later, of these agents or of all, the earliest first."""
        query = select(absences).where(absences.c.last_day >= day)
        if agents:
            query = query.where(absences.c.agent.in_([a.lower() for a in agents]))
        rows = self._db.execute(query.order_by(absences.c.first_day, absences.c.id))
        return [Absence(r.agent, r.first_day, r.last_day, r.note, r.id) for r in rows]

    def loads(self) -> dict[str, int]:
        """How many tickets in work each agent has, by address in lower case; those with none are not in it."""
        agent = func.lower(tickets.c.assignee)
        query = select(agent, func.count()).where(tickets.c.state.in_(IN_WORK), tickets.c.assignee != "")
        return {row[0]: row[1] for row in self._db.execute(query.group_by(agent))}

    def watchable(self, limit: int = 5000) -> list[Ticket]:
        """Tickets that the desk has its eye on: those at work, and ended ones that a person must read; oldest first."""
        watched = or_(tickets.c.state.in_(OPEN), tickets.c.needs_person)
        query = WITH_REQUESTER.where(watched).order_by(tickets.c.number).limit(limit)
        return [read_ticket(row) for row in self._db.execute(query)]
