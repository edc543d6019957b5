"""The tables of announcements. Part of ``schema``."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, Table, Text, false, text

from mailbot.store.columns import Key, Moment, metadata

GOES_ON = text("ended_at IS NULL")

announcements = Table(
    "announcements",
    metadata,
    Column("number", Key, primary_key=True, autoincrement=True),
    Column("ticket", Key, ForeignKey("tickets.number"), nullable=False, unique=True),
    Column("planned", Boolean, nullable=False),
    Column("title", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("expected_end", Moment),
    Column("ended_at", Moment),
    Column("patterns", JSON, nullable=False),
    Column("services", JSON, nullable=False),
    Column("customers", JSON, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("to_audience", Boolean, nullable=False, default=False, server_default=false()),
    Column("recent_days", Integer, nullable=False, default=0, server_default=text("0")),
    Column("step", Integer, nullable=False, default=0, server_default=text("0")),
    Index("ix_announcements_current", "starts_at", postgresql_where=GOES_ON, sqlite_where=GOES_ON),
)
