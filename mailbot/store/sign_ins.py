"""Links that sign in, and what was tried at the door. A link is used once: whoever is second finds it used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from mailbot.store.schema_access import sign_in_attempts, sign_in_links


@dataclass(frozen=True, slots=True)
class SignInLink:
    """``purpose`` is sign_in or invite; ``fate`` used, replaced, withdrawn (with a role),
    returned (it came back by mail), or empty while it may still be used."""

    token_hash: str
    address: str
    purpose: str
    asked_at: datetime
    asked_from: str
    leads_to: str
    ends_at: datetime
    ended_at: datetime | None = None
    fate: str = ""


class SignIns:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add_link(self, link: SignInLink) -> None:
        self._db.execute(
            insert(sign_in_links),
            {
                "token_hash": link.token_hash,
                "account": link.address.lower(),
                "purpose": link.purpose,
                "asked_at": link.asked_at,
                "asked_from": link.asked_from[:64],
                "leads_to": link.leads_to[:500],
                "ends_at": link.ends_at,
            },
        )

    def find_link(self, token_hash: str) -> SignInLink | None:
        row = self._db.execute(select(sign_in_links).where(sign_in_links.c.token_hash == token_hash)).first()
        return _link(row) if row else None

    def use_link(self, token_hash: str, now: datetime) -> bool:
        """Use a link up; False where somebody else was first, or its time is over."""
        changed = self._db.execute(
            update(sign_in_links)
            .where(
                sign_in_links.c.token_hash == token_hash,
                sign_in_links.c.ended_at.is_(None),
                sign_in_links.c.ends_at > now,
            )
            .values(ended_at=now, fate="used")
        )
        return bool(changed.rowcount)

    def end_link(self, token_hash: str, now: datetime, fate: str) -> None:
        """End one link that could still be used."""
        one = (sign_in_links.c.token_hash == token_hash, sign_in_links.c.ended_at.is_(None))
        self._db.execute(update(sign_in_links).where(*one).values(ended_at=now, fate=fate))

    def end_links(self, address: str, now: datetime, fate: str, *, purpose: str = "") -> int:
        """End every link of a person that could still be used; how many there were."""
        which = [sign_in_links.c.account == address.lower(), sign_in_links.c.ended_at.is_(None)]
        if purpose:
            which.append(sign_in_links.c.purpose == purpose)
        return int(self._db.execute(update(sign_in_links).where(*which).values(ended_at=now, fate=fate)).rowcount)

    def count_links(self, address: str, since: datetime) -> int:
        """How many links somebody has asked for; invitations are not counted."""
        query = select(func.count()).where(
            sign_in_links.c.account == address.lower(),
            sign_in_links.c.asked_at > since,
            sign_in_links.c.purpose == "sign_in",
        )
        return int(self._db.execute(query).scalar_one())

    def add_attempt(self, what: str, address: str, peer: str, at: datetime) -> None:
        self._db.execute(
            insert(sign_in_attempts),
            {"at": at, "account": address.lower()[:320], "peer": peer[:64], "what": what},
        )

    def list_attempts(self, what: str, since: datetime, *, peer: str, limit: int) -> list[datetime]:
        """When this was tried from there, newest first."""
        query = (
            select(sign_in_attempts.c.at)
            .where(sign_in_attempts.c.peer == peer, sign_in_attempts.c.at > since, sign_in_attempts.c.what == what)
            .order_by(sign_in_attempts.c.at.desc())
            .limit(limit)
        )
        return list(self._db.execute(query).scalars())

    def forget(self, attempts_before: datetime, links_before: datetime) -> None:
        """Delete attempts that are older, and links that were over by then."""
        self._db.execute(delete(sign_in_attempts).where(sign_in_attempts.c.at < attempts_before))
        self._db.execute(delete(sign_in_links).where(sign_in_links.c.ends_at < links_before))


def _link(row: Row[Any]) -> SignInLink:
    return SignInLink(
        row.token_hash,
        row.account,
        row.purpose,
        row.asked_at,
        row.asked_from,
        row.leads_to,
        row.ends_at,
        row.ended_at,
        row.fate,
    )
