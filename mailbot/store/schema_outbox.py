"""The table of outgoing mail. It belongs to ``schema``, and stands apart for its length."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, text

from mailbot.store.columns import Key, Moment, metadata

# A query must say it in these words, not with parameters: see ``schema``.
UNSENT = text("status IN ('queued', 'sending', 'delayed')")
UNVERIFIED = text("automatic AND NOT verified")

# A composed mail to one recipient. ``key`` names the occasion: the same occasion is never queued twice.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("ticket", Key, ForeignKey("tickets.number"), index=True),
    Column("notice", String(32), nullable=False),
    Column("automatic", Boolean, nullable=False),
    Column("person", Key),
    Column("resolution", Integer, nullable=False, default=0),
    Column("recipient", Text, nullable=False),
    Column("recipient_key", Text, nullable=False),
    Column("recipient_domain", Text, nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("reverse_path", Text, nullable=False),
    Column("message_id", Text, nullable=False, unique=True),
    Column("subject", Text, nullable=False),
    Column("revision", String(64), nullable=False),
    Column("words", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("queued_at", Moment, nullable=False),
    Column("status", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", Moment, nullable=False),
    Column("leased_by", String(64), nullable=False, default=""),
    Column("settled_at", Moment),
    Column("last_code", Integer, nullable=False, default=0),
    Column("last_reply", Text, nullable=False, default=""),
    Index(
        "ix_outbox_due",
        "due_at",
        postgresql_where=UNSENT,
        sqlite_where=UNSENT,
    ),
    Index("ix_outbox_status", "status", "id"),
    Index("ix_outbox_recipient_key_queued_at", "recipient_key", "queued_at"),
    Index("ix_outbox_recipient_domain_queued_at", "recipient_domain", "queued_at"),
    Index("ix_outbox_unverified", "queued_at", postgresql_where=UNVERIFIED, sqlite_where=UNVERIFIED),
)
