"""The tables of work: when agents are away, and which of their mails have been obeyed."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, String, Table, Text, text

from mailbot.store.columns import Key, Moment, metadata

FROM_NOTICE = text("notice <> ''")

# ``agent`` is the address in lower case. Both days are included.
absences = Table(
    "absences",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("agent", Text, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("set_by", Text, nullable=False),
    Column("set_at", Moment, nullable=False),
    Index("ix_absences_agent", "agent", "last_day"),
    Index("ix_absences_last_day", "last_day"),
)

# A mail of commands is obeyed once: not again with the same Message-ID, nor with another one and the same content.
# ``notice`` is the Message-ID of ours that it answers, where it used up that notice (to end a ticket).
obeyed_mails = Table(
    "obeyed_mails",
    metadata,
    Column("inbox", Key, ForeignKey("inbox.id"), primary_key=True, autoincrement=False),
    Column("ticket", Key, ForeignKey("tickets.number"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("by_message_id", String(64), nullable=False, unique=True),
    Column("by_content", String(64), nullable=False, unique=True),
    Column("notice", Text, nullable=False, default=""),
    Index("uq_obeyed_mails_notice", "notice", unique=True, postgresql_where=FROM_NOTICE, sqlite_where=FROM_NOTICE),
)
