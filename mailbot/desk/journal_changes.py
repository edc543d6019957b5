"""Facts of changes: proposed, asked about, decided, made, reviewed. Facts as any other (``journal``).

``revision`` counts the versions of the plan: an answer is about one of them. Moments are ISO 8601.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailbot.desk.journal import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeProposed(Fact):
    type: str
    starts_at: str = ""
    ends_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRevised(Fact):
    """``changed`` names the parts of the plan; ``invalid`` counts the approvals that this made worthless."""

    revision: int
    changed: tuple[str, ...]
    invalid: int = 0
    starts_at: str = ""
    ends_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproversNamed(Fact):
    """An agent says who decides, in place of what settings say. ``needed`` 0: all of them."""

    approvers: tuple[str, ...]
    needed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalAsked(Fact):
    """``again``: an earlier plan was asked about before this one."""

    person: int
    revision: int
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalReminded(Fact):
    person: int
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalGiven(Fact):
    """``answer`` is approve or decline; ``way`` mail, phone, visit or chat; ``words`` are what decided."""

    person: int
    revision: int
    answer: str
    way: str
    evidence: str = ""
    words: str = ""
    afterwards: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRefused(Fact):
    """An answer that counts for nothing. ``reason``: superseded, unclear, evidence, late or decided."""

    person: int
    revision: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeApproved(Fact):
    revision: int
    afterwards: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDeclined(Fact):
    revision: int
    afterwards: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeScheduled(Fact):
    """``conflicts`` counts what was known to stand in the way."""

    revision: int
    starts_at: str
    ends_at: str
    conflicts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeOverridden(Fact):
    """It is made although nothing should be changed then. ``why`` is the agent's reason."""

    revision: int
    freezes: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLapsed(Fact):
    """Its window began and it was not scheduled. ``was`` is the state in which it was found."""

    revision: int
    was: str
    starts_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeNear(Fact):
    """Its window begins soon; whoever makes it is reminded. ``state``: how it stands."""

    revision: int
    starts_at: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOverdue(Fact):
    """Its window has ended, and nobody has said that it is done. ``state``: how it stands."""

    revision: int
    ends_at: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStarted(Fact):
    """``approved`` False: an emergency, to be approved afterwards. ``early``: before its window began."""

    revision: int
    approved: bool
    early: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeImplemented(Fact):
    revision: int
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFailed(Fact):
    revision: int
    backed_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeReviewed(Fact):
    revision: int
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeWithdrawn(Fact):
    revision: int
    was: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAnnounced(Fact):
    announcement: int
