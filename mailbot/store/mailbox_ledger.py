"""Which copies in an IMAP folder are dealt with: rows of (account, folder, UIDVALIDITY, UID) (rule D6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, and_, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mailbot.store.engine import reading
from mailbot.store.schema_folders import folder_copies, folder_positions


@dataclass(frozen=True, slots=True)
class Position:
    uidvalidity: int
    start_uid: int
    started_at: datetime | None


class StoredLedger:
    """The ledger of the IMAP door. Each call is its own short transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._upsert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert

    def find_position(self, account: str, folder: str) -> Position | None:
        query = select(folder_positions).where(
            folder_positions.c.account == account, folder_positions.c.folder == folder
        )
        with reading(self._engine).begin() as db:
            row = db.execute(query).first()
        return Position(row.uidvalidity, row.start_uid, row.started_at) if row else None

    def start_from(
        self, account: str, folder: str, uidvalidity: int, start_uid: int, started_at: datetime | None
    ) -> None:
        place = {"uidvalidity": uidvalidity, "start_uid": start_uid, "started_at": started_at}
        statement = self._upsert(folder_positions).values(account=account, folder=folder, **place)
        with self._engine.begin() as db:
            db.execute(statement.on_conflict_do_update(index_elements=["account", "folder"], set_=place))

    def find_highest_uid(self, account: str, folder: str, uidvalidity: int) -> int:
        query = select(func.max(folder_copies.c.uid)).where(_in(account, folder, uidvalidity))
        with reading(self._engine).begin() as db:
            return int(db.execute(query).scalar() or 0)

    def seen_uids(self, account: str, folder: str, uidvalidity: int, first: int, last: int) -> set[int]:
        query = select(folder_copies.c.uid).where(
            _in(account, folder, uidvalidity), folder_copies.c.uid.between(first, last)
        )
        with reading(self._engine).begin() as db:
            return set(db.execute(query).scalars())

    def pass_over(self, account: str, folder: str, uidvalidity: int, uids: Iterable[int]) -> None:
        place = {"account": account, "folder": folder, "uidvalidity": uidvalidity, "inbox": None, "pending": False}
        rows = [{**place, "uid": uid} for uid in uids]
        if rows:
            with self._engine.begin() as db:
                db.execute(self._upsert(folder_copies).on_conflict_do_nothing(), rows)

    def pending_uids(self, account: str, folder: str, uidvalidity: int, limit: int = 500) -> list[int]:
        query = select(folder_copies.c.uid).where(_in(account, folder, uidvalidity), folder_copies.c.pending)
        with reading(self._engine).begin() as db:
            return list(db.execute(query.order_by(folder_copies.c.uid).limit(limit)).scalars())

    def settle(self, account: str, folder: str, uidvalidity: int, uids: Iterable[int]) -> None:
        wanted = list(uids)
        if wanted:
            with self._engine.begin() as db:
                db.execute(
                    update(folder_copies)
                    .where(_in(account, folder, uidvalidity), folder_copies.c.uid.in_(wanted))
                    .values(pending=False)
                )


def _in(account: str, folder: str, uidvalidity: int) -> ColumnElement[bool]:
    return and_(
        folder_copies.c.account == account,
        folder_copies.c.folder == folder,
        folder_copies.c.uidvalidity == uidvalidity,
    )
