"""The table of who has said that a resolution solved it: one row a person, where several are asked."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, Table

from mailbot.store.columns import Key, Moment, metadata

acceptances = Table(
    "acceptances",
    metadata,
    Column("ticket", Key, ForeignKey("tickets.number"), primary_key=True, autoincrement=False),
    Column("resolution", Integer, primary_key=True, autoincrement=False),
    Column("person", Key, ForeignKey("people.id"), primary_key=True, autoincrement=False),
    Column("entry", Key, ForeignKey("entries.id"), nullable=False),
    Column("at", Moment, nullable=False),
)
