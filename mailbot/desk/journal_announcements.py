"""Facts of announcements: made, told how they stand, ended; and whose tickets they were. Facts as any other."""

from __future__ import annotations

from dataclasses import dataclass

from mailbot.desk.journal import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementMade(Fact):
    """``words`` are what people were told at first: an announcement keeps only its newest."""

    announcement: int
    title: str
    planned: bool
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementUpdated(Fact):
    """``told`` is how many requesters were written to."""

    announcement: int
    told: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementEnded(Fact):
    announcement: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementMatched(Fact):
    """The ticket is about an announced event: its requester was told of it. ``why``: the words that decided."""

    announcement: int
    other: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementDenied(Fact):
    """The requester, or an agent, says that it is not the announced event: the ticket is worked on by itself."""

    announcement: int
    other: int
