"""What every notice may speak of: the desk, the ticket, the reader. What one kind adds stands in ``catalogue``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

Passage = Annotated[str, "passage"]
"""Words of a person, in lines and paragraphs."""


@dataclass(frozen=True, slots=True)
class DeskWords:
    """The desk as it presents itself. ``timezone`` is an IANA name."""

    name: str
    address: str
    phone: str = ""
    hours: str = ""
    organisation: str = ""
    timezone: str = "Europe/Stockholm"


@dataclass(frozen=True, slots=True)
class TicketWords:
    """The facts of a ticket. ``state``, ``kind`` and ``priority`` are values of the desk's enumerations, or words.

    ``promised_by`` is the moment the desk has promised to answer; ``promise`` is a promise in words, used instead
    where a customer has agreed on other words. ``link`` is its page for agents; ``service_name`` what it is about.
    """

    reference: str
    subject: str
    state: str = ""
    kind: str = ""
    priority: str = ""
    requester_name: str = ""
    requester_address: str = ""
    assignee_name: str = ""
    group_name: str = ""
    opened_at: datetime | None = None
    promised_by: datetime | None = None
    promise: str = ""
    link: str = ""
    service_name: str = ""


@dataclass(frozen=True, slots=True)
class CommandWord:
    """A word as an agent or a requester writes it: ``#reply``, ``accept``. An empty ``meaning`` is looked up."""

    word: str
    meaning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeContext:
    """What every notice knows. ``recipient_name`` is empty where the desk does not know it, or must not repeat it."""

    desk: DeskWords
    ticket: TicketWords
    recipient_name: str = ""
