"""The contexts of what is told because time passes: a new promise, how it goes, a target in danger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailbot.templates.contexts import CommandWord, NoticeContext


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRenewedContext(NoticeContext):
    """What was promised by ``was_by`` takes longer: until ``by``. ``clock`` is response or resolution.

    ``taken``: somebody works on the ticket. ``ticket.assignee_name`` is who, where the desk knows a name.
    """

    by: datetime
    was_by: datetime
    clock: str = "response"
    taken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatContext(NoticeContext):
    """The requester has heard nothing since ``silent_since``, and is told how it goes.

    ``taken`` as above; ``answered``: an agent has written to the requester. ``waits_until`` is the day on which a
    waiting ticket is taken up again, ``answer_by`` and ``solved_by`` are promises that still stand.
    """

    silent_since: datetime | None = None
    taken: bool = False
    answered: bool = False
    waits_until: datetime | None = None
    answer_by: datetime | None = None
    solved_by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLevelContext(NoticeContext):
    """A target is in danger or missed. ``clock`` is response or resolution, ``hours`` its length in working hours.

    ``breached`` True: the time is over. ``percent`` of it has gone. ``escalated``: the reader is above the agents.
    """

    clock: str
    due_at: datetime
    breached: bool = False
    hours: str = ""
    percent: int = 0
    customer: str = ""
    escalated: bool = False
    commands: tuple[CommandWord, ...] = tuple(CommandWord(word) for word in ("#reply", "#resolve", "#take"))
