"""A database of the released program, with a life in it, becomes one of this program: its clocks can be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from alembic import command
from sqlalchemy import text

from mailbot.desk.business_hours import Calendar
from mailbot.desk.service_level import Agreement
from mailbot.desk.watch import read_watch
from mailbot.store import migration
from mailbot.store.engine import open_engine
from mailbot.store.unit_of_work import open_unit_of_work

OPENED = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LIFE = (
    "ticket_registered",
    "ticket_assigned",
    "note_added",
    "resolution_proposed",
    "ticket_reopened",
    "resolution_proposed",
    "resolution_accepted",
)


def test_the_clocks_of_older_tickets_can_be_read(empty_store_url: str) -> None:
    engine = open_engine(empty_store_url)
    with engine.begin() as connection:
        config = migration._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.execute(
            text(
                "INSERT INTO people (id, key, address, name, language, created_at)"
                " VALUES (1, 'anna@kommun.example', 'anna@kommun.example', 'Anna', '', :at)"
            ),
            {"at": OPENED},
        )
        connection.execute(
            text(
                "INSERT INTO tickets (number, subject, kind, origin, priority, state, language, desk_address,"
                " requester, support_group, assignee, resolution, opened_at, changed_at, needs_person,"
                " alert_key, version)"
                " VALUES (1001, 'x', 'incident', 'user', 'medium', 'closed', 'sv', '', 1, 'desk', '', 2,"
                " :at, :at, :no, '', 1)"
            ),
            {"at": OPENED, "no": False},
        )
        for hours, name in enumerate(LIFE):
            connection.execute(
                text(
                    "INSERT INTO journal (ticket, at, name, actor, details)"
                    " VALUES (1001, :at, :name, 'lisa@desk.example', '{}')"
                ),
                {"at": OPENED + timedelta(hours=hours), "name": name},
            )
    assert migration.upgrade(engine) == migration.newest_revision()
    with open_unit_of_work(engine, reads_only=True) as work:
        ticket = work.tickets.get(1001)
        facts = work.journal.of_ticket(1001)
    assert [f.state for f in facts] == ["new", "in_progress", "", "resolved", "in_progress", "resolved", "closed"]
    assert (ticket.customer, ticket.impact, ticket.due_at, ticket.promised_by) == ("", "", None, None)
    watch = read_watch(ticket, Agreement(calendar=Calendar()), facts, OPENED + timedelta(days=1))
    assert [i.worked / timedelta(hours=1) for i in watch.clocks[1].intervals] == [1, 2, 0, 1, 0, 0]
    assert watch.milestones() == []
    engine.dispose()
