"""The first tables"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from mailbot.store.schema import FIRST_TICKET, Moment

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_documents")),
    )
    op.create_table(
        "folder_positions",
        sa.Column("account", sa.String(length=100), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("uidvalidity", KEY, nullable=False),
        sa.Column("start_uid", KEY, nullable=False),
        sa.Column("started_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("account", "folder", name=op.f("pk_folder_positions")),
    )
    op.create_table(
        "inbox",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("way_in", sa.String(length=16), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("reverse_path", sa.Text(), nullable=False),
        sa.Column("forward_paths", sa.JSON(), nullable=False),
        sa.Column("peer", sa.String(length=64), nullable=False),
        sa.Column("helo", sa.Text(), nullable=False),
        sa.Column("withheld_size", KEY, nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("duplicate_of", KEY, nullable=True),
        sa.Column("disposition", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("leased_by", sa.String(length=64), nullable=False),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("ticket", KEY, nullable=True),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["duplicate_of"], ["inbox.id"], name=op.f("fk_inbox_duplicate_of_inbox")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_inbox_due",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("disposition = 'received'"),
            sqlite_where=sa.text("disposition = 'received'"),
        )
        batch_op.create_index(
            "ix_inbox_message_id",
            ["message_id"],
            unique=False,
            postgresql_where=sa.text("message_id <> ''"),
            sqlite_where=sa.text("message_id <> ''"),
        )
        batch_op.create_index("ix_inbox_ticket", ["ticket"], unique=False)
        batch_op.create_index(
            "uq_inbox_sha256_queue",
            ["sha256", "queue"],
            unique=True,
            postgresql_where=sa.text("duplicate_of IS NULL"),
            sqlite_where=sa.text("duplicate_of IS NULL"),
        )
        batch_op.create_index(
            "uq_inbox_source_key",
            ["source_key"],
            unique=True,
            postgresql_where=sa.text("source_key <> ''"),
            sqlite_where=sa.text("source_key <> ''"),
        )

    op.create_table(
        "people",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("key", name=op.f("uq_people_key")),
    )
    op.create_table(
        "folder_copies",
        sa.Column("account", sa.String(length=100), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("uidvalidity", KEY, autoincrement=False, nullable=False),
        sa.Column("uid", KEY, autoincrement=False, nullable=False),
        sa.Column("inbox", KEY, nullable=True),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["inbox"], ["inbox.id"], name=op.f("fk_folder_copies_inbox_inbox")),
        sa.PrimaryKeyConstraint("account", "folder", "uidvalidity", "uid", name=op.f("pk_folder_copies")),
    )
    with op.batch_alter_table("folder_copies", schema=None) as batch_op:
        batch_op.create_index(
            "ix_folder_copies_pending",
            ["account", "folder", "uidvalidity", "uid"],
            unique=False,
            postgresql_where=sa.text("pending"),
            sqlite_where=sa.text("pending"),
        )

    op.create_table(
        "inbox_raw",
        sa.Column("inbox", KEY, autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["inbox"], ["inbox.id"], name=op.f("fk_inbox_raw_inbox_inbox")),
        sa.PrimaryKeyConstraint("inbox", name=op.f("pk_inbox_raw")),
    )
    op.create_table(
        "tickets",
        sa.Column("number", KEY, autoincrement=True, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("priority", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("desk_address", sa.Text(), nullable=False),
        sa.Column("requester", KEY, nullable=True),
        sa.Column("support_group", sa.String(length=100), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=False),
        sa.Column("resolution", sa.Integer(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("resolved_at", Moment(), nullable=True),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("needs_person", sa.Boolean(), nullable=False),
        sa.Column("follows", KEY, nullable=True),
        sa.Column("alert_key", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["requester"], ["people.id"], name=op.f("fk_tickets_requester_people")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_tickets")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index(
            "ix_tickets_alert_key",
            ["alert_key"],
            unique=False,
            postgresql_where=sa.text("alert_key <> ''"),
            sqlite_where=sa.text("alert_key <> ''"),
        )
        batch_op.create_index(batch_op.f("ix_tickets_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_tickets_requester"), ["requester"], unique=False)
        batch_op.create_index("ix_tickets_assignee", ["assignee", "changed_at", "number"], unique=False)
        batch_op.create_index("ix_tickets_state", ["state", "changed_at", "number"], unique=False)
        batch_op.create_index(
            "ix_tickets_unread",
            ["changed_at", "number"],
            unique=False,
            postgresql_where=sa.text("needs_person"),
            sqlite_where=sa.text("needs_person"),
        )

    op.create_table(
        "entries",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("ticket", KEY, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("inbox", KEY, nullable=True),
        sa.Column("intent", sa.String(length=16), nullable=False),
        sa.Column("evidence", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(["inbox"], ["inbox.id"], name=op.f("fk_entries_inbox_inbox")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_entries_ticket_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
    )
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entries_ticket"), ["ticket"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("ticket", KEY, nullable=True),
        sa.Column("notice", sa.String(length=32), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("person", KEY, nullable=True),
        sa.Column("resolution", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("recipient_key", sa.Text(), nullable=False),
        sa.Column("recipient_domain", sa.Text(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("reverse_path", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("revision", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("queued_at", Moment(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("leased_by", sa.String(length=64), nullable=False),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.Column("last_code", sa.Integer(), nullable=False),
        sa.Column("last_reply", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_outbox_ticket_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_due",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("status IN ('queued', 'sending', 'delayed')"),
            sqlite_where=sa.text("status IN ('queued', 'sending', 'delayed')"),
        )
        batch_op.create_index("ix_outbox_recipient_domain_queued_at", ["recipient_domain", "queued_at"], unique=False)
        batch_op.create_index("ix_outbox_recipient_key_queued_at", ["recipient_key", "queued_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_ticket"), ["ticket"], unique=False)

    op.create_table(
        "participants",
        sa.Column("ticket", KEY, autoincrement=False, nullable=False),
        sa.Column("person", KEY, autoincrement=False, nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_participants_person_people")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_participants_ticket_tickets")),
        sa.PrimaryKeyConstraint("ticket", "person", name=op.f("pk_participants")),
    )
    op.create_table(
        "filings",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("entry", KEY, nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("inline", sa.Boolean(), nullable=False),
        sa.Column("content_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["entry"], ["entries.id"], name=op.f("fk_filings_entry_entries")),
        sa.ForeignKeyConstraint(["sha256"], ["documents.sha256"], name=op.f("fk_filings_sha256_documents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filings")),
    )
    with op.batch_alter_table("filings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_filings_entry"), ["entry"], unique=False)

    op.create_table(
        "journal",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("ticket", KEY, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("entry", KEY, nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["entry"], ["entries.id"], name=op.f("fk_journal_entry_entries")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_journal_ticket_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_ticket"), ["ticket"], unique=False)

    # The first ticket of a desk is 1001: a number of four digits is told from a time or a date on the phone.
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('tickets', {FIRST_TICKET - 1})")
    else:
        op.execute(f"ALTER SEQUENCE tickets_number_seq RESTART WITH {FIRST_TICKET}")


def downgrade() -> None:
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journal_ticket"))

    op.drop_table("journal")
    with op.batch_alter_table("filings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_filings_entry"))

    op.drop_table("filings")
    op.drop_table("participants")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_ticket"))
        batch_op.drop_index("ix_outbox_recipient_key_queued_at")
        batch_op.drop_index("ix_outbox_recipient_domain_queued_at")
        batch_op.drop_index(
            "ix_outbox_due",
            postgresql_where=sa.text("status IN ('queued', 'sending', 'delayed')"),
            sqlite_where=sa.text("status IN ('queued', 'sending', 'delayed')"),
        )

    op.drop_table("outbox")
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entries_ticket"))

    op.drop_table("entries")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_tickets_unread", postgresql_where=sa.text("needs_person"), sqlite_where=sa.text("needs_person")
        )
        batch_op.drop_index("ix_tickets_state")
        batch_op.drop_index("ix_tickets_assignee")
        batch_op.drop_index(batch_op.f("ix_tickets_requester"))
        batch_op.drop_index(batch_op.f("ix_tickets_changed_at"))
        batch_op.drop_index(
            "ix_tickets_alert_key", postgresql_where=sa.text("alert_key <> ''"), sqlite_where=sa.text("alert_key <> ''")
        )

    op.drop_table("tickets")
    op.drop_table("inbox_raw")
    with op.batch_alter_table("folder_copies", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_folder_copies_pending", postgresql_where=sa.text("pending"), sqlite_where=sa.text("pending")
        )

    op.drop_table("folder_copies")
    op.drop_table("people")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_inbox_source_key",
            postgresql_where=sa.text("source_key <> ''"),
            sqlite_where=sa.text("source_key <> ''"),
        )
        batch_op.drop_index(
            "uq_inbox_sha256_queue",
            postgresql_where=sa.text("duplicate_of IS NULL"),
            sqlite_where=sa.text("duplicate_of IS NULL"),
        )
        batch_op.drop_index("ix_inbox_ticket")
        batch_op.drop_index(
            "ix_inbox_message_id",
            postgresql_where=sa.text("message_id <> ''"),
            sqlite_where=sa.text("message_id <> ''"),
        )
        batch_op.drop_index(
            "ix_inbox_due",
            postgresql_where=sa.text("disposition = 'received'"),
            sqlite_where=sa.text("disposition = 'received'"),
        )

    op.drop_table("inbox")
    op.drop_table("folder_positions")
    op.drop_table("documents")
