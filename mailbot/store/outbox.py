"""Composed mail: queued once per occasion, claimed with a lease, settled (rules D4, D5). The bytes never change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, or_, select, update

from mailbot.desk.vocabulary import DeliveryStatus, NoticeKind
from mailbot.store.outbox_questions import OutboxQuestions, Outgoing, read_outgoing
from mailbot.store.schema_outbox import UNSENT, outbox
from mailbot.store.storable import storable
from mailbot.store.upsert import Upsert

__all__ = ["Outbox", "Outgoing", "Settlement"]


TO_MANY = outbox.c.notice.in_(
    [
        k.value
        for k in (NoticeKind.EVENT_ANNOUNCED, NoticeKind.EVENT_UPDATED, NoticeKind.EVENT_ENDED, NoticeKind.WATCH_LIST)
    ]
)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of one attempt. ``due_at`` is set where it will be tried again."""

    id: int
    status: DeliveryStatus
    due_at: datetime | None = None
    code: int = 0
    reply: str = ""


class Outbox(OutboxQuestions):
    """Changes; what can be asked without changing stands in ``OutboxQuestions``."""

    def add(self, mail: Outgoing) -> bool:
        """Queue a mail; False where the same occasion is queued already."""
        added = self._db.execute(
            _INSERT.on(self._db),
            {
                "key": mail.key,
                "ticket": mail.ticket,
                "notice": mail.notice.value,
                "automatic": mail.automatic,
                "person": mail.person,
                "resolution": mail.resolution,
                "recipient": mail.recipient,
                "recipient_key": mail.recipient.lower(),
                "recipient_domain": mail.recipient.rpartition("@")[2].lower(),
                "verified": mail.verified,
                "reverse_path": mail.reverse_path,
                "message_id": mail.message_id,
                "subject": storable(mail.subject, 1000),
                "revision": mail.revision,
                "words": storable(mail.words),
                "content": mail.content,
                "queued_at": mail.queued_at,
                "status": DeliveryStatus.QUEUED.value,
                "due_at": mail.queued_at,
            },
        )
        return added.first() is not None

    def claim(
        self,
        worker: str,
        now: datetime,
        lease: timedelta,
        limit: int,
        patience: timedelta = timedelta(hours=4),
        *,
        people_first: bool = False,
    ) -> list[Outgoing]:
        """Take due mails for ``lease``, longest due first; whoever dies with a lease loses it when it runs out.

        A mail waits for an earlier one to the same recipient about the same ticket that has not left yet: people are
        told in the order in which things happened. Not for ever: when that one is older than ``patience`` and not just
        being sent, the order is given up. ``people_first``: what is sent to many waits until nothing else is due.
        """
        times = {"now": now, "until": now + lease, "since": now - patience}
        rows: list[Any] = []
        for claim in (_CLAIM_PEOPLES, _CLAIM) if people_first else (_CLAIM,):
            if len(rows) < limit:
                asked = {**times, "worker": worker, "most": limit - len(rows)}
                rows += self._db.execute(claim[self._db.dialect.name], asked)
        return sorted((read_outgoing(r) for r in rows), key=lambda m: m.id)

    def settle(self, worker: str, now: datetime, outcome: Settlement) -> bool:
        """Write down what became of an attempt; False where the lease is no longer this worker's (fencing)."""
        again = outcome.due_at is not None
        changed = self._db.execute(
            _SETTLE,
            {
                "mail": outcome.id,
                "worker": worker,
                "status": outcome.status.value,
                "due_at": outcome.due_at if again else now,
                "leased_by": "",
                "settled_at": None if again else now,
                "last_code": outcome.code,
                "last_reply": storable(outcome.reply, 1000),
            },
        )
        return bool(changed.rowcount)

    def renew(self, worker: str, due_at: datetime) -> None:
        """Give a worker more time for what it still holds."""
        self._db.execute(
            update(outbox)
            .where(outbox.c.leased_by == worker, outbox.c.status == DeliveryStatus.SENDING.value)
            .values(due_at=due_at)
        )

    def release(self, workers: Sequence[str], now: datetime) -> int:
        """End the leases of workers that are known to be dead: their mail is due again, with the same bytes."""
        if not workers:
            return 0
        return self._db.execute(
            update(outbox)
            .where(outbox.c.leased_by.in_(workers), outbox.c.status == DeliveryStatus.SENDING.value)
            .values(due_at=now, leased_by="")
        ).rowcount

    def come_back(self, number: int, now: datetime, reason: str) -> bool:
        """A mail that was handed over came back: it failed. False where it is not among those handed over."""
        relayed = (outbox.c.id == number, outbox.c.status == DeliveryStatus.RELAYED.value)
        failed = {"status": DeliveryStatus.FAILED.value, "settled_at": now, "last_reply": storable(reason, 1000)}
        return bool(self._db.execute(update(outbox).where(*relayed).values(**failed)).rowcount)

    def retry(self, number: int, now: datetime) -> bool:
        """Queue a mail again that failed, was cancelled or is uncertain; also: try a delayed one now."""
        return self._change(number, ("failed", "cancelled", "uncertain", "delayed"), DeliveryStatus.QUEUED, now)

    def cancel(self, number: int, now: datetime) -> bool:
        return self._change(number, ("queued", "delayed"), DeliveryStatus.CANCELLED, now)

    def _change(self, number: int, of: tuple[str, ...], to: DeliveryStatus, now: datetime) -> bool:
        ended = now if to is DeliveryStatus.CANCELLED else None
        changed = self._db.execute(
            update(outbox)
            .where(outbox.c.id == number, outbox.c.status.in_(of))
            .values(status=to.value, due_at=now, settled_at=ended, leased_by="")
        )
        return bool(changed.rowcount)


def _claim(*, skip_locked: bool, peoples: bool = False) -> Any:
    earlier = outbox.alias("earlier")
    held_back = (
        select(earlier.c.id)
        .where(
            UNSENT,  # of the nearest table: that is ``earlier``
            earlier.c.ticket == outbox.c.ticket,
            earlier.c.recipient_key == outbox.c.recipient_key,
            earlier.c.id < outbox.c.id,
            or_(earlier.c.queued_at > bindparam("since"), earlier.c.status == DeliveryStatus.SENDING.value),
        )
        .correlate(outbox)
        .exists()
    )
    due = (
        select(outbox.c.id)
        .where(UNSENT, outbox.c.due_at <= bindparam("now"), ~held_back, *([~TO_MANY] if peoples else []))
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(bindparam("most"))
    )
    return (
        update(outbox)
        .where(outbox.c.id.in_(due.with_for_update(skip_locked=True) if skip_locked else due))
        .values(
            status=DeliveryStatus.SENDING.value,
            attempts=outbox.c.attempts + 1,
            due_at=bindparam("until"),
            leased_by=bindparam("worker"),
        )
        .returning(*outbox.c)
    )


# Built once: building a statement costs more than running it.
_INSERT = Upsert(lambda insert: insert(outbox).on_conflict_do_nothing(index_elements=["key"]).returning(outbox.c.id))
_CLAIM = {"sqlite": _claim(skip_locked=False), "postgresql": _claim(skip_locked=True)}
_CLAIM_PEOPLES = {
    "sqlite": _claim(skip_locked=False, peoples=True),
    "postgresql": _claim(skip_locked=True, peoples=True),
}
_SETTLE = update(outbox).where(outbox.c.id == bindparam("mail"), outbox.c.leased_by == bindparam("worker"))
