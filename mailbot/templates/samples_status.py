"""Invented contexts of answers to somebody who asks how it goes; a part of ``samples``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.contexts import DeskWords, NoticeContext, TicketWords
from mailbot.templates.contexts_status import StatusContext, StatusRow

Cases = Iterator[tuple[str, NoticeContext]]
_LATER = datetime(2026, 11, 25, 14, 40, tzinfo=UTC)


class Scene(Protocol):
    """What the samples of one language are made of."""

    desk: DeskWords
    accept: str
    reopen: str

    def ticket(self, state: str = "in_progress", **changes: str) -> TicketWords: ...


def _status(scene: Scene) -> Cases:
    working = StatusRow(scene.ticket(), taken=True, answer_by=_LATER)
    one = StatusContext(desk=scene.desk, ticket=scene.ticket(), recipient_name="Åsa", rows=(working,))
    yield "ordinary", one
    waiting = StatusRow(scene.ticket("new", assignee_name="", reference="SD-1051"), solved_by=_LATER)
    resting = StatusRow(scene.ticket("pending", reference="SD-1054"), waits_until=_LATER)
    nobody = TicketWords("", "")
    yield "several", replace(one, ticket=nobody, rows=(working, waiting, resting), more=2)
    resolved = replace(one, rows=(StatusRow(scene.ticket("resolved")),), ticket=scene.ticket("resolved"))
    yield "resolved", replace(resolved, accept_mailto=scene.accept, reopen_mailto=scene.reopen)
    ended = StatusRow(scene.ticket("closed"), reopen_until=_LATER)
    yield "closed", replace(one, rows=(ended,), ticket=scene.ticket("closed"))
    yield "cancelled", replace(one, rows=(replace(ended, ticket=scene.ticket("cancelled")),))
    yield "unverified", replace(one, ticket=nobody, rows=(), recipient_name="", sender_verified=False)


STATUS_CASES = {NoticeKind.STATUS: _status}
