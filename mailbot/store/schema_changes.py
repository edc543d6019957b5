"""The tables of changes. Part of ``schema``."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from mailbot.store.columns import Key, Moment, metadata

TAKES_PLACE = text("state IN ('proposed', 'asked', 'approved', 'scheduled', 'implementing')")

# ``boards`` are those who were asked about this revision of the plan; what each person said stands in ``approvals``.
changes = Table(
    "changes",
    metadata,
    Column("ticket", Key, ForeignKey("tickets.number"), primary_key=True, autoincrement=False),
    Column("type", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("plan", Text, nullable=False),
    Column("risk", Text, nullable=False),
    Column("back_out", Text, nullable=False),
    Column("starts_at", Moment),
    Column("ends_at", Moment),
    Column("services", JSON, nullable=False),
    Column("customers", JSON, nullable=False),
    Column("approvers", JSON, nullable=False),
    Column("needed", Integer, nullable=False),
    Column("boards", JSON, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("decided_at", Moment),
    Column("despite_freeze", Text, nullable=False),
    Column("backed_out", Boolean, nullable=False),
    Column("started_at", Moment),
    Column("ended_at", Moment),
    Column("by", Text, nullable=False),
    Column("proposed_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Index("ix_changes_window", "starts_at", postgresql_where=TAKES_PLACE, sqlite_where=TAKES_PLACE),
    Index("ix_changes_starts_at", "starts_at", "ticket"),
)

# Who was asked about which revision of a plan, and what they said: one row a person and revision, never deleted.
approvals = Table(
    "approvals",
    metadata,
    Column("ticket", Key, ForeignKey("changes.ticket"), primary_key=True, autoincrement=False),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("person", Key, ForeignKey("people.id"), primary_key=True, autoincrement=False),
    Column("address", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("answer", String(16), nullable=False),
    Column("answered_at", Moment),
    Column("way", String(16), nullable=False),
    Column("evidence", String(8), nullable=False),
    Column("entry", Key, ForeignKey("entries.id")),
    Column("reminded_at", Moment),
)
