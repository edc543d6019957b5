"""The table of phone contacts. Part of ``schema``."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from mailbot.store.columns import Key, Moment, metadata

# ``system`` and ``key``: a list of calls that is imported again adds nothing.
contacts = Table(
    "contacts",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("system", String(40), nullable=False),
    Column("key", Text, nullable=False),
    Column("caller", Text, nullable=False),
    Column("caller_name", Text, nullable=False),
    Column("offered_at", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("ended_at", Moment),
    Column("outcome", String(16), nullable=False),
    Column("agent", Text, nullable=False),
    Column("skill", Text, nullable=False),
    Column("customer", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("ticket", Key, ForeignKey("tickets.number")),
    Column("registered_at", Moment, nullable=False),
    Column("registered_by", Text, nullable=False),
    UniqueConstraint("system", "key"),
    Index("ix_contacts_offered_at", "offered_at", "id"),
    Index("ix_contacts_ticket", "ticket"),
    Index("ix_contacts_caller", "caller"),
)
