"""The tables of those who are told of announced events without having written. Part of ``schema``.

``key`` is an address in lower case. Whoever is told, and whoever wants no such mail, need not be anybody that the desk
has met: people are registered when the first mail to them is written.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from mailbot.store.columns import Key, Moment, metadata

# Somebody, or a distribution list, that asked to be told, or was added. ``way``: added, imported.
audience_members = Table(
    "audience_members",
    metadata,
    Column("key", Text, primary_key=True),
    Column("address", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("language", String(35), nullable=False),
    Column("customer", String(40), nullable=False),
    Column("services", JSON, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("way", String(16), nullable=False),
)

# What people say about being told: the newest row of an address counts. Never changed, never deleted.
audience_choices = Table(
    "audience_choices",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False),
    Column("wants", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Column("way", String(16), nullable=False),
    Column("by", Text, nullable=False),
    Column("announcement", Key, nullable=False, default=0),
    Column("inbox", Key, ForeignKey("inbox.id")),
    Index("ix_audience_choices_key", "key", "id"),
)

# Addresses that refused a mail for good, until somebody says that they work again.
audience_bounces = Table(
    "audience_bounces",
    metadata,
    Column("key", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("announcement", Key, nullable=False),
    Column("reason", Text, nullable=False),
)

# Whom an announcement is for. ``step`` is the step of the announcement that they have been told, or passed over at.
announcement_recipients = Table(
    "announcement_recipients",
    metadata,
    Column("announcement", Key, ForeignKey("announcements.number"), primary_key=True, autoincrement=False),
    Column("key", Text, primary_key=True),
    Column("address", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("language", String(35), nullable=False),
    Column("customer", String(40), nullable=False),
    Column("why", String(16), nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("step", Integer, nullable=False, default=0),
    Column("first_told_at", Moment),
    Column("told_at", Moment),
    Column("outcome", String(16), nullable=False, default=""),
    Index("ix_announcement_recipients_step", "announcement", "step", "key"),
)
