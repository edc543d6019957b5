"""The tables behind the console's door: accounts, identities, sign-in links, sessions, attempts. Part of ``schema``."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table, Text

from mailbot.store.columns import Key, Moment, metadata

# ``key`` is the address in lower case; so is ``account`` in the other tables.
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
)

# Who somebody is at an identity provider: ``subject`` is its issuer, a blank, and the stable name that it gives them.
identities = Table(
    "identities",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("account", Text, nullable=False, index=True),
    Column("linked_at", Moment, nullable=False),
)

# A link that was mailed; ``token_hash`` is the SHA-256 of what stands in it. Used once, and not after ``ends_at``.
# ``fate`` is why it works no longer: used, replaced, withdrawn, returned. ``leads_to`` is the page that was asked for.
sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account", Text, nullable=False, index=True),
    Column("purpose", String(16), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("asked_from", String(64), nullable=False, default=""),
    Column("leads_to", Text, nullable=False, default=""),
    Column("ends_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("fate", String(16), nullable=False, default=""),
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

# What was tried at the door, counted by address and by where it came from: asked (for a link), refused, entered.
sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("account", Text, nullable=False),
    Column("peer", String(64), nullable=False),
    Column("what", String(16), nullable=False),
    Index("ix_sign_in_attempts_account_at", "account", "at"),
    Index("ix_sign_in_attempts_peer_at", "peer", "at"),
)
