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
    add_verification()
    add_agreements()
    add_work()
    make_contacts()
    make_alerts()
    make_links()
    add_alarm()
    make_announcements()


def downgrade() -> None:
    drop_announcements()
    drop_alarm()
    drop_links()
    drop_alerts()
    drop_contacts()
    drop_work()
    drop_agreements()
    drop_verification()
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
    fired = sa.text("outcome = 'fired'")
    op.create_index("ix_timers_fired", "timers", ["settled_at"], postgresql_where=fired, sqlite_where=fired)
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


def add_agreements() -> None:
    """Whose customer a ticket's requester is, how bad the fault is, and what is due and promised when."""
    for name, length in (("customer", 40), ("impact", 16), ("urgency", 16)):
        op.add_column("tickets", sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
    op.add_column("tickets", sa.Column("due_at", Moment(), nullable=True))
    op.add_column("tickets", sa.Column("promised_by", Moment(), nullable=True))
    op.add_column("journal", sa.Column("state", sa.String(length=16), nullable=False, server_default=""))
    # Until now no fact paused a ticket, so the name of a fact alone tells the state that it left behind.
    op.execute(
        """
        UPDATE journal SET state = CASE name
            WHEN 'ticket_registered' THEN 'new' WHEN 'ticket_assigned' THEN 'in_progress'
            WHEN 'resolution_proposed' THEN 'resolved' WHEN 'resolution_accepted' THEN 'closed'
            WHEN 'resolution_verified' THEN 'closed' WHEN 'ticket_reopened' THEN 'in_progress'
            WHEN 'ticket_cancelled' THEN 'cancelled' ELSE '' END
        """
    )
    settled = sa.text("name IN ('promise_kept', 'promise_missed')")
    op.create_index("ix_journal_promises", "journal", ["at"], postgresql_where=settled, sqlite_where=settled)
    op.create_index("ix_tickets_customer", "tickets", ["customer", "changed_at", "number"])
    due = sa.text("due_at IS NOT NULL")
    op.create_index("ix_tickets_due", "tickets", ["due_at", "number"], postgresql_where=due, sqlite_where=due)


def drop_agreements() -> None:
    op.drop_index("ix_journal_promises", "journal")
    op.drop_index("ix_tickets_due", "tickets")
    op.drop_index("ix_tickets_customer", "tickets")
    with op.batch_alter_table("tickets") as tickets:
        for name in ("promised_by", "due_at", "urgency", "impact", "customer"):
            tickets.drop_column(name)
    with op.batch_alter_table("journal") as journal:
        journal.drop_column("state")


def add_work() -> None:
    """Who owns a ticket, what service it is of, what it waits for; when agents are away; which mails were obeyed."""
    op.add_column("tickets", sa.Column("owner", sa.String(length=100), nullable=False, server_default=""))
    op.add_column("tickets", sa.Column("service", sa.String(length=40), nullable=False, server_default=""))
    op.add_column("tickets", sa.Column("offered_at", Moment(), nullable=True))
    op.add_column("tickets", sa.Column("waits_until", sa.Date(), nullable=True))
    op.create_table(
        "absences",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_agent", "absences", ["agent", "last_day"])
    op.create_index("ix_absences_last_day", "absences", ["last_day"])
    op.create_table(
        "obeyed_mails",
        sa.Column("inbox", KEY, autoincrement=False, nullable=False),
        sa.Column("ticket", KEY, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by_message_id", sa.String(length=64), nullable=False),
        sa.Column("by_content", sa.String(length=64), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["inbox"], ["inbox.id"], name=op.f("fk_obeyed_mails_inbox_inbox")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_obeyed_mails_ticket_tickets")),
        sa.PrimaryKeyConstraint("inbox", name=op.f("pk_obeyed_mails")),
        sa.UniqueConstraint("by_message_id", name=op.f("uq_obeyed_mails_by_message_id")),
        sa.UniqueConstraint("by_content", name=op.f("uq_obeyed_mails_by_content")),
    )
    op.create_index(op.f("ix_obeyed_mails_ticket"), "obeyed_mails", ["ticket"])
    used = sa.text("notice <> ''")
    op.create_index(
        "uq_obeyed_mails_notice", "obeyed_mails", ["notice"], unique=True, postgresql_where=used, sqlite_where=used
    )


def drop_work() -> None:
    op.drop_table("obeyed_mails")
    op.drop_table("absences")
    with op.batch_alter_table("tickets") as tickets:
        for name in ("waits_until", "offered_at", "service", "owner"):
            tickets.drop_column(name)


def add_verification() -> None:
    """Who else has the fault and is asked, who has said that it is gone, and whom somebody must speak with."""
    for table, name in (("participants", "affected"), ("tickets", "needs_contact")):
        op.add_column(table, sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    uncontacted = sa.text("needs_contact")
    op.create_index(
        "ix_tickets_uncontacted",
        "tickets",
        ["changed_at", "number"],
        postgresql_where=uncontacted,
        sqlite_where=uncontacted,
    )
    op.create_table(
        "acceptances",
        sa.Column("ticket", KEY, autoincrement=False, nullable=False),
        sa.Column("resolution", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person", KEY, autoincrement=False, nullable=False),
        sa.Column("entry", KEY, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_acceptances_ticket_tickets")),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_acceptances_person_people")),
        sa.ForeignKeyConstraint(["entry"], ["entries.id"], name=op.f("fk_acceptances_entry_entries")),
        sa.PrimaryKeyConstraint("ticket", "resolution", "person", name=op.f("pk_acceptances")),
    )


def drop_verification() -> None:
    op.drop_table("acceptances")
    op.drop_index("ix_tickets_uncontacted", "tickets")
    for table, name in (("tickets", "needs_contact"), ("participants", "affected")):
        with op.batch_alter_table(table) as altered:
            altered.drop_column(name)


def make_contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("system", sa.String(length=40), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("caller_name", sa.Text(), nullable=False),
        sa.Column("offered_at", Moment(), nullable=False),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("ticket", KEY, nullable=True),
        sa.Column("registered_at", Moment(), nullable=False),
        sa.Column("registered_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_contacts_ticket_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("system", "key", name=op.f("uq_contacts_system_key")),
    )
    op.create_index("ix_contacts_offered_at", "contacts", ["offered_at", "id"])
    op.create_index("ix_contacts_ticket", "contacts", ["ticket"])
    op.create_index("ix_contacts_caller", "contacts", ["caller"])


def drop_contacts() -> None:
    op.drop_table("contacts")


def make_alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("key", sa.String(length=500), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("tool", sa.String(length=40), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("alert_group", sa.Text(), nullable=False),
        sa.Column("ticket", KEY, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
        sa.Column("occurred_at", Moment(), nullable=True),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("changes_since", Moment(), nullable=True),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("acknowledged", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_alerts_ticket_tickets")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_alerts")),
    )
    op.create_index("ix_alerts_ticket", "alerts", ["ticket"])
    op.create_index("ix_alerts_source", "alerts", ["source", "began_at"])
    op.create_table(
        "alert_sources",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("heard_at", Moment(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_alert_sources")),
    )


def drop_alerts() -> None:
    op.drop_table("alert_sources")
    op.drop_table("alerts")


def make_links() -> None:
    stands = sa.text("undone_at IS NULL")
    op.create_table(
        "links",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("ticket", KEY, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("other", KEY, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("joined", sa.Boolean(), nullable=False),
        sa.Column("undone_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_links_ticket_tickets")),
        sa.ForeignKeyConstraint(["other"], ["tickets.number"], name=op.f("fk_links_other_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
    )
    three = ["ticket", "kind", "other"]
    op.create_index(
        "uq_links_ticket_kind_other", "links", three, unique=True, postgresql_where=stands, sqlite_where=stands
    )
    op.create_index("ix_links_other", "links", ["other", "kind"])
    op.create_table(
        "known_errors",
        sa.Column("ticket", KEY, autoincrement=False, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("workaround", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_known_errors_ticket_tickets")),
        sa.PrimaryKeyConstraint("ticket", name=op.f("pk_known_errors")),
    )


def drop_links() -> None:
    op.drop_table("known_errors")
    op.drop_table("links")


def add_alarm() -> None:
    """Notices that could not be worded as they should are found without reading the journal."""
    failed = sa.text("name = 'wording_failed'")
    op.create_index("ix_journal_wording_failed", "journal", ["at"], postgresql_where=failed, sqlite_where=failed)


def drop_alarm() -> None:
    op.drop_index("ix_journal_wording_failed", "journal")


def make_announcements() -> None:
    goes_on = sa.text("ended_at IS NULL")
    op.create_table(
        "announcements",
        sa.Column("number", KEY, autoincrement=True, nullable=False),
        sa.Column("ticket", KEY, nullable=False),
        sa.Column("planned", sa.Boolean(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("starts_at", Moment(), nullable=False),
        sa.Column("expected_end", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("patterns", sa.JSON(), nullable=False),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("customers", sa.JSON(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_announcements_ticket_tickets")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_announcements")),
        sa.UniqueConstraint("ticket", name=op.f("uq_announcements_ticket")),
    )
    op.create_index(
        "ix_announcements_current", "announcements", ["starts_at"], postgresql_where=goes_on, sqlite_where=goes_on
    )


def drop_announcements() -> None:
    op.drop_table("announcements")
