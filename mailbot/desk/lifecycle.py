"""The life of a ticket as one table. Everything about states and what moves them stands here and nowhere else.

A pair (state, trigger) that is missing from ``TRANSITIONS`` is refused in one place, ``advance``. The drawing in
``docs/architecture.md`` is generated from the table by ``draw``.
"""

from __future__ import annotations

from enum import StrEnum

from mailbot.desk.errors import IllegalTransition


class State(StrEnum):
    NEW = "new"
    IN_PROGRESS = "in_progress"
    PENDING = "pending"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Trigger(StrEnum):
    ASSIGN = "assign"
    REPLY = "reply"
    REQUEST_INFORMATION = "request_information"
    RESUME = "resume"
    RESOLVE = "resolve"
    ACCEPT = "accept"
    VERIFY = "verify"
    EXPIRE = "expire"
    REOPEN = "reopen"
    UNDO = "undo"
    CANCEL = "cancel"
    ACKNOWLEDGE = "acknowledge"
    RECOVER = "recover"


class Clock(StrEnum):
    """What the service-level clock does in a state."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


# RECOVER is a machine's word that its own incident is over; it counts only where no person has joined.
TRANSITIONS: dict[State, dict[Trigger, State]] = {
    State.NEW: {
        Trigger.ASSIGN: State.IN_PROGRESS,
        Trigger.REPLY: State.NEW,
        Trigger.REQUEST_INFORMATION: State.PENDING,
        Trigger.RESOLVE: State.RESOLVED,
        Trigger.CANCEL: State.CANCELLED,
        Trigger.ACKNOWLEDGE: State.IN_PROGRESS,
        Trigger.RECOVER: State.CLOSED,
    },
    State.IN_PROGRESS: {
        Trigger.ASSIGN: State.IN_PROGRESS,
        Trigger.REPLY: State.IN_PROGRESS,
        Trigger.REQUEST_INFORMATION: State.PENDING,
        Trigger.RESOLVE: State.RESOLVED,
        Trigger.CANCEL: State.CANCELLED,
        Trigger.RECOVER: State.CLOSED,
    },
    State.PENDING: {
        Trigger.REPLY: State.IN_PROGRESS,
        Trigger.RESUME: State.IN_PROGRESS,
        Trigger.REQUEST_INFORMATION: State.PENDING,
        Trigger.ASSIGN: State.PENDING,
        Trigger.RESOLVE: State.RESOLVED,
        Trigger.CANCEL: State.CANCELLED,
        Trigger.RECOVER: State.CLOSED,
    },
    # A resolved ticket waits for its requester. RESOLVE again is a better solution to the same fault: it gets a new
    # number, so that an answer to the older notice closes nothing.
    State.RESOLVED: {
        Trigger.ACCEPT: State.CLOSED,
        Trigger.VERIFY: State.CLOSED,
        Trigger.EXPIRE: State.CLOSED,
        Trigger.REPLY: State.RESOLVED,
        Trigger.RESOLVE: State.RESOLVED,
        Trigger.ASSIGN: State.RESOLVED,
        Trigger.REOPEN: State.IN_PROGRESS,
        Trigger.RECOVER: State.CLOSED,
    },
    # UNDO takes back a closure that was a mistake: the question of the resolution stands again.
    State.CLOSED: {Trigger.REOPEN: State.IN_PROGRESS, Trigger.UNDO: State.RESOLVED},
    State.CANCELLED: {Trigger.REOPEN: State.IN_PROGRESS},
}

CLOCKS: dict[State, Clock] = {
    State.NEW: Clock.RUNNING,
    State.IN_PROGRESS: Clock.RUNNING,
    State.PENDING: Clock.PAUSED,
    State.RESOLVED: Clock.STOPPED,
    State.CLOSED: Clock.STOPPED,
    State.CANCELLED: Clock.STOPPED,
}

ENDED = frozenset({State.CLOSED, State.CANCELLED})


def advance(state: State, trigger: Trigger) -> State:
    """The state after ``trigger``.

    Raises:
        IllegalTransition: the table has no such pair.
    """
    after = TRANSITIONS[state].get(trigger)
    if after is None:
        raise IllegalTransition(state.value, trigger.value)
    return after


def allowed(state: State) -> tuple[Trigger, ...]:
    """What may happen to a ticket in this state, in the order of the table."""
    return tuple(TRANSITIONS[state])


def draw() -> str:
    """The table as a Mermaid state diagram, one line a state pair."""
    lines = ["stateDiagram-v2", "    [*] --> new"]
    for state, row in TRANSITIONS.items():
        by_target: dict[State, list[str]] = {}
        for trigger, after in row.items():
            by_target.setdefault(after, []).append(trigger.value)
        lines += [f"    {state.value} --> {after.value}: {', '.join(names)}" for after, names in by_target.items()]
    return "\n".join(lines)
