"""Invented contexts for every notice, so that a wording can be seen and tried before anything has happened.

The first one of each kind is the ordinary case; the others are the turns that a wording has to take.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

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
    TicketWords,
)
from mailbot.templates.words import answer_mailto

_DESK = DeskWords(
    name="IT-supporten",
    address="support@almby.example",
    phone="0123-45 67 89",
    hours="vardagar 8–18",
    organisation="Almby kommun",
)
_TICKET = TicketWords(
    reference="SD-1042",
    subject="Skrivaren på plan 3 skriver bara ut tomma sidor",
    state="in_progress",
    kind="incident",
    priority="high",
    requester_name="Åsa Öberg",
    requester_address="asa.oberg@almby.example",
    assignee_name="Jonas Ek",
    group_name="Skrivare och arbetsplats",
    opened_at=datetime(2026, 11, 23, 8, 12, tzinfo=UTC),
    promised_by=datetime(2026, 11, 23, 12, 40, tzinfo=UTC),
)
_PROBLEM = """Hej!

Sedan i morse kommer det bara tomma sidor ur skrivaren på plan 3, oavsett vem som skriver ut.
Vi har provat att stänga av och slå på den. Tonern byttes i fredags.

Vi har ett sammanträde klockan ett och behöver handlingarna på papper."""
_SOLUTION = """Tonerkassetten satt snett efter bytet i fredags. Vi har satt den rätt och skrivit ut tre provsidor.

