"""The contexts of what agents are told about their work: handovers, what comes back, their commands, the watch-list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailbot.templates.contexts import CommandWord, NoticeContext, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverContext(NoticeContext):
    """A specialist group is asked to take a ticket over. ``why`` is what ``by_name`` says to them.

    Not accepted by ``accept_by`` (None: without a limit), it goes back to ``owner_name``. ``words`` are those of the
    requester, or of whoever wrote first.
    """

    group_name: str
    owner_name: str
    by_name: str = ""
    why: Passage = ""
    accept_by: datetime | None = None
    author_name: str = ""
    author_address: str = ""
    words: Passage = ""
    attachments: tuple[str, ...] = ()
    commands: tuple[CommandWord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketBackContext(NoticeContext):
    """A ticket is the desk's to work on again. ``reason`` is returned, expired (nobody accepted) or waited.

    ``group_name`` is who had it, ``why`` what they say. After a wait ``since`` is when it began to wait.
    """

    reason: str
    group_name: str = ""
    by_name: str = ""
    why: Passage = ""
    since: datetime | None = None
    words: Passage = ""
    author_name: str = ""
    commands: tuple[CommandWord, ...] = ()


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """One line of an agent's mail. ``result`` is done, refused, undone or skipped; ``said`` tells it in a sentence."""

    line: str
    result: str
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandTranscriptContext(NoticeContext):
    """What an agent's mail of commands did. ``outcome`` is obeyed, refused, rehearsed or repeated.

    ``works`` are the commands that there are, where they should be told. ``next_step`` says what comes next.
    """

    outcome: str
    lines: tuple[LineOutcome, ...]
    works: tuple[CommandWord, ...] = ()
    owner_name: str = ""
    next_step: str = ""
    age: str = ""


@dataclass(frozen=True, slots=True)
class WatchRow:
    """A ticket on the watch-list. ``mark`` is read, contact, unaccepted or empty; ``age`` is in working time."""

    reference: str
    subject: str
    age: str
    worker: str
    next_step: str
    mark: str = ""
    priority: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchListContext(NoticeContext):
    """What is ageing, oldest first, for the desk each working morning; about no single ticket.

    Of these ``unread`` must be read by a person, and ``contacts`` wait for somebody to speak with the requester.
    ``total`` counts all that are on the list, of which ``rows`` shows the oldest and ``more`` are left out.
    ``withheld`` receipts were one too many since the last morning; ``withheld_command`` tells which.
    """

    written_at: datetime
    rows: tuple[WatchRow, ...]
    total: int
    unread: int = 0
    contacts: int = 0
    unaccepted: int = 0
    unassigned: int = 0
    more: int = 0
    command: str = "mailbot ticket watch-list"
    withheld: int = 0
    withheld_command: str = "mailbot outbox withheld"
