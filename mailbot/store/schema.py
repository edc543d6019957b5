"""The tables (SQLAlchemy Core). ``alembic/versions`` makes the same ones: a house test compares the two.

Times are UTC. Enumerations are stored as their values. Uniqueness that a rule depends on (one mail once, one notice
once) is a constraint here, never a look-before-insert.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from mailbot.store import (
    schema_access,
    schema_alerts,
    schema_announcements,
    schema_changes,
    schema_contacts,
    schema_event_audience,
    schema_folders,
    schema_links,
    schema_outbox,
    schema_search,
    schema_timers,
    schema_verification,
    schema_work,
)
from mailbot.store.columns import Key, Moment, metadata

__all__ = [
    "FIRST_TICKET",
    "REVISION",
    "Moment",
    "metadata",
    "schema_access",
    "schema_alerts",
    "schema_announcements",
    "schema_changes",
    "schema_contacts",
    "schema_event_audience",
    "schema_folders",
    "schema_links",
    "schema_outbox",
    "schema_search",
    "schema_timers",
    "schema_verification",
    "schema_work",
]

REVISION = "0005"
"""The newest migration in ``alembic/versions``: known here, so that a start need not load Alembic to compare."""

FIRST_TICKET = 1001

# Conditions of indexes that hold few of the rows. A query must say them in these words, not with parameters: a
# database uses such an index only where it sees, before any value is bound, that the condition holds.
UNSETTLED = text("disposition = 'received'")
NAMED = text("message_id <> ''")
UNREAD = text("needs_person")
UNCONTACTED = text("needs_contact")
OF_ALERT = text("alert_key <> ''")
WITH_TARGET = text("due_at IS NOT NULL")
WORDING_FAILED = text("name = 'wording_failed'")
PROMISE_SETTLED = text("name IN ('promise_kept', 'promise_missed')")
OF_SOURCE = text("source_key <> ''")

# ``key`` is the address in lower case: people are found by it, and written to as they wrote it (RFC 5321, 2.4).
people = Table(
    "people",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("address", Text, nullable=False),
    Column("name", Text, nullable=False, default=""),
    Column("language", String(35), nullable=False, default=""),
    Column("created_at", Moment, nullable=False),
)

# A mail that arrived. ``queue`` is the own address it came to: the same bytes in the same queue are one mail.
inbox = Table(
    "inbox",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("received_at", Moment, nullable=False),
    Column("way_in", String(16), nullable=False),
    Column("source_key", Text, nullable=False, default=""),
    Column("reverse_path", Text, nullable=False, default=""),
    Column("forward_paths", JSON, nullable=False),
    Column("peer", String(64), nullable=False, default=""),
    Column("helo", Text, nullable=False, default=""),
    Column("withheld_size", Key, nullable=False, default=0),
    Column("queue", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("duplicate_of", Key, ForeignKey("inbox.id")),
    Column("disposition", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", Moment, nullable=False),
    Column("leased_by", String(64), nullable=False, default=""),
    Column("settled_at", Moment),
    Column("reasons", JSON, nullable=False),
    Column("ticket", Key),
    Column("message_id", Text, nullable=False, default=""),
    Column("author", Text, nullable=False, default=""),
    Column("subject", Text, nullable=False, default=""),
    Index(
        "uq_inbox_sha256_queue",
        "sha256",
        "queue",
        unique=True,
        postgresql_where=text("duplicate_of IS NULL"),
        sqlite_where=text("duplicate_of IS NULL"),
    ),
    Index(
        "uq_inbox_source_key",
        "source_key",
        unique=True,
        postgresql_where=OF_SOURCE,
        sqlite_where=OF_SOURCE,
    ),
    Index(
        "ix_inbox_due",
        "due_at",
        postgresql_where=UNSETTLED,
        sqlite_where=UNSETTLED,
    ),
    Index(
        "ix_inbox_message_id",
        "message_id",
        postgresql_where=NAMED,
        sqlite_where=NAMED,
    ),
    Index("ix_inbox_ticket", "ticket"),
    Index("ix_inbox_disposition", "disposition", "id"),
)

# The bytes apart from the row: lists of mail never read them.
inbox_raw = Table(
    "inbox_raw",
    metadata,
    Column("inbox", Key, ForeignKey("inbox.id"), primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)

tickets = Table(
    "tickets",
    metadata,
    Column("number", Key, primary_key=True, autoincrement=True),
    Column("subject", Text, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("origin", String(16), nullable=False),
    Column("priority", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("language", String(35), nullable=False),
    Column("desk_address", Text, nullable=False),
    Column("requester", Key, ForeignKey("people.id"), index=True),
    Column("support_group", String(100), nullable=False, default=""),
    Column("assignee", Text, nullable=False, default=""),
    Column("resolution", Integer, nullable=False, default=0),
    Column("opened_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False, index=True),
    Column("resolved_at", Moment),
    Column("closed_at", Moment),
    Column("needs_person", Boolean, nullable=False, default=False),
    Column("needs_contact", Boolean, nullable=False, default=False, server_default=false()),
    Column("follows", Key),
    Column("alert_key", Text, nullable=False, default=""),
    Column("version", Integer, nullable=False, default=0),
    Column("owner", String(100), nullable=False, default=""),
    Column("service", String(40), nullable=False, default=""),
    Column("offered_at", Moment),
    Column("waits_until", Date),
    Column("customer", String(40), nullable=False, default=""),
    Column("impact", String(16), nullable=False, default=""),
    Column("urgency", String(16), nullable=False, default=""),
    Column("due_at", Moment),
    Column("promised_by", Moment),
    Index("ix_tickets_customer", "customer", "changed_at", "number"),
    Index("ix_tickets_due", "due_at", "number", postgresql_where=WITH_TARGET, sqlite_where=WITH_TARGET),
    Index("ix_tickets_state", "state", "changed_at", "number"),
    Index("ix_tickets_group_state", "support_group", "state", "changed_at", "number"),
    Index("ix_tickets_assignee_state", "assignee", "state", "changed_at", "number"),
    Index("ix_tickets_assignee", "assignee", "changed_at", "number"),
    Index(
        "ix_tickets_uncontacted",
        "changed_at",
        "number",
        postgresql_where=UNCONTACTED,
        sqlite_where=UNCONTACTED,
    ),
    Index("ix_tickets_unread", "changed_at", "number", postgresql_where=UNREAD, sqlite_where=UNREAD),
    Index(
        "ix_tickets_alert_key",
        "alert_key",
        postgresql_where=OF_ALERT,
        sqlite_where=OF_ALERT,
    ),
    sqlite_autoincrement=True,
)

participants = Table(
    "participants",
    metadata,
    Column("ticket", Key, ForeignKey("tickets.number"), primary_key=True, autoincrement=False),
    Column("person", Key, ForeignKey("people.id"), primary_key=True, autoincrement=False),
    Column("confirmed", Boolean, nullable=False),
    Column("affected", Boolean, nullable=False, default=False, server_default=false()),
)

entries = Table(
    "entries",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("ticket", Key, ForeignKey("tickets.number"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("author", Text, nullable=False),
    Column("author_name", Text, nullable=False, default=""),
    Column("role", String(16), nullable=False),
    Column("words", Text, nullable=False),
    Column("inbox", Key, ForeignKey("inbox.id")),
    Column("intent", String(16), nullable=False, default=""),
    Column("evidence", String(8), nullable=False, default=""),
)

filings = Table(
    "filings",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("entry", Key, ForeignKey("entries.id"), nullable=False, index=True),
    Column("filename", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), ForeignKey("documents.sha256"), nullable=False),
    Column("inline", Boolean, nullable=False),
    Column("content_id", Text, nullable=False, default=""),
)

documents = Table(
    "documents",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

journal = Table(
    "journal",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("ticket", Key, ForeignKey("tickets.number"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("name", String(64), nullable=False),
    Column("actor", Text, nullable=False),
    Column("entry", Key, ForeignKey("entries.id")),
    Column("details", JSON, nullable=False),
    Column("state", String(16), nullable=False, default=""),
    Index("ix_journal_promises", "at", postgresql_where=PROMISE_SETTLED, sqlite_where=PROMISE_SETTLED),
    Index("ix_journal_wording_failed", "at", postgresql_where=WORDING_FAILED, sqlite_where=WORDING_FAILED),
)

# A wording that an admin has saved. ``number`` counts within a notice and language, and its uniqueness settles who of
# two that save at once was first. Without ``source`` the packaged wording speaks from here on.
wordings = Table(
    "wordings",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("notice", String(32), nullable=False),
    Column("language", String(35), nullable=False),
    Column("number", Integer, nullable=False),
    Column("source", Text),
    Column("sha256", String(64), nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("why", Text, nullable=False, default=""),
    Column("restores", Integer),
    UniqueConstraint("notice", "language", "number"),
)
