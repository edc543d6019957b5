"""The life of a change as one table: what a change is (ITIL change enablement), and what moves it.

A change is a ticket of the kind change; this is the life of its plan, apart from the states of the ticket
(``lifecycle``). A pair (state, trigger) that is missing from ``TRANSITIONS``, or that ``ONLY`` keeps for other types of
change, is refused in one place, ``advance``.
"""

from __future__ import annotations

from enum import StrEnum

from mailbot.desk.errors import NotAllowed


class ChangeType(StrEnum):
    STANDARD = "standard"
    """Done often and the same way: approved once and for all."""
    NORMAL = "normal"
    """Needs the approval of its approvers before it is scheduled."""
    EMERGENCY = "emergency"
    """Cannot wait: begun at once, approved afterwards."""


class ChangeState(StrEnum):
    PROPOSED = "proposed"
    ASKED = "asked"
    """The approvers have been asked, and not all that is needed has been answered."""
    APPROVED = "approved"
    DECLINED = "declined"
    SCHEDULED = "scheduled"
    IMPLEMENTING = "implementing"
    IMPLEMENTED = "implemented"
    FAILED = "failed"
    """It did not work, or was backed out."""
    LAPSED = "lapsed"
    """Its window began without an approval: it needs a new window."""
    REVIEWED = "reviewed"
    WITHDRAWN = "withdrawn"


class ChangeTrigger(StrEnum):
    REVISE = "revise"
    """Plan, window or what it touches is changed: what was approved before approves nothing any more."""
    ASK = "ask"
    APPROVE = "approve"
    DECLINE = "decline"
    SCHEDULE = "schedule"
    START = "start"
    FINISH = "finish"
    FAIL = "fail"
    LAPSE = "lapse"
    REVIEW = "review"
    WITHDRAW = "withdraw"


_S, _T = ChangeState, ChangeTrigger

TRANSITIONS: dict[ChangeState, dict[ChangeTrigger, ChangeState]] = {
    _S.PROPOSED: {
        _T.REVISE: _S.PROPOSED,
        _T.ASK: _S.ASKED,
        _T.SCHEDULE: _S.SCHEDULED,
        _T.START: _S.IMPLEMENTING,
        _T.LAPSE: _S.LAPSED,
        _T.WITHDRAW: _S.WITHDRAWN,
    },
    _S.ASKED: {
        _T.REVISE: _S.PROPOSED,
        _T.ASK: _S.ASKED,
        _T.APPROVE: _S.APPROVED,
        _T.DECLINE: _S.DECLINED,
        _T.START: _S.IMPLEMENTING,
        _T.LAPSE: _S.LAPSED,
        _T.WITHDRAW: _S.WITHDRAWN,
    },
    # Until it has begun, whoever approved may think better of it; nobody's second thoughts make an approval.
    _S.APPROVED: {
        _T.REVISE: _S.PROPOSED,
        _T.DECLINE: _S.DECLINED,
        _T.SCHEDULE: _S.SCHEDULED,
        _T.START: _S.IMPLEMENTING,
        _T.LAPSE: _S.LAPSED,
        _T.WITHDRAW: _S.WITHDRAWN,
    },
    _S.SCHEDULED: {
        _T.REVISE: _S.PROPOSED,
        _T.DECLINE: _S.DECLINED,
        _T.START: _S.IMPLEMENTING,
        _T.WITHDRAW: _S.WITHDRAWN,
    },
    _S.DECLINED: {_T.REVISE: _S.PROPOSED, _T.WITHDRAW: _S.WITHDRAWN},
    _S.LAPSED: {_T.REVISE: _S.PROPOSED, _T.WITHDRAW: _S.WITHDRAWN},
    # An emergency change is asked about when there is time; the answer is recorded, and undoes nothing.
    _S.IMPLEMENTING: {
        _T.FINISH: _S.IMPLEMENTED,
        _T.FAIL: _S.FAILED,
        _T.ASK: _S.IMPLEMENTING,
        _T.APPROVE: _S.IMPLEMENTING,
        _T.DECLINE: _S.IMPLEMENTING,
    },
    _S.IMPLEMENTED: {
        _T.REVIEW: _S.REVIEWED,
        _T.ASK: _S.IMPLEMENTED,
        _T.APPROVE: _S.IMPLEMENTED,
        _T.DECLINE: _S.IMPLEMENTED,
    },
    _S.FAILED: {
        _T.REVIEW: _S.REVIEWED,
        _T.REVISE: _S.PROPOSED,
        _T.ASK: _S.FAILED,
        _T.APPROVE: _S.FAILED,
        _T.DECLINE: _S.FAILED,
    },
    _S.REVIEWED: {},
    _S.WITHDRAWN: {_T.REVISE: _S.PROPOSED},
}

