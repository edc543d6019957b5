"""The fact that somebody called about a ticket. A fact as any other (``journal``)."""

from __future__ import annotations

from dataclasses import dataclass

from mailbot.desk.journal import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactJoined(Fact):
    """A phone contact is about this ticket. ``contact`` is its number, ``caller`` who rang, as it was given.

    ``answered``: somebody of the desk spoke with them.
    """

    contact: int
    caller: str
    answered: bool = False
