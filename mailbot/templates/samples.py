"""Invented contexts for every notice, so that a wording can be seen and tried before anything has happened.

The first one of each kind is the ordinary case; the others are the turns that a wording has to take.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.catalogue import (
    AgentNewReplyContext,
    AgentNewTicketContext,
    CancelledContext,
    ClosedContext,
    CommandWord,
    DeskWords,
    NoticeContext,
    PublicReplyContext,
    ReceiptContext,
    RefusedCommandContext,
    ReopenedContext,
    ResolutionContext,
    SignInLinkContext,
    TicketWords,
)
from mailbot.templates.samples_answers import ANSWER_CASES
from mailbot.templates.samples_changes import CHANGE_CASES
from mailbot.templates.samples_events import EVENT_CASES
from mailbot.templates.samples_said import SAID
from mailbot.templates.samples_service import SERVICE_CASES
from mailbot.templates.samples_status import STATUS_CASES
from mailbot.templates.samples_work import WORK_CASES
from mailbot.templates.words import answer_mailto

_ADDRESS = "support+SD1042.k7wq2mzt4hxb6d3rcv5yfn8a.2@almby.example"


class _Scene:
    """What the samples of one language are made of; a language without words of its own borrows the Swedish ones."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.said = SAID.get(language, SAID["sv"])
        self.desk = DeskWords(
            name=self.said["desk"],
            address="support@almby.example",
            phone="0123-45 67 89",
            hours=self.said["hours"],
            organisation=self.said["organisation"],
        )
        self.accept, self.reopen = (answer_mailto(language, a, _ADDRESS, "SD-1042") for a in ("accept", "reopen"))

    def ticket(self, state: str = "in_progress", **changes: str) -> TicketWords:
        ticket = TicketWords(
            reference="SD-1042",
            subject=self.said["subject"],
            state=state,
            kind="incident",
            priority="high",
            requester_name="Åsa Öberg",
            requester_address="asa.oberg@almby.example",
            assignee_name="Jonas Ek",
            group_name=self.said["group"],
            service_name=self.said["service"],
            opened_at=datetime(2026, 11, 23, 8, 12, tzinfo=UTC),
            promised_by=datetime(2026, 11, 23, 12, 40, tzinfo=UTC),
        )
        return replace(ticket, **changes)  # type: ignore[arg-type]


_BARE = TicketWords("SD-1", "")


def sample_context(kind: NoticeKind, language: str = "sv") -> NoticeContext:
    """The ordinary case of a notice."""
    return next(iter(sample_contexts(kind, language).values()))


def sample_contexts(kind: NoticeKind, language: str = "sv") -> dict[str, NoticeContext]:
    """Every case of a notice, by name, the ordinary one first; links with a ready answer are in ``language``."""
    return dict(_CASES[kind](_Scene(language)))


Cases = Iterator[tuple[str, NoticeContext]]


def _receipt(scene: _Scene) -> Cases:
    ticket = scene.ticket("new")
    known = ReceiptContext(
        desk=scene.desk,
        ticket=ticket,
        recipient_name="Åsa",
        sender_verified=True,
        excerpt=scene.said["problem"],
        answer_by=ticket.promised_by,
    )
    yield "ordinary", known
    yield "neutral", replace(known, sender_verified=False)
    yield "unpromised", replace(known, ticket=replace(ticket, promised_by=None), answer_by=None, excerpt="")
    opens, solved = datetime(2026, 11, 23, 7, tzinfo=UTC), datetime(2026, 11, 25, 12, 40, tzinfo=UTC)
    yield "closed now", replace(known, solved_by=solved, opens_at=opens)
    yield (
        "known event",
        replace(known, event_title=scene.said["event_title"], event_words=scene.said["event"], event_ends=solved),
    )
    yield "own words", replace(known, ticket=replace(ticket, promise=scene.said["promise"]))
    yield "too large", replace(known, too_large=True, excerpt="")
    yield (
        "bare",
        replace(known, desk=DeskWords("IT", "it@a.example"), ticket=_BARE, recipient_name=""),
    )


def _agent_new_ticket(scene: _Scene) -> Cases:
    ticket = AgentNewTicketContext(
        desk=scene.desk,
        ticket=scene.ticket("new"),
        recipient_name="Jonas",
        author_name="Åsa Öberg",
        author_address="asa.oberg@almby.example",
        excerpt=scene.said["problem"],
        attachments=("tom sida.jpg", "felkod.pdf"),
    )
    yield "ordinary", ticket
    yield "given", replace(ticket, given=True, ticket=scene.ticket(link="https://support.almby.example/t/1042"))
    yield "unverified", replace(ticket, author_verified=False, attachments=())
    yield "bare", replace(ticket, ticket=_BARE, author_name="", author_address="", excerpt="")


def _agent_new_reply(scene: _Scene) -> Cases:
    reply = AgentNewReplyContext(
        desk=scene.desk,
        ticket=scene.ticket("pending"),
        recipient_name="Jonas",
        author_name="Åsa Öberg",
        author_address="asa.oberg@almby.example",
        excerpt=scene.said["answer"],
    )
    yield "ordinary", reply
    yield (
        "needs reading",
        replace(reply, ticket=scene.ticket("resolved"), needs_reading=True, excerpt=scene.said["unclear"]),
    )
    yield "held", replace(reply, held=True, author_verified=False, author_name="", author_address="okand@annan.example")
    yield "unverified", replace(reply, author_verified=False)


