"""Promises to requesters: what was said, and whether it was kept, renewed in time, or missed.

A promise is made when the requester is told a time. It stands even if the priority changes after that. Where the desk
waits for the requester, the time of a promised solution moves by as long as that lasted. A promise is renewed at most
once a clock, and only before it has passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mailbot.desk.lifecycle import Clock
from mailbot.desk.service_level import Agreement, ClockKind, Happening, Measured


class Outcome(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    RENEWED = "renewed"
    """Kept, but only the new promise that was given in time."""
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Promise:
    """``by`` was promised first, ``renewed_by`` replaced it; ``settled_at`` is when it was kept or missed.

    ``untold``: the notice of the new time was withheld, so the first one is what the requester counts on.
    """

    clock: ClockKind
    made_at: datetime
    by: datetime
    renewed_at: datetime | None = None
    renewed_by: datetime | None = None
    untold: bool = False
    settled_at: datetime | None = None
    outcome: Outcome = Outcome.OPEN

    @property
    def last_by(self) -> datetime:
        return self.renewed_by if self.renewed_by and not self.untold else self.by


def promise_for(agreement: Agreement, clocks: Iterable[Measured]) -> tuple[Promise, ...]:
    """What may be promised to the requester of a new ticket: when each promised clock ends, as it runs now."""
    if not agreement.customer.receipts:
        return ()
    return tuple(
        Promise(clock.kind, clock.now, due)
        for clock in clocks
        if clock.kind in agreement.levels.promises and clock.met_at is None and (due := clock.due_at) is not None
    )


def read_promises(happenings: Sequence[Happening]) -> tuple[Promise, ...]:
    """The promises that the journal tells of, in the order in which they were made."""
    promises: dict[str, Promise] = {}
    for happening in happenings:
        clock = str(happening.details.get("clock", ""))
        if happening.name == "promise_made":
            promises[clock] = Promise(ClockKind(clock), happening.at, _moment(happening))
        elif clock in promises and happening.name in _TOLD:
            promises[clock] = _TOLD[happening.name](promises[clock], happening)
        elif happening.name == "notice_withheld" and happening.details.get("notice") == "promise_renewed":
            renewed = max((p for p in promises.values() if p.renewed_at), key=lambda p: p.renewed_at or p.made_at)
            promises[renewed.clock.value] = replace(renewed, untold=True)
    return tuple(promises.values())


def effective_by(promise: Promise, clock: Measured) -> datetime:
    """When the promise falls due, with the time added in which the desk waited for the requester."""
    since = promise.renewed_at if promise.renewed_at and not promise.untold else promise.made_at
    paused = timedelta(0)
    for interval in clock.intervals:
        if interval.clock is Clock.PAUSED and interval.ends > since:
            paused += clock.calendar.working_time_between(max(interval.begins, since), interval.ends)
    return clock.calendar.after_working_time(promise.last_by, paused) if paused else promise.last_by


def renewal_at(promise: Promise, clock: Measured, share: float) -> datetime | None:
    """When ``share`` of the promised time has gone and a miss is foreseen; None where it was renewed before."""
    if promise.renewed_by is not None:
        return None
    by = effective_by(promise, clock)
    length = clock.calendar.working_time_between(promise.made_at, by)
    return min(by, clock.calendar.after_working_time(promise.made_at, length * share)) if length else None


def renewed_by(promise: Promise, clock: Measured, extra: float) -> datetime:
    """The new time: the old one, and ``extra`` of the time it had."""
    by = effective_by(promise, clock)
    length = clock.calendar.working_time_between(promise.made_at, by)
    return clock.calendar.after_working_time(max(by, clock.now), length * extra)


def _moment(happening: Happening) -> datetime:
    return datetime.fromisoformat(str(happening.details["promised_by"]))


def _renewed(promise: Promise, happening: Happening) -> Promise:
    return replace(promise, renewed_at=happening.at, renewed_by=_moment(happening))


def _kept(promise: Promise, happening: Happening) -> Promise:
    outcome = Outcome.RENEWED if promise.renewed_by and not promise.untold else Outcome.KEPT
    return replace(promise, settled_at=happening.at, outcome=outcome)


def _missed(promise: Promise, happening: Happening) -> Promise:
    return replace(promise, settled_at=happening.at, outcome=Outcome.MISSED)


_TOLD = {"promise_renewed": _renewed, "promise_kept": _kept, "promise_missed": _missed}