Skulle det bli tomma sidor igen: öppna luckan på framsidan och tryck kassetten inåt tills det klickar."""
_ADDRESS = "support+SD1042.k7wq2mzt4hxb6d3rcv5yfn8a.2@almby.example"


def sample_context(kind: NoticeKind, language: str = "sv") -> NoticeContext:
    """The ordinary case of a notice."""
    return next(iter(sample_contexts(kind, language).values()))


def sample_contexts(kind: NoticeKind, language: str = "sv") -> dict[str, NoticeContext]:
    """Every case of a notice, by name, the ordinary one first; links with a ready answer are in ``language``."""
    return dict(_CASES[kind](language))


Cases = Iterator[tuple[str, NoticeContext]]


def _receipt(language: str) -> Cases:
    ticket = replace(_TICKET, state="new")
    known = ReceiptContext(desk=_DESK, ticket=ticket, recipient_name="Åsa", sender_verified=True, excerpt=_PROBLEM)
    yield "ordinary", known
    yield "neutral", replace(known, sender_verified=False)
    yield "unpromised", replace(known, ticket=replace(ticket, promised_by=None), excerpt="")
    yield (
        "bare",
        replace(known, desk=DeskWords("IT", "it@a.example"), ticket=TicketWords("SD-1", ""), recipient_name=""),
    )


def _agent_new_ticket(language: str) -> Cases:
    ticket = AgentNewTicketContext(
        desk=_DESK,
        ticket=replace(_TICKET, state="new"),
        recipient_name="Jonas",
        author_name="Åsa Öberg",
        author_address="asa.oberg@almby.example",
        excerpt=_PROBLEM,
        attachments=("tom sida.jpg", "felkod.pdf"),
    )
    yield "ordinary", ticket
    yield "given", replace(ticket, given=True, ticket=replace(_TICKET, link="https://support.almby.example/t/1042"))
    yield "unverified", replace(ticket, author_verified=False, attachments=())
    yield "bare", replace(ticket, ticket=TicketWords("SD-1", ""), author_name="", author_address="", excerpt="")


def _agent_new_reply(language: str) -> Cases:
    reply = AgentNewReplyContext(
        desk=_DESK,
        ticket=replace(_TICKET, state="pending"),
        recipient_name="Jonas",
        author_name="Åsa Öberg",
        author_address="asa.oberg@almby.example",
        excerpt="Modellen heter LX-430 och står vid kopiatorn.",
    )
    yield "ordinary", reply
    unclear = "Nu fungerar det på min dator men inte på Karins."
    yield (
        "needs reading",
        replace(reply, ticket=replace(_TICKET, state="resolved"), needs_reading=True, excerpt=unclear),
    )
    yield "held", replace(reply, held=True, author_verified=False, author_name="", author_address="okand@annan.example")
    yield "unverified", replace(reply, author_verified=False)


def _public_reply(language: str) -> Cases:
    reply = PublicReplyContext(
        desk=_DESK,
        ticket=replace(_TICKET, state="pending"),
        agent_name="Jonas Ek",
        words="Hej Åsa!\n\nVilken modell är det? Det står på en etikett på baksidan.\n\nHälsningar",
        awaits_answer=True,
        quoted_words=_PROBLEM,
        quoted_name="Åsa Öberg",
        quoted_at=datetime(2026, 11, 23, 8, 12, tzinfo=UTC),
    )
    yield "ordinary", reply
    yield (
        "no answer needed",
        replace(reply, awaits_answer=False, attachments=("Lathund skrivare.pdf",), quoted_words=""),
    )
    yield "bare", replace(reply, ticket=TicketWords("SD-1", ""), agent_name="", quoted_name="", quoted_at=None)


def _resolution(language: str) -> Cases:
    resolution = ResolutionContext(
        desk=_DESK,
        ticket=replace(_TICKET, state="resolved"),
        recipient_name="Åsa",
        solution=_SOLUTION,
        agent_name="Jonas Ek",
        accept_mailto=answer_mailto(language, "accept", _ADDRESS, "SD-1042"),
        reopen_mailto=answer_mailto(language, "reopen", _ADDRESS, "SD-1042"),
    )
    yield "ordinary", resolution
    yield (
        "closes on silence",
        replace(resolution, closes_on_silence=True, page_link="https://support.almby.example/a/k7"),
    )
    yield "bare", replace(resolution, ticket=TicketWords("SD-1", ""), recipient_name="", solution="", agent_name="")


def _reopened(language: str) -> Cases:
    reopened = ReopenedContext(
        desk=_DESK,
        ticket=_TICKET,
        recipient_name="Åsa",
        by_name="Åsa Öberg",
        words="Nej, nu är det tomma sidor igen. Det klickade aldrig.",
    )
    yield "ordinary", reopened
    yield "by agent", replace(reopened, by_requester=False, by_name="Jonas Ek", words="Felet syns även på plan 4.")
    yield "bare", replace(reopened, ticket=TicketWords("SD-1", ""), by_requester=False, by_name="", words="")


def _closed(language: str) -> Cases:
    closed = ClosedContext(
        desk=_DESK,
        ticket=replace(_TICKET, state="closed"),
        recipient_name="Åsa",
        agent_name="Jonas Ek",
        solution=_SOLUTION,
        reopen_until=datetime(2026, 12, 7, 17, tzinfo=UTC),
        reopen_mailto=answer_mailto(language, "reopen", _ADDRESS, "SD-1042"),
    )
    yield "ordinary", closed
    yield "by contact", replace(closed, evidence="contact", reopen_until=None)
    yield "by silence", replace(closed, evidence="silence", reopen_mailto="", solution="")
    yield "by another", replace(closed, verified_by_name="Karin Lund", ticket=TicketWords("SD-1", ""))


def _cancelled(language: str) -> Cases:
    words = "Det här är samma fel som i SD-1040. Vi arbetar vidare där, och du får besked därifrån."
    cancelled = CancelledContext(
        desk=_DESK, ticket=replace(_TICKET, state="cancelled"), recipient_name="Åsa", agent_name="Jonas Ek", words=words
    )
    yield "ordinary", cancelled
    yield "bare", replace(cancelled, ticket=TicketWords("SD-1", ""), agent_name="", words="")


def _refused_command(language: str) -> Cases:
    refused = RefusedCommandContext(
        desk=_DESK,
        ticket=replace(_TICKET, state="closed"),
        recipient_name="Jonas",
        command="#resolve",
        reason="state",
        works=(CommandWord("#reopen"), CommandWord("#note")),
    )
    yield "ordinary", refused
    for reason in ("right", "argument", "evidence", "superseded", "unknown"):
        yield reason, replace(refused, reason=reason, command="#asign nätverk", detail="")
    yield "bare", replace(refused, command="", works=(), detail="Skriv till oss om du är osäker.")


_CASES = {
    NoticeKind.RECEIPT: _receipt,
    NoticeKind.AGENT_NEW_TICKET: _agent_new_ticket,
    NoticeKind.AGENT_NEW_REPLY: _agent_new_reply,
    NoticeKind.PUBLIC_REPLY: _public_reply,
    NoticeKind.RESOLUTION: _resolution,
    NoticeKind.REOPENED: _reopened,
    NoticeKind.CLOSED: _closed,
    NoticeKind.CANCELLED: _cancelled,
    NoticeKind.REFUSED_COMMAND: _refused_command,
}
