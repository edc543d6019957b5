"""The contexts of the question whether it is solved, beyond the first one: asked again, answered by one of several."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailbot.templates.contexts import CommandWord, NoticeContext, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationReminderContext(NoticeContext):
    """The desk asks again whether the fault is gone; links and ``closes_on_silence`` as of the first question.

    ``asked_at`` is when it asked first, ``ends_at`` when it stops waiting. ``mistaken``: the ticket had been closed by
    mistake, and that is why it asks. ``number`` counts the reminders of this solution from 1.
    """

    accept_mailto: str
    reopen_mailto: str
    solution: Passage = ""
    agent_name: str = ""
    page_link: str = ""
    number: int = 1
    asked_at: datetime | None = None
    ends_at: datetime | None = None
    closes_on_silence: bool = False
    mistaken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceNotedContext(NoticeContext):
    """One of several who are affected has said that it is solved; ``left`` of them have not answered yet."""

    left: int
    reopen_mailto: str = ""
    page_link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactNeededContext(NoticeContext):
    """For the desk's own group: speak with the requester, who has not said whether it is solved.

    ``why`` is silence, held_reply (an answer waits that may be theirs), unread_reply (one could not be read) or
    undelivered (our question did not arrive). Where several are asked, ``silent_names`` have not answered.
    """

    why: str = "silence"
    working_days: int = 5
    solution: Passage = ""
    resolved_at: datetime | None = None
    silent_names: tuple[str, ...] = ()
    commands: tuple[CommandWord, ...] = ()
