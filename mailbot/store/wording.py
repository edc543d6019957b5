"""Wordings that admins have saved, as revisions: added to, never changed, never deleted.

A revision is one source for one notice in one language. Its ``sha256`` is kept beside it, so that a source that was
changed behind the desk's back is seen not to be what was checked. The packaged wording is the floor below all of them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select
from sqlalchemy.exc import IntegrityError

from mailbot.desk.errors import Conflict
from mailbot.store.schema import wordings
from mailbot.store.storable import storable


@dataclass(frozen=True, slots=True)
class Revision:
    """``number`` counts from 1 within notice and language. ``source`` None: the packaged wording, from here on.

    ``by`` is an address; ``restores`` the number of the revision that this one brings back.
    """

    notice: str
    language: str
    number: int
    source: str | None
    by: str
    at: datetime
    why: str = ""
    restores: int | None = None
    sha256: str = ""
    id: int = 0

    @property
    def name(self) -> str:
        """How a sent mail names the wording that made it, beside its notice: ``sv/3:1f2e3d4c5b6a``."""
        return f"{self.language}/{self.number}:{self.sha256[:12]}"

    @property
    def is_intact(self) -> bool:
        """Whether the source is the one that was checked and saved."""
        return digest(self.source) == self.sha256


def digest(source: str | None) -> str:
    """SHA-256 of a source, hexadecimal; that of nothing for the packaged one."""
    return hashlib.sha256((source or "").encode("utf-8", "replace")).hexdigest()


class Wordings:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(
        self,
        notice: str,
        language: str,
        source: str | None,
        *,
        by: str,
        at: datetime,
        why: str = "",
        restores: int | None = None,
        after: int | None = None,
    ) -> Revision:
        """Save a revision. ``after`` is the number that the editing began from (0: there was none).

        Raises:
            Conflict: another revision was saved since.
        """
        number = 1 + (self.last_number(notice, language) if after is None else after)
        kept = None if source is None else storable(source)
        row = {
            "notice": notice,
            "language": language,
            "number": number,
            "source": kept,
            "sha256": (sha256 := digest(kept)),
            "by": storable(by, 320),
            "at": at,
            "why": storable(why, 500),
            "restores": restores,
        }
        try:
            with self._db.begin_nested():
                added = int(self._db.execute(insert(wordings).returning(wordings.c.id), row).scalar_one())
        except IntegrityError:
            raise Conflict(f"{notice} in {language} was saved by somebody else meanwhile: see its history") from None
        return Revision(notice, language, number, kept, by, at, why, restores, sha256, added)

    def last_number(self, notice: str, language: str) -> int:
        """The newest revision's number, 0 where there is none."""
        return self._db.execute(select(func.max(wordings.c.number)).where(*_of(notice, language))).scalar() or 0

    def find(self, notice: str, language: str, number: int) -> Revision | None:
        row = self._db.execute(select(wordings).where(*_of(notice, language), wordings.c.number == number)).first()
        return _revision(row) if row else None

    def find_newest(self, notice: str, language: str, before: int | None = None) -> Revision | None:
        """The newest revision; with ``before``, the newest of those with a lower number."""
        query = select(wordings).where(*_of(notice, language)).order_by(wordings.c.number.desc()).limit(1)
        row = self._db.execute(query if before is None else query.where(wordings.c.number < before)).first()
        return _revision(row) if row else None

    def list_history(self, notice: str, language: str) -> list[Revision]:
        """Newest first."""
        rows = self._db.execute(select(wordings).where(*_of(notice, language)).order_by(wordings.c.number.desc()))
        return [_revision(row) for row in rows]

    def list_newest(self) -> list[Revision]:
        """The newest revision of each notice and language that has one."""
        newest = select(func.max(wordings.c.id)).group_by(wordings.c.notice, wordings.c.language)
        rows = self._db.execute(select(wordings).where(wordings.c.id.in_(newest)).order_by(wordings.c.id))
        return [_revision(row) for row in rows]

    def stamp(self) -> tuple[int, int]:
        """Changes whenever a revision is saved, also by a transaction that began earlier and ended later."""
        highest, count = self._db.execute(_STAMP).one()
        return highest or 0, count


_STAMP = select(func.max(wordings.c.id), func.count())


def _of(notice: str, language: str) -> tuple[Any, Any]:
    return wordings.c.notice == notice, wordings.c.language == language


def _revision(row: Row[Any]) -> Revision:
    return Revision(
        row.notice,
        row.language,
        row.number,
        row.source,
        row.by,
        row.at,
        row.why,
        row.restores,
        row.sha256,
        row.id,
    )
