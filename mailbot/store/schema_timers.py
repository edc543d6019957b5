"""The tables of the clock: what is due and when (rule D14), and when recurring work was last done."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Float, ForeignKey, Index, Integer, String, Table, Text, text

from mailbot.store.columns import Key, Moment, metadata

PENDING = text("outcome = 'pending'")
FIRED = text("outcome = 'fired'")

# ``due_at`` is when it was meant to go off and never moves; ``next_look_at`` is when somebody may claim it: the same
# moment at first, then the end of a lease or of a pause after a failure.
timers = Table(
    "timers",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("ticket", Key, ForeignKey("tickets.number"), index=True),
    Column("due_at", Moment, nullable=False),
    Column("details", JSON, nullable=False),
    Column("next_look_at", Moment, nullable=False),
    Column("leased_by", String(64), nullable=False, default=""),
    Column("attempts", Integer, nullable=False, default=0),
    Column("settled_at", Moment),
    Column("outcome", String(16), nullable=False),
    Column("trouble", Text, nullable=False, default=""),
    Index("uq_timers_key", "key", unique=True, postgresql_where=PENDING, sqlite_where=PENDING),
    Index("ix_timers_fired", "settled_at", postgresql_where=FIRED, sqlite_where=FIRED),
    Index("ix_timers_due", "next_look_at", "id", postgresql_where=PENDING, sqlite_where=PENDING),
)

# One row for each workflow with a SCHEDULE. ``occurrence`` is the moment of the timetable that was last done (None
# for work of a plain interval); a claim holds it for one process until ``leased_until``.
recurring_work = Table(
    "recurring_work",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("occurrence", Moment),
    Column("leased_by", String(64), nullable=False, default=""),
    Column("leased_until", Moment),
    Column("started_at", Moment),
    Column("seconds", Float, nullable=False, default=0.0),
    Column("succeeded_at", Moment),
    Column("failures", Integer, nullable=False, default=0),
    Column("trouble", Text, nullable=False, default=""),
)
