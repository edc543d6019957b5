"""Which mails of commands have been obeyed: each once, whatever it looks like when it comes again (test S12).

Two constraints decide, and not a look beforehand: two workers may meet the same mail twice.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from mailbot.store.schema_work import obeyed_mails
from mailbot.store.upsert import Upsert


@dataclass(frozen=True, slots=True)
class CommandMail:
    """A mail of commands as it must not come twice. ``notice`` is ours that it uses up, "" where it uses up none."""

    inbox: int
    ticket: int
    author: str
    message_id: str
    date: str
    words: str
    notice: str = ""

    @property
    def by_message_id(self) -> str:
        # Without a Message-ID each mail is its own; its content tells it from others.
        return _digest(self.author.lower(), str(self.ticket), self.message_id or f"mail {self.inbox}")

    @property
    def by_content(self) -> str:
        return _digest(self.author.lower(), str(self.ticket), self.date, " ".join(self.words.split()))


class Obedience:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def claim(self, mail: CommandMail, now: datetime) -> bool:
        """Whether this mail may be obeyed, which is then used up; in a savepoint that is undone it is not."""
        row = {
            "inbox": mail.inbox,
            "ticket": mail.ticket,
            "at": now,
            "by_message_id": mail.by_message_id,
            "by_content": mail.by_content,
            "notice": mail.notice,
        }
        return bool(self._db.execute(_CLAIM.on(self._db), row).rowcount)

    def find_first(self, mail: CommandMail) -> datetime | None:
        """When the same mail was obeyed; None where it was not."""
        same = (obeyed_mails.c.by_message_id == mail.by_message_id) | (obeyed_mails.c.by_content == mail.by_content)
        return self._db.execute(select(obeyed_mails.c.at).where(same).order_by(obeyed_mails.c.at)).scalars().first()

    def is_used(self, notice: str) -> bool:
        """Whether some mail has used up this notice of ours."""
        query = select(obeyed_mails.c.inbox).where(obeyed_mails.c.notice == notice)
        return bool(notice) and self._db.execute(query).first() is not None


_CLAIM = Upsert(lambda insert: insert(obeyed_mails).on_conflict_do_nothing())


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
