"""Invented contexts of mails about announced events; a part of ``samples``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.contexts import DeskWords, NoticeContext, TicketWords
from mailbot.templates.contexts_events import EventContext, UnsubscribedContext
from mailbot.templates.mailto import mailto_link

Cases = Iterator[tuple[str, NoticeContext]]
_BEGAN, _ENDED = datetime(2026, 11, 23, 6, 50, tzinfo=UTC), datetime(2026, 11, 23, 13, 20, tzinfo=UTC)
_HOPED = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
_NIGHT, _MORNING = datetime(2026, 11, 28, 20, 0, tzinfo=UTC), datetime(2026, 11, 29, 1, 0, tzinfo=UTC)
_PAGE = "https://support.almby.example/unsubscribe/u3-17-k7wq2mzt4hxb6d3rcv5yfn8a2q7"
_ADDRESS = "support+u3-17-k7wq2mzt4hxb6d3rcv5yfn8a2q7@almby.example"


class Scene(Protocol):
    """What the samples of one language are made of."""

    language: str
    said: Mapping[str, str]
    desk: DeskWords


_SAID: dict[str, dict[str, str]] = {
    "sv": {
        "title": "E-posten är långsam",
        "words": "Mejl dröjer upp till en timme, både in och ut. Inget försvinner.\n\n"
        "En disk i e-postservern har gått sönder. Vi byter den nu.",
        "update": "Disken är bytt. Hälften av mejlen går fram direkt, resten är ikapp före lunch.",
        "end": "All e-post går fram igen, och allt som väntade är levererat.",
        "service": "E-post",
        "calendar": "Kalender",
        "planned": "Nytt trådlöst nätverk i stadshuset",
        "plan": "Vi byter utrustningen på alla våningar. Det trådlösa nätet är nere under tiden. "
        "Kabel och telefoni fungerar som vanligt.\n\nAnslut till nätet Almby-2 när du kommer på måndag.",
        "network": "Trådlöst nätverk",
        "customer": "Almby kommun",
    },
    "en": {
        "title": "E-mail is slow",
        "words": "Messages take up to an hour, in and out. Nothing is lost.\n\n"
        "A disk of the mail server has broken. We are replacing it now.",
        "update": "The disk is replaced. Half of all messages arrive at once, the rest will before noon.",
        "end": "All e-mail arrives again, and whatever waited has been delivered.",
        "service": "E-mail",
        "calendar": "Calendar",
        "planned": "New wireless network in the town hall",
        "plan": "We replace the equipment on all floors. The wireless network is down meanwhile. "
        "Cable and telephones work as usual.\n\nConnect to the network Almby-2 when you come on Monday.",
        "network": "Wireless network",
        "customer": "Almby municipality",
    },
}


def _event(scene: Scene) -> EventContext:
    said = _SAID.get(scene.language, _SAID["sv"])
    return EventContext(
        desk=scene.desk,
        ticket=TicketWords("", ""),
        recipient_name="Åsa",
        title=said["title"],
        words=said["words"],
        services=(said["service"], said["calendar"]),
        starts_at=_BEGAN,
        expected_end=_HOPED,
        customer_name=said["customer"],
        leave_link=_PAGE,
        leave_mailto=mailto_link(_ADDRESS, "unsubscribe", "unsubscribe"),
    )


def _maintenance(scene: Scene) -> EventContext:
    said = _SAID.get(scene.language, _SAID["sv"])
    return replace(
        _event(scene),
        planned=True,
        begun=False,
        title=said["planned"],
        words=said["plan"],
        services=(said["network"],),
        starts_at=_NIGHT,
        expected_end=_MORNING,
        why="customer",
    )


def _announced(scene: Scene) -> Cases:
    yield "ordinary", _event(scene)
    yield "planned", _maintenance(scene)
    yield "planned begun", replace(_maintenance(scene), begun=True, why="recent")
    yield (
        "bare",
        replace(
            _event(scene), recipient_name="", words="", services=(), expected_end=None, customer_name="", leave_link=""
        ),
    )


def _updated(scene: Scene) -> Cases:
    said = _SAID.get(scene.language, _SAID["sv"])
    updated = replace(_event(scene), words=said["update"])
    yield "ordinary", updated
    yield "planned", replace(_maintenance(scene), words=said["update"])
    yield "bare", replace(updated, recipient_name="", services=(), expected_end=None, leave_link="", why="recent")


def _ended(scene: Scene) -> Cases:
    said = _SAID.get(scene.language, _SAID["sv"])
    ended = replace(_event(scene), words=said["end"], ended_at=_ENDED)
    yield "ordinary", ended
    yield "planned", replace(_maintenance(scene), begun=True, words=said["end"], ended_at=_MORNING)
    yield "bare", replace(ended, recipient_name="", words="", services=(), leave_link="")


def _unsubscribed(scene: Scene) -> Cases:
    left = UnsubscribedContext(desk=scene.desk, ticket=TicketWords("", ""), recipient_name="Åsa", return_link=_PAGE)
    yield "ordinary", left
    yield "bare", replace(left, recipient_name="", return_link="")


EVENT_CASES = {
    NoticeKind.EVENT_ANNOUNCED: _announced,
    NoticeKind.EVENT_UPDATED: _updated,
    NoticeKind.EVENT_ENDED: _ended,
    NoticeKind.UNSUBSCRIBED: _unsubscribed,
}
