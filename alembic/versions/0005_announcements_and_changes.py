"""What was missing of announcements and changes: one function a topic, each with the tables of its own"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from mailbot.store.schema import Moment

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    make_event_audience()
    make_changes()
    make_order_of_alerts()
    index_unverified_mail()


def downgrade() -> None:
    drop_index_of_unverified_mail()
    drop_order_of_alerts()
    drop_changes()
    drop_event_audience()


def make_event_audience() -> None:
    """Who is told of an announced event without having written, who wants none of it, and what became of each."""
    op.add_column("announcements", sa.Column("to_audience", sa.Boolean(), nullable=False, server_default=sa.false()))
    for name in ("recent_days", "step"):
        op.add_column("announcements", sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.create_table(
        "audience_members",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("added_at", Moment(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_audience_members")),
    )
    op.create_table(
        "audience_choices",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("wants", sa.Boolean(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("announcement", KEY, nullable=False),
        sa.Column("inbox", KEY, nullable=True),
        sa.ForeignKeyConstraint(["inbox"], ["inbox.id"], name=op.f("fk_audience_choices_inbox_inbox")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audience_choices")),
    )
    op.create_index("ix_audience_choices_key", "audience_choices", ["key", "id"])
    op.create_table(
        "audience_bounces",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("announcement", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_audience_bounces")),
    )
    _make_announcement_recipients()


def _make_announcement_recipients() -> None:
    op.create_table(
        "announcement_recipients",
        sa.Column("announcement", KEY, autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("added_at", Moment(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("first_told_at", Moment(), nullable=True),
        sa.Column("told_at", Moment(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement"],
            ["announcements.number"],
            name=op.f("fk_announcement_recipients_announcement_announcements"),
        ),
        sa.PrimaryKeyConstraint("announcement", "key", name=op.f("pk_announcement_recipients")),
    )
    three = ["announcement", "step", "key"]
    op.create_index("ix_announcement_recipients_step", "announcement_recipients", three)


def drop_event_audience() -> None:
    for name in ("announcement_recipients", "audience_bounces", "audience_choices", "audience_members"):
        op.drop_table(name)
    with op.batch_alter_table("announcements") as announcements:
        for name in ("step", "recent_days", "to_audience"):
            announcements.drop_column(name)


def make_changes() -> None:
    """Changes with their plans, and who has approved which revision of one."""
    takes_place = sa.text("state IN ('proposed', 'asked', 'approved', 'scheduled', 'implementing')")
    op.create_table(
        "changes",
        sa.Column("ticket", KEY, autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("risk", sa.Text(), nullable=False),
        sa.Column("back_out", sa.Text(), nullable=False),
        sa.Column("starts_at", Moment(), nullable=True),
        sa.Column("ends_at", Moment(), nullable=True),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("customers", sa.JSON(), nullable=False),
        sa.Column("approvers", sa.JSON(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("boards", sa.JSON(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("despite_freeze", sa.Text(), nullable=False),
        sa.Column("backed_out", sa.Boolean(), nullable=False),
        sa.Column("started_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("proposed_at", Moment(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_changes_ticket_tickets")),
        sa.PrimaryKeyConstraint("ticket", name=op.f("pk_changes")),
    )
    op.create_index(
        "ix_changes_window", "changes", ["starts_at"], postgresql_where=takes_place, sqlite_where=takes_place
    )
    op.create_index("ix_changes_starts_at", "changes", ["starts_at", "ticket"])
    _make_approvals()


def _make_approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("ticket", KEY, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person", KEY, autoincrement=False, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=False),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("evidence", sa.String(length=8), nullable=False),
        sa.Column("entry", KEY, nullable=True),
        sa.Column("reminded_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["ticket"], ["changes.ticket"], name=op.f("fk_approvals_ticket_changes")),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_approvals_person_people")),
        sa.ForeignKeyConstraint(["entry"], ["entries.id"], name=op.f("fk_approvals_entry_entries")),
        sa.PrimaryKeyConstraint("ticket", "revision", "person", name=op.f("pk_approvals")),
    )


def drop_changes() -> None:
    op.drop_table("approvals")
    op.drop_table("changes")


def make_order_of_alerts() -> None:
    """Alerts that last, and those that are over, the one last heard first."""
    op.create_index("ix_alerts_active", "alerts", ["active", "last_at", "key"])


def drop_order_of_alerts() -> None:
    op.drop_index("ix_alerts_active", table_name="alerts")


def index_unverified_mail() -> None:
    """Automatic mail to senders whom nothing verifies: how much of it there was lately."""
    unverified = sa.text("automatic AND NOT verified")
    op.create_index(
        "ix_outbox_unverified", "outbox", ["queued_at"], postgresql_where=unverified, sqlite_where=unverified
    )


def drop_index_of_unverified_mail() -> None:
    op.drop_index("ix_outbox_unverified", table_name="outbox")
