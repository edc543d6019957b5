"""Who is told of announced events without having written: who may be, who wants none of it, what became of each.

An address is told once, however many ways lead to it. Whoever has unsubscribed is told nothing, whoever added them, and
only they can take that back.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailbot.desk.announcements import Announcement
from mailbot.desk.correspondence import Mailbox


class Why(StrEnum):
    """Why somebody is told. The first that fits counts."""

    MEMBER = "member"
    """They asked for it, or were added."""
    CUSTOMER = "customer"
    """Settings name the address as one of the customer's."""
    RECENT = "recent"
    """They wrote to the desk lately."""


class Way(StrEnum):
    """How somebody said that they want, or do not want, to be told."""

    ONE_CLICK = "one_click"
    PAGE = "page"
    MAIL = "mail"
    AGENT = "agent"
    """An agent wrote down what they said."""
    COMPLAINT = "complaint"
    """Their mail provider passed on that they call it unwanted (RFC 5965)."""


class Outcome(StrEnum):
    """What became of somebody at a step of an announcement; WAITING: nothing yet."""

    WAITING = ""
    TOLD = "told"
    TICKET = "ticket"
    """They have a ticket about the event, which tells them."""
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    """Their address has refused mail for good."""
    OURS = "ours"
    """It is an address of the desk itself."""
    UNWRITABLE = "unwritable"
    LATE = "late"
    """It was over before they had been told that it began."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody, or a distribution list. ``services`` are those of interest (empty: all); ``way``: added, imported."""

    mailbox: Mailbox
    added_at: datetime
    added_by: str
    customer: str = ""
    services: tuple[str, ...] = ()
    language: str = ""
    way: str = "added"


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody said: ``by`` is who wrote it down (themselves, or an agent), ``inbox`` the mail that said it."""

    address: str
    wants: bool
    at: datetime
    way: Way
    by: str
    announcement: int = 0
    inbox: int | None = None


@dataclass(frozen=True, slots=True)
class Bounce:
    """An address that refused a mail for good."""

    address: str
    at: datetime
    announcement: int
    reason: str


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody whom an announcement is for."""

    mailbox: Mailbox
    why: Why
    language: str = ""
    customer: str = ""

    @property
    def key(self) -> str:
        return self.mailbox.address.lower()


@dataclass(frozen=True, slots=True)
class Recipient:
    """How it stands with an addressee. ``step`` is the step of the announcement that ``outcome`` is about, 0: none."""

    addressee: Addressee
    announcement: int
    step: int = 0
    outcome: Outcome = Outcome.WAITING
    first_told_at: datetime | None = None
    told_at: datetime | None = None


_STATUS = re.compile(r"(?<![0-9.])5\.([0-9]{1,3})\.[0-9]{1,3}(?![0-9.])")
_OF_ADDRESS = {"1", "2", "4"}
_REPLY = re.compile(r"55[013](?![0-9])")


def is_about_address(reason: str) -> bool:
    """Whether a refusal for good means the address: its status code (RFC 3463, 3) is of addresses, mailboxes or routes,
    or, where there is none, the reply code. What is refused for its content, its sender or a policy may be taken next.
    """
    status = _STATUS.search(reason[:600])
    return status[1] in _OF_ADDRESS if status else _REPLY.match(reason) is not None


def choose(announcement: Announcement, members: Sequence[Member], others: Iterable[Addressee]) -> list[Addressee]:
    """Whom an announcement is for, each address once: members first, then ``others`` in their order.

    Customers and services of the announcement limit it. A member with services of interest is told where one of them
    is named, or none is; whoever is not interested is not told in another way either.
    """
    found: dict[str, Addressee] = {}
    uninterested: set[str] = set()
    for member in members:
        told = Addressee(member.mailbox, Why.MEMBER, member.language, member.customer)
        if not _is_of_interest(announcement, member.services):
            uninterested.add(told.key)
        elif announcement.touches(member.customer):
            found.setdefault(told.key, told)
    for other in others:
        if announcement.touches(other.customer) and other.key not in uninterested:
            found.setdefault(other.key, other)
    return list(found.values())


def _is_of_interest(announcement: Announcement, services: Collection[str]) -> bool:
    return not services or not announcement.services or bool(set(services) & set(announcement.services))
