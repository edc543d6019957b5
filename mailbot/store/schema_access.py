"""The tables behind the console's door: accounts, links that sign in, sessions, attempts. Part of ``schema``."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, String, Table, Text

from mailbot.store.columns import Key, Moment, metadata

# ``key`` is the address in lower case. ``subject`` names the person at an identity provider: issuer, a blank, sub.
accounts = Table(
    "accounts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("address", Text, nullable=False),
    Column("name", Text, nullable=False, default=""),
    Column("role", String(16), nullable=False),
    Column("invited_by", Text, nullable=False),
    Column("invited_at", Moment, nullable=False),
    Column("removed_at", Moment),
    Column("subject", Text, unique=True),
)

# A link that was mailed; ``token_hash`` is the SHA-256 of what stands in it. Used once, and not after ``ends_at``.
sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account", Text, nullable=False, index=True),
    Column("purpose", String(16), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("asked_from", String(64), nullable=False, default=""),
    Column("ends_at", Moment, nullable=False),
    Column("used_at", Moment),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account", Text, nullable=False, index=True),
    Column("way", String(16), nullable=False),
    Column("browser", Text, nullable=False, default=""),
    Column("began_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("ended_at", Moment),
)

# Attempts to sign in, good and bad, counted by address and by where they came from.
sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("account", Text, nullable=False),
    Column("peer", String(64), nullable=False),
    Column("good", Boolean, nullable=False),
    Index("ix_sign_in_attempts_account_at", "account", "at"),
    Index("ix_sign_in_attempts_peer_at", "peer", "at"),
)
