"""What must happen to a ticket because time passes: warnings, breaches, escalations, promises, a word about the status.

A ``Watch`` is all of that for one ticket, read from its journal. Its milestones are facts that are not recorded yet,
each with the moment at which it comes true if nothing happens before; whoever records one makes it vanish. So each
comes once, and what changes the clocks (priority, state) moves those that are still to come.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mailbot.desk import journal_service as facts
from mailbot.desk.journal import Fact, fact_name
from mailbot.desk.lifecycle import CLOCKS, Clock, State
from mailbot.desk.notices import NOT_AGREED, NOT_WANTED
from mailbot.desk.promises import Outcome, Promise, effective_by, read_promises, renewal_at, renewed_by
from mailbot.desk.service_level import Agreement, ClockKind, Happening, Measured, measure, spoke
from mailbot.desk.ticket import Ticket

# After these too the requester has heard from the desk. A reply of theirs is not among them: it is for us to speak.
HEARD = frozenset({"ticket_registered", "ticket_reopened", "promise_renewed", "status_told"})
WARNED = {ClockKind.RESPONSE: facts.ResponseWarned, ClockKind.RESOLUTION: facts.ResolutionWarned}
BREACHED = {ClockKind.RESPONSE: facts.ResponseBreached, ClockKind.RESOLUTION: facts.ResolutionBreached}


@dataclass(frozen=True, slots=True)
class Milestone:
    """``at`` is when it comes true, ``fact`` what is recorded then."""

    at: datetime
    fact: Fact


@dataclass(frozen=True)
class Watch:
    """A ticket under its agreement at ``now``."""

    ticket: Ticket
    agreement: Agreement
    happenings: Sequence[Happening]
    now: datetime
    clocks: tuple[Measured, Measured]
    promises: tuple[Promise, ...]

    @property
    def state(self) -> State:
        """The state that the facts left the ticket in."""
        return State(self.clock(ClockKind.RESOLUTION).intervals[-1].state)

    @property
    def due_at(self) -> datetime | None:
        """When the next target ends that has not been met; in the past where it was missed and is still owed."""
        return min((c.due_at for c in self.clocks if c.met_at is None and c.due_at is not None), default=None)

    @property
    def promised_by(self) -> datetime | None:
        """The time that the requester counts on."""
        return min((effective_by(p, self.clock(p.clock)) for p in self.open_promises), default=None)

    @property
    def open_promises(self) -> tuple[Promise, ...]:
        return tuple(p for p in self.promises if p.outcome is Outcome.OPEN)

    def clock(self, kind: ClockKind) -> Measured:
        return next(c for c in self.clocks if c.kind is kind)

    def milestones(self) -> list[Milestone]:
        """What is still to come if nothing happens, and what is due by now; the soonest first."""
        found = [*self._targets(), *self._promises(), *self._silence()]
        return sorted(found, key=lambda m: m.at)

    def settled(self) -> list[Fact]:
        """What a deed has settled: promises kept, or done too late, and targets missed that nobody has told of yet.

        To be written down with the deed, and told to nobody: it is done.
        """
        done: list[Fact] = []
        for promise in self.open_promises:
            clock = self.clock(promise.clock)
            if clock.met_at is not None:
                by = effective_by(promise, clock)
                kind = facts.PromiseKept if clock.met_at <= by else facts.PromiseMissed
                said: dict[str, Any] = {"clock": promise.clock.value, "promised_by": by.isoformat()}
                done.append(kind(ticket=self.ticket.number, at=self.now, **said))
        for clock in self.clocks:
            if clock.met_at is not None and clock.is_breached and not self._has(BREACHED[clock.kind]):
                done.append(BREACHED[clock.kind](**self._said(clock)))
        return done

    def _targets(self) -> Iterator[Milestone]:
        for clock in self.clocks:
            breach = clock.due_at
            if breach is None or clock.met_at is not None:
                continue
            if not self._has(BREACHED[clock.kind]):
                warning = clock.moment_at(self.agreement.levels.warning)
                # A target that was made shorter is another one, and worth another warning; a breach is a breach.
                if warning and self.now < breach and not self._has(WARNED[clock.kind], clock.priority):
                    yield Milestone(warning, WARNED[clock.kind](**self._said(clock)))
                yield Milestone(breach, BREACHED[clock.kind](**self._said(clock)))
            yield from self._ladder(clock)

    def _said(self, clock: Measured) -> dict[str, Any]:
        return {
            "ticket": self.ticket.number,
            "at": self.now,
            "priority": clock.priority.value,
            "hours": round((clock.target or timedelta(0)) / timedelta(hours=1), 4),
            "due_at": clock.due_at.isoformat() if clock.due_at else "",
        }

    def _ladder(self, clock: Measured) -> Iterator[Milestone]:
        told = {
            (h.details.get("clock"), h.details.get("address"), h.details.get("percent"))
            for h in self.happenings
            if h.name == "escalated_to_management"
        }
        for share, address in self.agreement.ladder:
            at, percent = clock.moment_at(share), round(share * 100)
            if at is not None and (clock.kind.value, address, percent) not in told:
                rung: dict[str, Any] = {"clock": clock.kind.value, "address": address, "percent": percent}
                yield Milestone(at, facts.EscalatedToManagement(**self._said(clock), **rung))

    def _promises(self) -> Iterator[Milestone]:
        for promise in self.open_promises:
            clock = self.clock(promise.clock)
            if clock.met_at is not None or clock.clock is not Clock.RUNNING:
                continue
            by, levels = effective_by(promise, clock), self.agreement.levels
            said: dict[str, Any] = {"ticket": self.ticket.number, "at": self.now, "clock": promise.clock.value}
            foreseen = renewal_at(promise, clock, levels.renewal)
            if foreseen is not None and self.now < by:
                new = renewed_by(promise, clock, levels.renewal_extra).isoformat()
                yield Milestone(foreseen, facts.PromiseRenewed(**said, promised_by=new, was=by.isoformat()))
            else:
                yield Milestone(by, facts.PromiseMissed(**said, promised_by=by.isoformat()))

    def _silence(self) -> Iterator[Milestone]:
        silence, customer = self.agreement.levels.silence, self.agreement.customer
        if not (silence and customer.status_mail and self.ticket.requester):
            return
        if CLOCKS[self.state] is Clock.STOPPED or self._is_unaddressable():
            return
        heard = [h.at for h in self.happenings if h.name in HEARD or spoke(h) or self._asked(h)]
        if heard:
            at = self.agreement.calendar.after_working_time(heard[-1], silence)
            fact = facts.StatusTold(ticket=self.ticket.number, at=self.now, silent_since=heard[-1].isoformat())
            yield Milestone(at, fact)

    def _asked(self, happening: Happening) -> bool:
        """Whether the requester asked how it goes, and was told; others in the ticket may ask too."""
        requester = self.ticket.requester
        told = happening.name in ("status_asked", "status_listed")
        return told and requester is not None and happening.details.get("person") == requester.person

    def _is_unaddressable(self) -> bool:
        """Whether there was a reason to send no receipt: a machine, a forged sender. It holds for this mail too."""
        withheld = (h.details for h in self.happenings if h.name == "notice_withheld")
        return any(
            said.get("notice") == "receipt" and said.get("reason") not in (NOT_AGREED, NOT_WANTED) for said in withheld
        )

    def _has(self, kind: type[facts.TargetFact], priority: str = "") -> bool:
        name = fact_name(kind)
        return any(h.name == name and priority in ("", h.details.get("priority")) for h in self.happenings)


def read_watch(ticket: Ticket, agreement: Agreement, happenings: Sequence[Happening], now: datetime) -> Watch:
    """The watch over a ticket whose facts so far are ``happenings``, oldest first."""
    requester = ticket.requester.mailbox.address if ticket.requester else ""
    clocks = measure(happenings, agreement, ticket.priority, requester, now)
    return Watch(ticket, agreement, happenings, now, clocks, read_promises(happenings))
