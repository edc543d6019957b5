"""Who has which ticket open just now: kept in memory, forgotten after a minute, told to those who have it open too."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LASTS = timedelta(seconds=60)
MOST_TICKETS = 5_000


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who has a ticket open. ``writes``: they have begun to write."""

    address: str
    name: str
    seen_at: datetime
    writes: bool = False


@dataclass
class Presence:
    """For one process, which is what serves a console; any thread may call."""

    _by_ticket: dict[int, dict[str, Present]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def meet(self, ticket: int, me: Present) -> list[Present]:
        """Say that somebody has a ticket open; who else has, by name."""
        with self._lock:
            if len(self._by_ticket) > MOST_TICKETS:
                self._forget(me.seen_at)
            here = self._by_ticket.setdefault(ticket, {})
            here[me.address] = me
            for address in [a for a, one in here.items() if one.seen_at <= me.seen_at - LASTS]:
                del here[address]
            return sorted((one for one in here.values() if one.address != me.address), key=lambda one: one.name)

    def _forget(self, now: datetime) -> None:
        for ticket, here in list(self._by_ticket.items()):
            if all(one.seen_at <= now - LASTS for one in here.values()):
                del self._by_ticket[ticket]
        if len(self._by_ticket) > MOST_TICKETS:
            self._by_ticket.clear()
