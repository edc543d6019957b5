"""The contexts of what approvers and agents are told of changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailbot.templates.contexts import NoticeContext, Passage


@dataclass(frozen=True, slots=True)
class ConflictWords:
    """What stands in the way. ``kind`` is announcement, change or freeze; ``ends_at`` None: nobody knows.

    ``shared`` are the names of what both touch; ``why`` is the reason of a freeze.
    """

    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime | None = None
    reference: str = ""
    shared: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """What an approver has said: approve, decline or nothing."""

    name: str
    answer: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalAskedContext(NoticeContext):
    """Somebody is asked whether a change may be made.

    ``approve_mailto`` and ``decline_mailto`` are mailto links (RFC 6068) to the signed address of this revision of the
    plan. ``again``: an earlier plan was asked about before; ``reminder``: this one was; ``afterwards``: an emergency
    whose work has begun. ``wrong_hours`` is inside or outside (service hours), where that is where it should not be.
    ``despite`` is why it is made although nothing is to be changed then.
    """

    approve_mailto: str
    decline_mailto: str
    change_type: str = "normal"
    plan: Passage = ""
    risk: Passage = ""
    back_out: Passage = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    services: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    conflicts: tuple[ConflictWords, ...] = ()
    wrong_hours: str = ""
    despite: str = ""
    by_name: str = ""
    revision: int = 1
    again: bool = False
    reminder: bool = False
    afterwards: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalNotedContext(NoticeContext):
    """What became of an approver's answer. ``outcome`` is approve or decline (it counts), or why it counts for nothing:
    unclear, evidence, superseded (the plan has changed), decided (it was declined before) or late.

    ``by_name`` is the agent who wrote down what the approver said, where they spoke with each other (``way``).
    """

    outcome: str
    approve_mailto: str
    decline_mailto: str
    change_state: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    by_name: str = ""
    way: str = ""
    revision: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeNewsContext(NoticeContext):
    """For whoever makes a change. ``news`` is approved, declined, lapsed (its window began without an approval), near
    (it begins soon) or overdue (its window is over, and nobody has said how it went).

    ``change_state`` is how the change stands. ``afterwards``: the work had begun when it was decided.
    """

    news: str
    change_state: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    answers_given: tuple[AnswerWords, ...] = ()
    conflicts: tuple[ConflictWords, ...] = ()
    words: Passage = ""
    revision: int = 1
    afterwards: bool = False
