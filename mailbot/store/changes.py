"""Changes and the approvals of their plans. Whoever changes one holds its ticket (``tickets.find(…, lock=True)``)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from mailbot.desk.approvals import Answer, Approval, Board, Verdict
from mailbot.desk.change import Change, Plan
from mailbot.desk.change_conflicts import Rival, Touched, Window
from mailbot.desk.changes import ChangeState, ChangeType
from mailbot.store.schema import tickets
from mailbot.store.schema_changes import TAKES_PLACE, approvals, changes
from mailbot.store.storable import storable
from mailbot.store.upsert import Upsert

MOST_RIVALS = 500


class Changes:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, change: Change) -> None:
        self._db.execute(insert(changes), {"ticket": change.ticket, **_values(change)})

    def save(self, change: Change) -> None:
        self._db.execute(update(changes).where(changes.c.ticket == change.ticket).values(**_values(change)))

    def find(self, ticket: int) -> Change | None:
        """The change that a ticket is; None where it is none."""
        row = self._db.execute(select(changes).where(changes.c.ticket == ticket)).first()
        return _change(row) if row else None

    def list_newest(
        self, *, states: Collection[ChangeState] = (), before: int | None = None, limit: int = 100
    ) -> list[Change]:
        """Newest first; of these states, where some are named, and with lower numbers than ``before``."""
        query = select(changes).order_by(changes.c.ticket.desc()).limit(limit)
        if states:
            query = query.where(changes.c.state.in_([s.value for s in states]))
        if before is not None:
            query = query.where(changes.c.ticket < before)
        return [_change(row) for row in self._db.execute(query)]

    def list_between(self, starts_at: datetime, ends_at: datetime, *, limit: int = 500) -> list[Change]:
        """Those whose window has begun before ``ends_at`` and not ended at ``starts_at``, whatever their state."""
        inside = (changes.c.starts_at < ends_at, changes.c.ends_at > starts_at)
        query = select(changes).where(*inside).order_by(changes.c.starts_at, changes.c.ticket).limit(limit)
        return [_change(row) for row in self._db.execute(query)]

    def rivals_of(self, window: Window) -> list[Rival]:
        """Changes that take place, or may, in the hours of a window, soonest first."""
        subject = select(tickets.c.subject).where(tickets.c.number == changes.c.ticket).scalar_subquery()
        query = select(changes, subject.label("subject")).where(TAKES_PLACE, changes.c.ends_at > window.starts_at)
        if window.ends_at:
            query = query.where(changes.c.starts_at < window.ends_at)
        rows = self._db.execute(query.order_by(changes.c.starts_at, changes.c.ticket).limit(MOST_RIVALS))
        return [
            Rival(r.ticket, r.subject, Window(r.starts_at, r.ends_at), Touched(tuple(r.services), tuple(r.customers)))
            for r in rows
        ]

    def ask(self, approval: Approval) -> None:
        """Keep that somebody is asked about a revision; who has been asked about it already, has been."""
        row = {
            "ticket": approval.ticket,
            "revision": approval.revision,
            "person": approval.person,
            "address": storable(approval.address, 320),
            "name": storable(approval.name, 320),
            "asked_at": approval.asked_at,
            "answer": "",
            "way": "",
            "evidence": "",
        }
        self._db.execute(_ASK.on(self._db), row)

    def approvals_of(self, ticket: int, revision: int | None = None) -> list[Approval]:
        """Who was asked about a change, by revision and then by person; with ``revision``, about that one."""
        query = select(approvals).where(approvals.c.ticket == ticket)
        if revision is not None:
            query = query.where(approvals.c.revision == revision)
        rows = self._db.execute(query.order_by(approvals.c.revision, approvals.c.person))
        return [_approval(row) for row in rows]

    def answer(
        self, approval: Approval, answer: Answer, now: datetime, *, way: str, evidence: str, entry: int | None
    ) -> None:
        """Keep what somebody says now of a revision."""
        said = {"answer": answer.value, "answered_at": now, "way": way, "evidence": evidence, "entry": entry}
        self._db.execute(update(approvals).where(*_key(approval)).values(**said))

    def remind(self, approval: Approval, now: datetime) -> None:
        self._db.execute(update(approvals).where(*_key(approval)).values(reminded_at=now))


_ASK = Upsert(lambda insert_: insert_(approvals).on_conflict_do_nothing())


def _key(approval: Approval) -> tuple[Any, ...]:
    return (
        approvals.c.ticket == approval.ticket,
        approvals.c.revision == approval.revision,
        approvals.c.person == approval.person,
    )


def _values(change: Change) -> dict[str, Any]:
    plan = change.plan
    return {
        "type": plan.type.value,
        "state": change.state.value,
        "revision": change.revision,
        "plan": storable(plan.plan),
        "risk": storable(plan.risk),
        "back_out": storable(plan.back_out),
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "services": list(plan.services),
        "customers": list(plan.customers),
        "approvers": list(change.approvers),
        "needed": change.needed,
        "boards": [{"name": b.name, "people": list(b.people), "needed": b.needed} for b in change.boards],
        "verdict": change.verdict.value,
        "decided_at": change.decided_at,
        "despite_freeze": storable(change.despite_freeze),
        "backed_out": change.backed_out,
        "started_at": change.started_at,
        "ended_at": change.ended_at,
        "by": storable(change.by, 320),
        "proposed_at": change.proposed_at,
        "changed_at": change.changed_at,
    }


def _change(row: Row[Any]) -> Change:
    return Change(
        row.ticket,
        _plan(row),
        ChangeState(row.state),
        row.revision,
        tuple(row.approvers),
        row.needed,
        tuple(Board(b["name"], tuple(b["people"]), b["needed"]) for b in row.boards),
        Verdict(row.verdict),
        row.decided_at,
        row.despite_freeze,
        row.backed_out,
        row.started_at,
        row.ended_at,
        row.by,
        row.proposed_at,
        row.changed_at,
    )


def _plan(row: Row[Any]) -> Plan:
    return Plan(
        ChangeType(row.type),
        row.plan,
        row.risk,
        row.back_out,
        row.starts_at,
        row.ends_at,
        tuple(row.services),
        tuple(row.customers),
    )


def _approval(row: Row[Any]) -> Approval:
    return Approval(
        row.ticket,
        row.revision,
        row.person,
        row.address,
        row.name,
        row.asked_at,
        Answer(row.answer),
        row.answered_at,
        row.way,
        row.evidence,
        row.entry,
        row.reminded_at,
    )
