"""The tables of monitoring: alerts by key, and when each source was last heard. Part of ``schema``."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from mailbot.store.columns import Key, Moment, metadata

alerts = Table(
    "alerts",
    metadata,
    Column("key", String(500), primary_key=True),
    Column("source", String(100), nullable=False),
    Column("tool", String(40), nullable=False),
    Column("host", Text, nullable=False),
    Column("alert_group", Text, nullable=False),
    Column("ticket", Key, ForeignKey("tickets.number"), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("severity", Text, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("occurred_at", Moment),
    Column("changes", Integer, nullable=False),
    Column("changes_since", Moment),
    Column("repeats", Integer, nullable=False),
    Column("acknowledged", Boolean, nullable=False),
    Index("ix_alerts_ticket", "ticket"),
    Index("ix_alerts_source", "source", "began_at"),
    Index("ix_alerts_active", "active", "last_at", "key"),
)

# ``name`` of a source that settings name, or of a sender that they do not. Its row is the turn of its alerts: they are
# taken one after the other, so that a storm cannot open an incident twice.
alert_sources = Table(
    "alert_sources",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("heard_at", Moment, nullable=False),
    Column("mails", Integer, nullable=False),
)