_STANDARD, _EMERGENCY = frozenset({ChangeType.STANDARD}), frozenset({ChangeType.EMERGENCY})
_ASKED_BEFORE = frozenset({ChangeType.NORMAL, ChangeType.EMERGENCY})
_WAITS = frozenset({ChangeType.STANDARD, ChangeType.NORMAL})

ONLY: dict[tuple[ChangeState, ChangeTrigger], frozenset[ChangeType]] = {
    (_S.PROPOSED, _T.ASK): _ASKED_BEFORE,
    (_S.PROPOSED, _T.SCHEDULE): _STANDARD,
    (_S.PROPOSED, _T.START): _EMERGENCY,
    (_S.ASKED, _T.START): _EMERGENCY,
    (_S.APPROVED, _T.START): _EMERGENCY,
    **{(state, _T.LAPSE): _WAITS for state in (_S.PROPOSED, _S.ASKED, _S.APPROVED)},
    **{
        (state, trigger): _EMERGENCY
        for state in (_S.IMPLEMENTING, _S.IMPLEMENTED, _S.FAILED)
        for trigger in (_T.ASK, _T.APPROVE, _T.DECLINE)
    },
}
"""Pairs of the table that hold for some types alone."""

ENDED = frozenset({ChangeState.REVIEWED, ChangeState.WITHDRAWN})
BEFORE_WORK = frozenset({_S.PROPOSED, _S.ASKED, _S.APPROVED, _S.SCHEDULED})
TAKES_PLACE = BEFORE_WORK | {ChangeState.IMPLEMENTING}
"""States in which its window counts: another change in the same hours is a conflict."""
BEGUN = frozenset({_S.IMPLEMENTING, _S.IMPLEMENTED, _S.FAILED})


class ChangeNotAllowed(NotAllowed):
    """The table has no such pair. ``possible``: what may happen instead."""

    def __init__(self, state: ChangeState, trigger: ChangeTrigger, kind: ChangeType) -> None:
        self.state, self.possible = state, possible(state, kind)
        names = ", ".join(t.value for t in self.possible) or "nothing"
        super().__init__(trigger.value, f"a {kind.value} change that is {state.value} allows: {names}", "state")


def advance(state: ChangeState, trigger: ChangeTrigger, kind: ChangeType) -> ChangeState:
    """The state after ``trigger`` of a change of this type.

    Raises:
        ChangeNotAllowed: the table has no such pair for it.
    """
    after = TRANSITIONS[state].get(trigger)
    if after is None or kind not in ONLY.get((state, trigger), frozenset(ChangeType)):
        raise ChangeNotAllowed(state, trigger, kind)
    return after


def possible(state: ChangeState, kind: ChangeType) -> tuple[ChangeTrigger, ...]:
    """What may happen to a change of this type in this state, in the order of the table."""
    everybody = frozenset(ChangeType)
    return tuple(t for t in TRANSITIONS[state] if kind in ONLY.get((state, t), everybody))


def draw() -> str:
    """The table as a Mermaid state diagram, one line a state pair; what is not for all types says for which."""
    lines = ["stateDiagram-v2", "    [*] --> proposed"]
    for state, row in TRANSITIONS.items():
        by_target: dict[ChangeState, list[str]] = {}
        for trigger, after in row.items():
            kinds = ONLY.get((state, trigger))
            only = f" ({' or '.join(sorted(kinds))})" if kinds else ""
            by_target.setdefault(after, []).append(trigger.value + only)
        lines += [f"    {state.value} --> {after.value}: {', '.join(names)}" for after, names in by_target.items()]
    return "\n".join(lines)
