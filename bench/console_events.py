"""What tickets belong together with, in numbers that a large desk reaches in years: for ``bench/console.py``.

A problem with 5,000 children, announcements, changes and alerts, written inside the database; and the pages that
show them.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from bench.growth import AT

CHILDREN, ANNOUNCEMENTS, CHANGES, ALERTS = 5_000, 3_000, 10_000, 50_000


def fill_events(db: Connection, count: int) -> int:
    """The ticket of the problem. Everything stands on tickets that ``fill`` made: 1001 up to 1000 + count."""
    problem = 1000 + count
    db.exec_driver_sql(f"UPDATE tickets SET kind = 'problem', state = 'in_progress' WHERE number = {problem}")
    joined = {"ticket": "1000 + i", "kind": "'child_of'", "other": problem, "at": AT, "by": "'lisa'", "joined": 0}
    _insert(db, CHILDREN, "links", joined)
    announced = {
        "ticket": f"CASE i WHEN {ANNOUNCEMENTS} THEN {problem} ELSE 20000 + i END",
        "planned": 0,
        "title": "'Fel ' || i",
        "words": "'Vi arbetar.'",
        "starts_at": AT,
        "ended_at": f"CASE WHEN i % 100 THEN {AT} END",
        "patterns": """'["plan", "mejl*"]'""",
        **dict.fromkeys(("services", "customers"), "'[]'"),
        "changed_at": AT,
        "by": "'lisa'",
        **dict.fromkeys(("to_audience", "recent_days", "step"), 0),
    }
    _insert(db, ANNOUNCEMENTS, "announcements", announced)
    _fill_changes(db)
    alerts = {
        "key": "'nagios|h' || i",
        "source": "CASE i % 3 WHEN 0 THEN 'nagios' ELSE 'zabbix' END",
        "tool": "'nagios'",
        "host": "'h' || i",
        "alert_group": "''",
        "ticket": "50000 + i / 2",
        "active": "i % 10 = 0",
        "severity": "'CRITICAL'",
        **dict.fromkeys(("began_at", "last_at"), AT),
        **dict.fromkeys(("changes", "repeats", "acknowledged"), 0),
    }
    _insert(db, ALERTS, "alerts", alerts)
    return problem


def _fill_changes(db: Connection) -> None:
    """One begins each hour from the first of January on, and lasts for two; every fiftieth is not done yet."""
    hours = "strftime('%Y-%m-%d %H:%M:%S.000000', '2026-01-01', '+' || (i + {more}) || ' hours')"
    planned = {
        "ticket": "30000 + i",
        "type": "'normal'",
        "state": "CASE WHEN i % 50 THEN 'reviewed' ELSE 'scheduled' END",
        "revision": 1,
        "starts_at": hours.format(more=0),
        "ends_at": hours.format(more=2),
        **dict.fromkeys(("plan", "risk", "back_out", "verdict", "despite_freeze", "by"), "'x'"),
        **dict.fromkeys(("services", "customers", "approvers", "boards"), "'[]'"),
        **dict.fromkeys(("needed", "backed_out"), 0),
        **dict.fromkeys(("proposed_at", "changed_at"), AT),
        "verdict": "''",
    }
    _insert(db, CHANGES, "changes", planned)


def _insert(db: Connection, count: int, table: str, row: Mapping[str, object]) -> None:
    """So many rows, each value an expression of ``i``."""
    counted = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
    values = ", ".join(map(str, row.values()))
    db.exec_driver_sql(f"INSERT INTO {table} ({', '.join(row)}) {counted} SELECT {values} FROM n")


def pages_of_events(problem: int) -> dict[str, str]:
    newest = ANNOUNCEMENTS
    return {
        "a problem of 5,000 children": f"/tickets/SD-{problem}",
        "a child of it": "/tickets/SD-1500",
        "a ticket is sought to be linked: a word that all have": "/tickets/SD-1500/others?act=link&q=plan",
        "the same among the open, two words of a ninth": "/tickets/SD-1500/others?act=merge&q=lösenord+outl",
        "announcements: going on": "/announcements",
        "announcements: ended": "/announcements?state=ended",
        "an announcement of 5,000 tickets": f"/announcements/{newest}",
        "the same, a page far down": f"/announcements/{newest}?beyond=2500",
        "the same, with a look for open tickets": f"/announcements/{newest}?seek=yes",
        "announcing": "/announcements/new",
        "changes: open": "/changes",
        "changes: ended": "/changes?state=ended",
        "changes: the calendar": "/changes?state=calendar&from=2026-05-01",
        "a change": "/changes/SD-30050",
        "alerts: lasting": "/alerts",
        "alerts: over, of one source": "/alerts?state=over&source=nagios",
    }
