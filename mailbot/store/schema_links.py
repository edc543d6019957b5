"""The tables of tickets that belong together. Part of ``schema``."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text, text

from mailbot.store.columns import Key, Moment, metadata

STANDS = text("undone_at IS NULL")

# One link of a kind stands between two tickets; a ticket is merged into one other at most.
links = Table(
    "links",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("ticket", Key, ForeignKey("tickets.number"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("other", Key, ForeignKey("tickets.number"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("joined", Boolean, nullable=False),
    Column("undone_at", Moment),
    Index(
        "uq_links_ticket_kind_other", "ticket", "kind", "other",
        unique=True, postgresql_where=STANDS, sqlite_where=STANDS,
    ),
    Index("ix_links_other", "other", "kind"),
)  # fmt: skip

known_errors = Table(
    "known_errors",
    metadata,
    Column("ticket", Key, ForeignKey("tickets.number"), primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("workaround", Text, nullable=False),
)
