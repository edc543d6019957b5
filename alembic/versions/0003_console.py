"""The console: accounts, sign-in links, sessions; the words that find tickets, and the indexes of its lists"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from mailbot.store.schema import Moment
from mailbot.store.search_words import words_of

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("invited_by", sa.Text(), nullable=False),
        sa.Column("invited_at", Moment(), nullable=False),
        sa.Column("removed_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_accounts")),
    )
    op.create_table(
        "identities",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("linked_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_identities")),
    )
    op.create_index(op.f("ix_identities_account"), "identities", ["account"])
    op.create_table(
        "sign_in_links",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("asked_from", sa.String(length=64), nullable=False),
        sa.Column("leads_to", sa.Text(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("fate", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_links")),
    )
    op.create_index(op.f("ix_sign_in_links_account"), "sign_in_links", ["account"])
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_account"), "sessions", ["account"])
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("peer", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
    )
    op.create_index("ix_sign_in_attempts_account_at", "sign_in_attempts", ["account", "at"])
    op.create_index("ix_sign_in_attempts_peer_at", "sign_in_attempts", ["peer", "at"])
    make_lists()
    make_search()


def downgrade() -> None:
    drop_search()
    drop_lists()
    op.drop_table("sign_in_attempts")
    op.drop_table("sessions")
    op.drop_table("sign_in_links")
    op.drop_table("identities")
    op.drop_table("accounts")


def make_lists() -> None:
    """Each list of the console comes from an index that has it in order."""
    op.create_index("ix_inbox_disposition", "inbox", ["disposition", "id"])
    op.create_index("ix_outbox_status", "outbox", ["status", "id"])
    op.create_index("ix_tickets_group_state", "tickets", ["support_group", "state", "changed_at", "number"])
    op.create_index("ix_tickets_assignee_state", "tickets", ["assignee", "state", "changed_at", "number"])


def drop_lists() -> None:
    op.drop_index("ix_tickets_assignee_state", "tickets")
    op.drop_index("ix_tickets_group_state", "tickets")
    op.drop_index("ix_outbox_status", "outbox")
    op.drop_index("ix_inbox_disposition", "inbox")


def make_search() -> None:
    word = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    made = op.create_table(
        "ticket_words",
        sa.Column("ticket", KEY, autoincrement=False, nullable=False),
        sa.Column("word", word, nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_ticket_words_ticket_tickets")),
        sa.PrimaryKeyConstraint("ticket", "word", name=op.f("pk_ticket_words")),
        sqlite_with_rowid=False,
    )
    _fill(made)
    op.create_index("ix_ticket_words_word", "ticket_words", ["word", "ticket"])


def _fill(ticket_words: sa.Table) -> None:
    """Tickets that were registered before become findable too: a thousand at a time, read by number."""
    known = sa.text(
        "SELECT number, subject, address, name FROM tickets LEFT JOIN people ON people.id = tickets.requester "
        "WHERE number > :last ORDER BY number LIMIT 1000"
    )
    last = 0
    while rows := op.get_bind().execute(known, {"last": last}).all():
        words = [
            {"ticket": row.number, "word": word}
            for row in rows
            for word in words_of(row.subject, row.address or "", row.name or "")
        ]
        if words:
            op.get_bind().execute(ticket_words.insert(), words)
        last = rows[-1].number


def drop_search() -> None:
    op.drop_table("ticket_words")
