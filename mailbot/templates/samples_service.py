"""Invented contexts of what is told because time passes; a part of ``samples``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.contexts import DeskWords, NoticeContext, TicketWords
from mailbot.templates.contexts_service import HeartbeatContext, PromiseRenewedContext, ServiceLevelContext

Cases = Iterator[tuple[str, NoticeContext]]
_BARE = TicketWords("SD-1", "")
_MONDAY = datetime(2026, 11, 23, 12, 40, tzinfo=UTC)
_LATER = datetime(2026, 11, 23, 14, 40, tzinfo=UTC)


class Scene(Protocol):
    """What the samples of one language are made of."""

    desk: DeskWords

    def ticket(self, state: str = "in_progress", **changes: str) -> TicketWords: ...


def _promise_renewed(scene: Scene) -> Cases:
    renewed = PromiseRenewedContext(
        desk=scene.desk, ticket=scene.ticket(), recipient_name="Åsa", by=_LATER, was_by=_MONDAY, taken=True
    )
    yield "ordinary", renewed
    yield "not taken", replace(renewed, taken=False, ticket=scene.ticket("new", assignee_name=""))
    yield "of the solution", replace(renewed, clock="resolution")
    yield "bare", replace(renewed, ticket=_BARE, recipient_name="", taken=False)


def _heartbeat(scene: Scene) -> Cases:
    told = HeartbeatContext(
        desk=scene.desk,
        ticket=scene.ticket(),
        recipient_name="Åsa",
        silent_since=datetime(2026, 11, 19, 9, 5, tzinfo=UTC),
        taken=True,
    )
    yield "ordinary", told
    yield "not taken", replace(told, taken=False, ticket=scene.ticket("new", assignee_name=""), answer_by=_MONDAY)
    yield "answered", replace(told, taken=False, answered=True, ticket=scene.ticket(assignee_name=""))
    yield "waiting", replace(told, ticket=scene.ticket("pending"))
    yield "waiting until a day", replace(told, ticket=scene.ticket("pending"), waits_until=_LATER)
    yield "solution promised", replace(told, solved_by=_LATER)
    yield "bare", replace(told, ticket=_BARE, recipient_name="", taken=False, silent_since=None)


def _service_level(scene: Scene) -> Cases:
    warned = ServiceLevelContext(
        desk=scene.desk, ticket=scene.ticket(), recipient_name="Jonas", clock="response", due_at=_MONDAY, hours="4"
    )
    yield "ordinary", replace(warned, percent=75, customer=scene.desk.organisation)
    yield "breached", replace(warned, breached=True, percent=100, ticket=scene.ticket("new", assignee_name=""))
    yield "of the solution", replace(warned, clock="resolution", hours="20", percent=75)
    yield "solution breached", replace(warned, clock="resolution", breached=True, hours="20", percent=100)
    yield "escalated", replace(warned, escalated=True, breached=True, percent=150, recipient_name="")
    yield "bare", replace(warned, ticket=_BARE, hours="", commands=())


SERVICE_CASES = {
    NoticeKind.PROMISE_RENEWED: _promise_renewed,
    NoticeKind.HEARTBEAT: _heartbeat,
    NoticeKind.SERVICE_LEVEL: _service_level,
}
