"""Facts of tickets that belong together, and of problems. Facts as any other (``journal``)."""

from __future__ import annotations

from dataclasses import dataclass

from mailbot.desk.journal import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLinked(Fact):
    """``kind`` says what this ticket is to ``other``; on the other one it is the same kind, ``reverse``."""

    kind: str
    other: int
    reverse: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketUnlinked(Fact):
    kind: str
    other: int
    reverse: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMerged(Fact):
    """This ticket goes on in another one: mail to it goes there, and its requester is told of what happens there."""

    into: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketTookOver(Fact):
    """Another ticket goes on in this one."""

    merged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketUnmerged(Fact):
    """The merging was a mistake: both go on by themselves. ``other`` is the other one."""

    other: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSplit(Fact):
    """Words of this ticket were about something else, which became ticket ``into``."""

    into: int
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitUndone(Fact):
    """``other`` is this ticket's part again, or this one is ``other``'s."""

    other: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownErrorRecorded(Fact):
    """The cause of a problem is known. ``workaround`` is what people can do until it is gone, or empty."""

    workaround: str
    told: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionSpread(Fact):
    """The resolution of this ticket was proposed to its children, too."""

    children: tuple[int, ...]
