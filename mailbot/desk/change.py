"""A change and its plan: the only file that writes the state of a change. Methods change it and return what happened.

A method that the table does not allow raises ``ChangeNotAllowed`` and changes nothing. Words of agents are entries of
the ticket; the plan is part of the change, because what approvers approve is exactly one version of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailbot.desk import journal_changes as facts
from mailbot.desk.approvals import Board, Verdict
from mailbot.desk.change_conflicts import Touched, Window
from mailbot.desk.changes import BEGUN, ENDED, ChangeState, ChangeTrigger, ChangeType, advance
from mailbot.desk.journal import DESK, Fact


@dataclass(frozen=True, slots=True)
class Plan:
    """What is approved. ``risk`` says what may go wrong and for whom, ``back_out`` how it is undone then."""

    type: ChangeType = ChangeType.NORMAL
    plan: str = ""
    risk: str = ""
    back_out: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    services: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()

    @property
    def window(self) -> Window | None:
        return Window(self.starts_at, self.ends_at) if self.starts_at else None

    @property
    def touched(self) -> Touched:
        return Touched(self.services, self.customers)

    def missing(self) -> tuple[str, ...]:
        """What an approver must be able to read and cannot: plan, window, back_out."""
        there = {
            "plan": self.plan.strip(),
            "window": self.starts_at and self.ends_at,
            "back_out": self.back_out.strip(),
        }
        return tuple(name for name, value in there.items() if not value)

    def differs_in(self, other: Plan) -> tuple[str, ...]:
        names = ("type", "plan", "risk", "back_out", "starts_at", "ends_at", "services", "customers")
        return tuple(name for name in names if getattr(self, name) != getattr(other, name))


@dataclass(eq=False)
class Change:
    """``revision`` counts the versions of the plan; approvals are of one of them (``desk/approvals``).

    ``boards`` are those who were asked about this revision; ``verdict`` is what they have decided, which in an
    emergency comes after the work has begun. ``approvers`` and ``needed`` are what an agent named in place of settings.
    """

    ticket: int
    plan: Plan
    state: ChangeState = ChangeState.PROPOSED
    revision: int = 1
    approvers: tuple[str, ...] = ()
    needed: int = 0
    boards: tuple[Board, ...] = ()
    verdict: Verdict = Verdict.WAITING
    decided_at: datetime | None = None
    despite_freeze: str = ""
    backed_out: bool = False
    started_at: datetime | None = None
    ended_at: datetime | None = None
    by: str = ""
    proposed_at: datetime | None = None
    changed_at: datetime | None = None

    @property
    def needs_approval_afterwards(self) -> bool:
        """An emergency that was begun and that nobody has decided about yet."""
        return self.plan.type is ChangeType.EMERGENCY and self.state in BEGUN and self.verdict is Verdict.WAITING

    def missing(self) -> tuple[str, ...]:
        """What must be written before approvers are asked. Once the work has begun the plan stands as it was, so that
        nothing is missing: a gap in it is for the approvers and the review to judge."""
        return () if self.state in BEGUN else self.plan.missing()

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    def revise(self, now: datetime, actor: str, plan: Plan, entry: int | None, invalid: int) -> list[Fact]:
        """Another plan: a new revision, which nobody has approved. ``invalid`` approvals became worthless."""
        changed = plan.differs_in(self.plan)
        self._move(ChangeTrigger.REVISE, now)
        self.plan, self.revision = plan, self.revision + 1
        self.boards, self.verdict, self.decided_at = (), Verdict.WAITING, None
        self.despite_freeze, self.backed_out, self.started_at, self.ended_at = "", False, None, None
        said = {"changed": changed, "invalid": invalid, **self._times()}
        return [self._fact(facts.ChangeRevised, now, actor, entry, **said)]

    def ask(self, now: datetime, boards: tuple[Board, ...]) -> None:
        """The boards are asked; the facts are of each person (``workflows/approvals``)."""
        self._move(ChangeTrigger.ASK, now)
        self.boards = boards

    def approve(self, now: datetime, actor: str, entry: int | None) -> list[Fact]:
        self._move(ChangeTrigger.APPROVE, now)
        self.verdict, self.decided_at = Verdict.APPROVED, now
        return [self._fact(facts.ChangeApproved, now, actor, entry, afterwards=self.state in BEGUN)]

    def decline(self, now: datetime, actor: str, entry: int | None) -> list[Fact]:
        """Before the work has begun, it will not be made; afterwards, the review must say what follows."""
        self._move(ChangeTrigger.DECLINE, now)
        self.verdict, self.decided_at = Verdict.DECLINED, now
        return [self._fact(facts.ChangeDeclined, now, actor, entry, afterwards=self.state in BEGUN)]

    def schedule(self, now: datetime, actor: str, conflicts: int) -> list[Fact]:
        self._move(ChangeTrigger.SCHEDULE, now)
        return [self._fact(facts.ChangeScheduled, now, actor, None, conflicts=conflicts, **self._times())]

    def start(self, now: datetime, actor: str) -> list[Fact]:
        self._move(ChangeTrigger.START, now)
        self.started_at = now
        early = self.plan.starts_at is not None and now < self.plan.starts_at
        approved = self.plan.type is ChangeType.STANDARD or self.verdict is Verdict.APPROVED
        return [self._fact(facts.ChangeStarted, now, actor, None, approved=approved, early=early)]

    def finish(self, now: datetime, actor: str, entry: int) -> list[Fact]:
        self._move(ChangeTrigger.FINISH, now)
        self.ended_at = now
        late = self.plan.ends_at is not None and now > self.plan.ends_at
        return [self._fact(facts.ChangeImplemented, now, actor, entry, late=late)]

    def fail(self, now: datetime, actor: str, entry: int, *, backed_out: bool) -> list[Fact]:
        """It did not work; ``backed_out``: everything is as it was before."""
        self._move(ChangeTrigger.FAIL, now)
        self.ended_at, self.backed_out = now, backed_out
        return [self._fact(facts.ChangeFailed, now, actor, entry, backed_out=backed_out)]

    def lapse(self, now: datetime) -> list[Fact]:
        was = self.state.value
        self._move(ChangeTrigger.LAPSE, now)
        starts = self._times()["starts_at"]
        return [self._fact(facts.ChangeLapsed, now, DESK, None, was=was, starts_at=starts)]

    def review(self, now: datetime, actor: str, entry: int) -> list[Fact]:
        outcome = "backed_out" if self.backed_out else self.state.value
        self._move(ChangeTrigger.REVIEW, now)
        return [self._fact(facts.ChangeReviewed, now, actor, entry, outcome=outcome)]

    def withdraw(self, now: datetime, actor: str, entry: int | None) -> list[Fact]:
        was = self.state.value
        self._move(ChangeTrigger.WITHDRAW, now)
        return [self._fact(facts.ChangeWithdrawn, now, actor, entry, was=was)]

    def _move(self, trigger: ChangeTrigger, now: datetime) -> None:
        self.state = advance(self.state, trigger, self.plan.type)
        self.changed_at = now

    def _times(self) -> dict[str, str]:
        starts, ends = self.plan.starts_at, self.plan.ends_at
        return {"starts_at": starts.isoformat() if starts else "", "ends_at": ends.isoformat() if ends else ""}

    def _fact(self, kind: type[Fact], now: datetime, actor: str, entry: int | None, **said: object) -> Fact:
        return kind(ticket=self.ticket, at=now, actor=actor, entry=entry, **{"revision": self.revision, **said})
