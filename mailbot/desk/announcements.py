"""Announcements: events that may touch many, planned or not, and which mail is about one of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mailbot.desk.services import Matter, Service, find_services

NOT_THIS = (
    "inte detta", "inte det här", "inte det felet", "något annat fel", "något helt annat", "ett annat fel",
    "not this", "not that problem", "something else", "a different problem", "another problem",
)  # fmt: skip
"""How people say that the event they were told of is not what they wrote about (Swedish and English)."""

LONGEST_DENIAL = 400
"""Characters. A long mail that has such words in it says more than that, and a person reads it."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """``ticket`` is the problem, change or major incident behind it; those whom it touches are its children.

    ``words`` is how it stands now. ``patterns`` are words that point to it, as for services; ``services`` and
    ``customers`` limit it (empty: all). ``expected_end`` is a hope, ``ended_at`` a fact. ``to_audience``: people who
    have not written are told too (``desk.event_audience``), and with ``recent_days`` those who wrote in so many days.
    ``step`` counts what there is to tell: 1 that it was announced, then its updates, and its end.
    """

    number: int
    ticket: int
    planned: bool
    title: str
    words: str
    starts_at: datetime
    expected_end: datetime | None = None
    ended_at: datetime | None = None
    patterns: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    changed_at: datetime | None = None
    by: str = ""
    to_audience: bool = False
    recent_days: int = 0
    step: int = 0

    def is_current(self, now: datetime) -> bool:
        """Whether a mail that comes now may be about it."""
        return self.ended_at is None and self.starts_at <= now

    def touches(self, customer: str) -> bool:
        return not self.customers or customer.lower() in (c.lower() for c in self.customers)


@dataclass(frozen=True, slots=True)
class Match:
    """``why`` names the words, or the service, by which a mail is about an announcement."""

    announcement: Announcement
    why: str


def find_match(current: Iterable[Announcement], matter: Matter, service: str) -> Match | None:
    """The announcement that a matter is about: the one most of whose words it has.

    Words decide. A service alone does only where the announcement names no words: one broken printer is not the
    outage of all printing.
    """
    best: tuple[int, Match] | None = None
    for announcement in current:
        if not announcement.touches(matter.customer):
            continue
        if announcement.services and service and service not in announcement.services:
            continue
        match = _weigh(announcement, matter, service)
        if match and (best is None or match[0] > best[0]):
            best = match
    return best[1] if best else None


def _weigh(announcement: Announcement, matter: Matter, service: str) -> tuple[int, Match] | None:
    if not announcement.patterns:
        return (1, Match(announcement, f"service {service}")) if service in announcement.services else None
    told = Service("", words=(("", announcement.patterns),))
    found = find_services(Matter(matter.subject, matter.words), (told,))
    if not found:
        return None
    return found[0].score, Match(announcement, ", ".join(str(each) for each in found[0].found))


def says_not_this(words: str) -> bool:
    """Whether short words deny that the announced event is what somebody wrote about."""
    said = re.sub(r"\s+", " ", words[: LONGEST_DENIAL + 1].lower())
    return len(said) <= LONGEST_DENIAL and any(phrase in said for phrase in NOT_THIS)
