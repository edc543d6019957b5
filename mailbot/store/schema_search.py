"""The table of words by which tickets are found: of the subject, and of the requester's address and name."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from mailbot.store.columns import Key, metadata

# Compared by code point on both databases, so that all words with one beginning lie in one range of the index.
Word = Text().with_variant(Text(collation="C"), "postgresql")

ticket_words = Table(
    "ticket_words",
    metadata,
    Column("ticket", Key, ForeignKey("tickets.number"), primary_key=True, autoincrement=False),
    Column("word", Word, primary_key=True),
    Index("ix_ticket_words_word", "word", "ticket"),
    sqlite_with_rowid=False,
)
