"""The context of an answer to somebody who asks how it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailbot.templates.contexts import NoticeContext, TicketWords


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One ticket and how it stands. ``taken``: somebody works on it; ``ticket.assignee_name`` is who, if known.

    ``waits_until`` is the day on which a waiting ticket is taken up again, ``answer_by`` and ``solved_by`` are promises
    that still stand, ``reopen_until`` is how long an ended ticket can be reopened.
    """

    ticket: TicketWords
    taken: bool = False
    waits_until: datetime | None = None
    answer_by: datetime | None = None
    solved_by: datetime | None = None
    reopen_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusContext(NoticeContext):
    """``rows`` are the tickets asked about, ``more`` how many others there are.

    ``sender_verified`` False: nothing shows who asks, so nothing of theirs is told. The links, for one resolved ticket,
    answer the question whether it is solved.
    """

    rows: tuple[StatusRow, ...] = ()
    more: int = 0
    sender_verified: bool = True
    accept_mailto: str = ""
    reopen_mailto: str = ""
