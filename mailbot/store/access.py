"""Who may sign in to the console, the links they were sent, and their sessions. Tokens stand here as hashes only.

People of ``[[agents]]`` may sign in without a row in ``accounts``; a row gives somebody else a role, or more of one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from mailbot.store.schema_access import accounts, sessions


@dataclass(frozen=True, slots=True)
class Account:
    """``role`` is reader, agent or admin. ``removed_at``: from then on nobody signs in with this address."""

    address: str
    name: str
    role: str
    invited_by: str
    invited_at: datetime
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """``token_hash`` is the SHA-256 of the token in the cookie, hexadecimal. ``way`` is link or oidc."""

    token_hash: str
    address: str
    way: str
    browser: str
    began_at: datetime
    seen_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None


class Access:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def find_account(self, address: str) -> Account | None:
        """The account that stands for an address, removed or not."""
        row = self._db.execute(select(accounts).where(accounts.c.key == address.lower())).first()
        return _account(row) if row else None

    def begin_session(self, session: Session) -> None:
        self._db.execute(
            insert(sessions),
            {
                "token_hash": session.token_hash,
                "account": session.address.lower(),
                "way": session.way,
                "browser": session.browser[:200],
                "began_at": session.began_at,
                "seen_at": session.seen_at,
                "ends_at": session.ends_at,
            },
        )

    def find_session(self, token_hash: str) -> Session | None:
        row = self._db.execute(select(sessions).where(sessions.c.token_hash == token_hash)).first()
        return _session(row) if row else None

    def touch_session(self, token_hash: str, at: datetime) -> None:
        self._db.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=at))

    def end_session(self, token_hash: str, at: datetime) -> None:
        """From now on its cookie opens nothing."""
        self._db.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(ended_at=at))


def _account(row: Row[Any]) -> Account:
    return Account(row.address, row.name, row.role, row.invited_by, row.invited_at, row.removed_at)


def _session(row: Row[Any]) -> Session:
    return Session(
        row.token_hash, row.account, row.way, row.browser, row.began_at, row.seen_at, row.ends_at, row.ended_at
    )
