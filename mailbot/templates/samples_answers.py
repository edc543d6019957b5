"""Invented contexts of the question whether it is solved, beyond the first one; a part of ``samples``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.contexts import CommandWord, DeskWords, NoticeContext, TicketWords
from mailbot.templates.contexts_answers import (
    AcceptanceNotedContext,
    ContactNeededContext,
    VerificationReminderContext,
)

Cases = Iterator[tuple[str, NoticeContext]]
_BARE = TicketWords("SD-1", "")
_ASKED, _ENDS = datetime(2026, 11, 23, 14, 5, tzinfo=UTC), datetime(2026, 11, 30, 14, 5, tzinfo=UTC)


class Scene(Protocol):
    """What the samples of one language are made of."""

    language: str
    desk: DeskWords
    said: Mapping[str, str]
    accept: str
    reopen: str

    def ticket(self, state: str = "in_progress", **changes: str) -> TicketWords: ...


def _reminder(scene: Scene) -> Cases:
    reminder = VerificationReminderContext(
        desk=scene.desk,
        ticket=scene.ticket("resolved"),
        recipient_name="Åsa",
        solution=scene.said["solution"],
        agent_name="Jonas Ek",
        accept_mailto=scene.accept,
        reopen_mailto=scene.reopen,
        asked_at=_ASKED,
        ends_at=_ENDS,
    )
    yield "ordinary", reminder
    yield (
        "closes on silence",
        replace(reminder, closes_on_silence=True, number=2, page_link="https://support.almby.example/a/k7"),
    )
    yield "closed by mistake", replace(reminder, mistaken=True, asked_at=None)
    yield (
        "bare",
        replace(reminder, ticket=_BARE, recipient_name="", solution="", agent_name="", asked_at=None, ends_at=None),
    )


def _noted(scene: Scene) -> Cases:
    noted = AcceptanceNotedContext(
        desk=scene.desk,
        ticket=scene.ticket("resolved"),
        recipient_name="Åsa",
        left=1,
        reopen_mailto=scene.reopen,
    )
    yield "ordinary", noted
    yield "several left", replace(noted, left=3, page_link="https://support.almby.example/a/k7")
    yield "bare", replace(noted, ticket=_BARE, recipient_name="", reopen_mailto="")


_SAID = {
    "sv": {
        "verify": "#verifiera",
        "verify_is": "användaren har sagt att det fungerar: skriv telefon och vad som sades",
    },
    "en": {"verify": "#verify", "verify_is": "the requester has told you that it works: write phone and what was said"},
}


def _contact(scene: Scene) -> Cases:
    said = _SAID.get(scene.language, _SAID["sv"])
    contact = ContactNeededContext(
        desk=scene.desk,
        ticket=scene.ticket("resolved"),
        recipient_name="Jonas",
        solution=scene.said["solution"],
        resolved_at=_ASKED,
        commands=(CommandWord(said["verify"], said["verify_is"]), CommandWord("#reopen"), CommandWord("#note")),
    )
    yield "ordinary", contact
    for why in ("held_reply", "unread_reply", "undelivered"):
        yield why.replace("_", " "), replace(contact, why=why)
    yield "several", replace(contact, silent_names=("Åsa Öberg", "Karin Lund"))
    yield "bare", replace(contact, ticket=_BARE, solution="", resolved_at=None, commands=())


ANSWER_CASES = {
    NoticeKind.VERIFICATION_REMINDER: _reminder,
    NoticeKind.ACCEPTANCE_NOTED: _noted,
    NoticeKind.CONTACT_NEEDED: _contact,
}
