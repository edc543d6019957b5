"""The contexts of mails about announced events, to people who have not written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailbot.templates.contexts import NoticeContext, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class EventContext(NoticeContext):
    """An event: that it was announced, how it stands, or that it is over.

    ``planned``: maintenance, not a fault. ``begun``: it has begun by now. ``expected_end`` is a hope, ``ended_at`` a
    fact. ``why`` the reader gets it is member, customer or recent; ``customer_name`` is who the reader belongs to.
    ``leave_link`` is the page on which to unsubscribe (empty where mails cannot link to it), ``leave_mailto`` a mailto
    link (RFC 6068) that does it.
    """

    title: str
    words: Passage = ""
    planned: bool = False
    begun: bool = True
    services: tuple[str, ...] = ()
    starts_at: datetime | None = None
    expected_end: datetime | None = None
    ended_at: datetime | None = None
    why: str = "member"
    customer_name: str = ""
    leave_link: str = ""
    leave_mailto: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsubscribedContext(NoticeContext):
    """Somebody unsubscribed by mail. ``return_link`` is the page on which to take that back (may be empty)."""

    return_link: str = ""
