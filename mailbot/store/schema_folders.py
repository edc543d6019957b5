"""The tables of collected mailboxes: how far each folder has been read, and which copies are still to be dealt with."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text, text

from mailbot.store.columns import Key, Moment, metadata

folder_positions = Table(
    "folder_positions",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("folder", Text, primary_key=True),
    Column("uidvalidity", Key, nullable=False),
    Column("start_uid", Key, nullable=False),
    Column("started_at", Moment),
)

folder_copies = Table(
    "folder_copies",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("folder", Text, primary_key=True),
    Column("uidvalidity", Key, primary_key=True, autoincrement=False),
    Column("uid", Key, primary_key=True, autoincrement=False),
    Column("inbox", Key, ForeignKey("inbox.id")),
    Column("pending", Boolean, nullable=False),
    Index(
        "ix_folder_copies_pending",
        "account",
        "folder",
        "uidvalidity",
        "uid",
        postgresql_where=text("pending"),
        sqlite_where=text("pending"),
    ),
)
