"""Facts of questions how it goes. They are facts as any other (``journal``), in a file of their own."""

from __future__ import annotations

from dataclasses import dataclass

from mailbot.desk.journal import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusAsked(Fact):
    """Somebody in the ticket asked how it goes, and is told. ``alone``: in a mail that answered none of ours."""

    person: int
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusListed(Fact):
    """The requester asked how all of theirs go: this ticket was one of ``listed`` in the answer, mail ``outgoing``."""

    person: int
    listed: int
    key: str
