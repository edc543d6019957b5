"""Who may come into the console, and their sessions. Tokens stand here as hashes only.

People of ``[[agents]]`` may sign in without a row in ``accounts``; a row gives somebody else a role, or more of one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from mailbot.store.schema_access import accounts, identities, sessions
from mailbot.store.storable import storable
from mailbot.store.upsert import Upsert


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

    def list_accounts(self) -> list[Account]:
        """All of them, removed ones too, by address."""
        return [_account(row) for row in self._db.execute(select(accounts).order_by(accounts.c.key))]

    def save_account(self, account: Account) -> None:
        """Write an account down as it is now, in the place of what was known of its address."""
        self._db.execute(
            _SAVE.on(self._db),
            {
                "key": account.address.lower(),
                "address": account.address,
                "name": storable(account.name, 200),
                "role": account.role,
                "invited_by": account.invited_by,
                "invited_at": account.invited_at,
                "removed_at": account.removed_at,
            },
        )

    def find_identity(self, subject: str) -> str | None:
        """The address, in lower case, that this subject of an identity provider has been tied to."""
        return self._db.execute(select(identities.c.account).where(identities.c.subject == subject)).scalar()

    def count_identities(self, address: str) -> int:
        query = select(func.count()).where(identities.c.account == address.lower())
        return int(self._db.execute(query).scalar_one())

    def tie_identity(self, subject: str, address: str, at: datetime) -> None:
        self._db.execute(insert(identities), {"subject": subject, "account": address.lower(), "linked_at": at})

    def untie_identities(self, address: str) -> None:
        self._db.execute(delete(identities).where(identities.c.account == address.lower()))

    def begin_session(self, session: Session) -> None:
        self._db.execute(
            insert(sessions),
            {
                "token_hash": session.token_hash,
                "account": session.address.lower(),
                "way": session.way,
                "browser": storable(session.browser, 200),
                "began_at": session.began_at,
                "seen_at": session.seen_at,
                "ends_at": session.ends_at,
            },
        )

    def find_session(self, token_hash: str) -> Session | None:
        row = self._db.execute(select(sessions).where(sessions.c.token_hash == token_hash)).first()
        return _session(row) if row else None

    def list_sessions(self, now: datetime, idle: timedelta, address: str | None = None) -> list[Session]:
        """Sessions that still open something, newest first: of one person, or of all."""
        query = (
            select(sessions)
            .where(sessions.c.ended_at.is_(None), sessions.c.ends_at > now, sessions.c.seen_at > now - idle)
            .order_by(sessions.c.seen_at.desc(), sessions.c.token_hash)
        )
        if address is not None:
            query = query.where(sessions.c.account == address.lower())
        return [_session(row) for row in self._db.execute(query)]

    def count_sessions(self, now: datetime, idle: timedelta) -> dict[str, int]:
        """How many sessions of each person still open something, by address in lower case."""
        query = (
            select(sessions.c.account, func.count())
            .where(sessions.c.ended_at.is_(None), sessions.c.ends_at > now, sessions.c.seen_at > now - idle)
            .group_by(sessions.c.account)
        )
        return {row[0]: row[1] for row in self._db.execute(query)}

    def touch_session(self, token_hash: str, at: datetime) -> None:
        self._db.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=at))

    def end_session(self, token_hash: str, at: datetime) -> None:
        """From now on its cookie opens nothing."""
        self._db.execute(_open(sessions.c.token_hash == token_hash).values(ended_at=at))

    def end_sessions(self, address: str, at: datetime, *, but: str = "") -> int:
        """End every session of a person, apart from the one whose hash is ``but``; how many there were."""
        found = self._db.execute(
            _open(sessions.c.account == address.lower(), sessions.c.token_hash != but).values(ended_at=at)
        )
        return int(found.rowcount)

    def forget_sessions(self, before: datetime) -> int:
        """Delete sessions that were over by then."""
        return int(self._db.execute(delete(sessions).where(sessions.c.ends_at < before)).rowcount)


def _open(*which: Any) -> Any:
    return update(sessions).where(*which, sessions.c.ended_at.is_(None))


def _account(row: Row[Any]) -> Account:
    return Account(row.address, row.name, row.role, row.invited_by, row.invited_at, row.removed_at)


def _session(row: Row[Any]) -> Session:
    return Session(
        row.token_hash, row.account, row.way, row.browser, row.began_at, row.seen_at, row.ends_at, row.ended_at
    )


def _save(into: Any) -> Any:
    statement = into(accounts)
    kept = ("address", "name", "role", "invited_by", "invited_at", "removed_at")
    return statement.on_conflict_do_update(
        index_elements=["key"], set_={name: getattr(statement.excluded, name) for name in kept}
    )


_SAVE = Upsert(_save)
