"""Facts: what happened, in the past tense. The journal is append-only; notices and reports are made from it.

A fact says who (``actor``: an address, or "desk" for the desk itself) and when; ``entry`` is the entry of the ticket
that holds the words, where there are any. The class name in snake case is the fact's name in the store.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

DESK = "desk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    ticket: int
    at: datetime
    actor: str = DESK
    entry: int | None = None

    @property
    def name(self) -> str:
        return fact_name(type(self))

    def details(self) -> dict[str, Any]:
        """What this kind of fact says beyond ticket, time, actor and entry: plain values, ready for JSON."""
        shared = {"ticket", "at", "actor", "entry"}
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in shared}


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRegistered(Fact):
    origin: str
    follows: int | None = None
    """The earlier ticket that this one continues, where a reply came after the time for reopening."""
    without_receipt: bool = False
    """The requester is not to be mailed a receipt: an agent who has them on the phone has told them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyReceived(Fact):
    """Words of the requester or a participant joined the ticket."""

    intent: str
    state: str
    """The ticket's state after the reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyHeld(Fact):
    """A mail for the ticket whose sender is not known well enough: kept, seen by agents only."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonNeeded(Fact):
    """A person must read what was written: the desk could not tell what it asks for, or may not do it."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomaticMailRecorded(Fact):
    kind: str
    returns_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRecorded(Fact):
    """``turn`` is what it changed (``desk/monitoring``)."""

    state: str
    key: str
    turn: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAssigned(Fact):
    assignee: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded(Fact):
    """An internal note: never leaves the desk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentReplied(Fact):
    """An agent's words to the requester. ``first_aid``: the name of the ready answer in them, where one was used."""

    first_aid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionProposed(Fact):
    resolution: int
    first_aid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionAccepted(Fact):
    resolution: int
    words: str
    evidence: str
    way: str = "mail"
    """mail, or page where the button behind the notice's link was pressed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionVerified(Fact):
    """An agent asked the requester in person, and recorded the answer."""

    resolution: int
    way: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReopened(Fact):
    words: str
    reason: str
    way: str = ""
    """How the requester said it: mail or page. Empty where an agent did it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCancelled(Fact):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRefused(Fact):
    """Somebody asked for what the state, their role or the evidence does not allow."""

    person: int
    command: str
    reason: str
    """A key of the wording: state, superseded, evidence, right, argument, unknown."""
    state: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFailed(Fact):
    """A mail of ours did not arrive, or it is not known whether it did."""

    outgoing: int
    recipient: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDelayed(Fact):
    """A mail of ours has been put off by the recipient's server for hours; it is still being tried."""

    outgoing: int
    recipient: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWithheld(Fact):
    """A notice was due and not sent: a budget, a machine as recipient, a sender who failed authentication."""

    notice: str
    recipient: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingFailed(Fact):
    """A notice could not be worded as it should; it went out in the packaged wording, or in one plain sentence."""

    notice: str
    language: str
    failure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFailed(Fact):
    """What was due for the ticket failed every time it was tried; a person must see to it."""

    kind: str
    timer: int
    trouble: str


def fact_name(kind: type[Fact]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