def _public_reply(scene: _Scene) -> Cases:
    reply = PublicReplyContext(
        desk=scene.desk,
        ticket=scene.ticket("pending"),
        agent_name="Jonas Ek",
        words=scene.said["question"],
        awaits_answer=True,
        quoted_words=scene.said["problem"],
        quoted_name="Åsa Öberg",
        quoted_at=datetime(2026, 11, 23, 8, 12, tzinfo=UTC),
    )
    yield "ordinary", reply
    yield (
        "no answer needed",
        replace(reply, awaits_answer=False, attachments=(scene.said["file"],), quoted_words=""),
    )
    yield "bare", replace(reply, ticket=_BARE, agent_name="", quoted_name="", quoted_at=None)


def _resolution(scene: _Scene) -> Cases:
    resolution = ResolutionContext(
        desk=scene.desk,
        ticket=scene.ticket("resolved"),
        recipient_name="Åsa",
        solution=scene.said["solution"],
        agent_name="Jonas Ek",
        accept_mailto=scene.accept,
        reopen_mailto=scene.reopen,
    )
    yield "ordinary", resolution
    yield (
        "closes on silence",
        replace(resolution, closes_on_silence=True, page_link="https://support.almby.example/a/k7"),
    )
    yield "bare", replace(resolution, ticket=_BARE, recipient_name="", solution="", agent_name="")


def _reopened(scene: _Scene) -> Cases:
    reopened = ReopenedContext(
        desk=scene.desk,
        ticket=scene.ticket(),
        recipient_name="Åsa",
        by_name="Åsa Öberg",
        words=scene.said["again"],
    )
    yield "ordinary", reopened
    yield "by agent", replace(reopened, by_requester=False, by_name="Jonas Ek", words=scene.said["seen"])
    yield "bare", replace(reopened, ticket=_BARE, by_requester=False, by_name="", words="")


def _closed(scene: _Scene) -> Cases:
    closed = ClosedContext(
        desk=scene.desk,
        ticket=scene.ticket("closed"),
        recipient_name="Åsa",
        agent_name="Jonas Ek",
        solution=scene.said["solution"],
        reopen_until=datetime(2026, 12, 7, 17, tzinfo=UTC),
        reopen_mailto=scene.reopen,
    )
    yield "ordinary", closed
    yield "by contact", replace(closed, evidence="contact", reopen_until=None)
    yield "by silence", replace(closed, evidence="silence", reopen_mailto="", solution="")
    yield "by page", replace(closed, evidence="page", page_link="https://support.almby.example/answer/k7")
    yield "by another", replace(closed, verified_by_name="Karin Lund", ticket=_BARE)


def _cancelled(scene: _Scene) -> Cases:
    cancelled = CancelledContext(
        desk=scene.desk,
        ticket=scene.ticket("cancelled"),
        recipient_name="Åsa",
        agent_name="Jonas Ek",
        words=scene.said["cancelled"],
    )
    yield "ordinary", cancelled
    yield "bare", replace(cancelled, ticket=_BARE, agent_name="", words="")


def _refused_command(scene: _Scene) -> Cases:
    refused = RefusedCommandContext(
        desk=scene.desk,
        ticket=scene.ticket("closed"),
        recipient_name="Jonas",
        command="#resolve",
        reason="state",
        works=(CommandWord("#reopen"), CommandWord("#note")),
    )
    yield "ordinary", refused
    for reason in ("right", "argument", "evidence", "superseded", "unknown"):
        yield reason, replace(refused, reason=reason, command="#asign nätverk", detail="")
    yield "bare", replace(refused, command="", works=(), detail="Skriv till oss om du är osäker.")


def _sign_in_link(scene: _Scene) -> Cases:
    link = SignInLinkContext(
        desk=scene.desk,
        ticket=TicketWords("", ""),
        recipient_name="Jonas",
        link="https://support.almby.example/sign-in/k7wq2mzt4hxb6d3rcv5yfn8a",
        ends_at=datetime(2026, 11, 23, 8, 27, tzinfo=UTC),
        asked_from="192.0.2.17",
    )
    yield "ordinary", link
    yield "invitation", replace(link, invited=True, by_name="Karin Lund", role="agent", asked_from="")
    yield "bare", replace(link, recipient_name="", ends_at=None, invited=True, role="admin", asked_from="")
    yield "reader", replace(link, invited=True, role="reader", asked_from="")


_CASES: dict[NoticeKind, Callable[[Any], Cases]] = {
    NoticeKind.RECEIPT: _receipt,
    NoticeKind.AGENT_NEW_TICKET: _agent_new_ticket,
    NoticeKind.AGENT_NEW_REPLY: _agent_new_reply,
    NoticeKind.PUBLIC_REPLY: _public_reply,
    NoticeKind.RESOLUTION: _resolution,
    NoticeKind.REOPENED: _reopened,
    NoticeKind.CLOSED: _closed,
    NoticeKind.CANCELLED: _cancelled,
    NoticeKind.REFUSED_COMMAND: _refused_command,
    **ANSWER_CASES,
    **STATUS_CASES,
    **SERVICE_CASES,
    **WORK_CASES,
    **CHANGE_CASES,
    **EVENT_CASES,
    NoticeKind.SIGN_IN_LINK: _sign_in_link,
}
