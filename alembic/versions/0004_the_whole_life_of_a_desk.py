"""The whole life of a desk: one function a topic, each with the tables of its own"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from mailbot.store.schema import Moment

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    make_timers()


def downgrade() -> None:
    drop_timers()


def make_timers() -> None:
    pending = sa.text("outcome = 'pending'")
    op.create_table(
        "timers",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("ticket", KEY, nullable=True),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("next_look_at", Moment(), nullable=False),
        sa.Column("leased_by", sa.String(length=64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_timers_ticket_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timers")),
    )
    op.create_index(op.f("ix_timers_ticket"), "timers", ["ticket"])
    op.create_index("uq_timers_key", "timers", ["key"], unique=True, postgresql_where=pending, sqlite_where=pending)
    op.create_index("ix_timers_due", "timers", ["next_look_at", "id"], postgresql_where=pending, sqlite_where=pending)
    op.create_table(
        "recurring_work",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("occurrence", Moment(), nullable=True),
        sa.Column("leased_by", sa.String(length=64), nullable=False),
        sa.Column("leased_until", Moment(), nullable=True),
        sa.Column("started_at", Moment(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("succeeded_at", Moment(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_recurring_work")),
    )


def drop_timers() -> None:
    op.drop_table("recurring_work")
    op.drop_table("timers")
