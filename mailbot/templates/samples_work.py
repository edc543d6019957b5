"""Invented contexts of what agents are told about their work; a part of ``samples``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.contexts import CommandWord, DeskWords, NoticeContext, TicketWords
from mailbot.templates.contexts_work import (
    CommandTranscriptContext,
    HandoverContext,
    LineOutcome,
    TicketBackContext,
    WatchListContext,
    WatchRow,
)

Cases = Iterator[tuple[str, NoticeContext]]
_BARE = TicketWords("SD-1", "")
_MONDAY = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
_NOON = datetime(2026, 11, 23, 12, 40, tzinfo=UTC)


class Scene(Protocol):
    """What the samples of one language are made of."""

    said: Mapping[str, str]
    language: str
    desk: DeskWords

    def ticket(self, state: str = "in_progress", **changes: str) -> TicketWords: ...


_SAID: dict[str, dict[str, str]] = {
    "sv": {
        "why": "Vi har bytt toner och drivrutin. Skrivaren når inte servern, så vi tror att det är switchen på plan 3.",
        "back": "Switchen är felfri. Skrivaren har fått en ny adress, och kön pekar på den gamla.",
        "take": "#ta",
        "take_is": "ta ärendet",
        "back_word": "#åter",
        "back_is": "lämna tillbaka det till desken och säg varför",
        "assign": "#tilldela nätverk",
        "assigned": "Gruppen nätverk har fått ärendet.",
        "wait": "#vänta 1 december Reservdelen kommer då",
        "waited": "Ärendet väntar till tisdag 1 december.",
        "mistyped": "#tildela nätverk",
        "unknown": "Ordet #tildela finns inte. Menade du #tilldela?",
        "step_read": "Läs det senaste svaret",
        "step_accept": "nätverk ska ta emot det senast måndag 23 november kl. 13:40",
        "step_assign": "Någon behöver ta det",
        "step_work": "Omar Nasser arbetar med det",
        "network": "nätverk",
        "vpn": "VPN fungerar inte hemifrån sedan i fredags",
        "room": "Projektorn i sal 4 blinkar rött",
        "mail": "Delad brevlåda saknas efter flytten till nya förvaltningen, fyra personer kan inte arbeta",
        "age1": "6 d 2 tim",
        "age2": "3 d 7 tim",
        "age3": "2 d 1 tim",
        "age4": "5 tim",
    },
    "en": {
        "why": "We changed toner and driver. The printer does not reach the server; we think of the switch on floor 3.",
        "back": "The switch is sound. The printer has got a new address, and the queue points to the old one.",
        "take": "#take",
        "take_is": "take the ticket",
        "back_word": "#return",
        "back_is": "give it back to the desk, and say why",
        "assign": "#assign network",
        "assigned": "The group network has got the ticket.",
        "wait": "#wait 1 December The part comes then",
        "waited": "The ticket waits until Tuesday 1 December.",
        "mistyped": "#asign network",
        "unknown": "There is no word #asign. Did you mean #assign?",
        "step_read": "Read the latest reply",
        "step_accept": "network should accept it by Monday 23 November at 13:40",
        "step_assign": "Somebody needs to take it",
        "step_work": "Omar Nasser works on it",
        "network": "network",
        "vpn": "VPN does not work from home since Friday",
        "room": "The projector in room 4 blinks red",
        "mail": "A shared mailbox is missing after the move to the new department, four people cannot work",
        "age1": "6 d 2 h",
        "age2": "3 d 7 h",
        "age3": "2 d 1 h",
        "age4": "5 h",
    },
}


def _said(scene: Scene) -> dict[str, str]:
    return _SAID.get(scene.language, _SAID["sv"])


def _take_or_return(said: Mapping[str, str]) -> tuple[CommandWord, ...]:
    return CommandWord(said["take"], said["take_is"]), CommandWord(said["back_word"], said["back_is"])


def _handover(scene: Scene) -> Cases:
    said = _said(scene)
    asked = HandoverContext(
        desk=scene.desk,
        ticket=scene.ticket(group_name=said["network"], assignee_name=""),
        recipient_name="Omar",
        group_name=said["network"],
        owner_name=scene.desk.name,
        by_name="Lisa Lind",
        why=said["why"],
        accept_by=_NOON,
        author_name="Åsa Öberg",
        author_address="asa.oberg@almby.example",
        words=scene.said["problem"],
        attachments=("tom sida.jpg",),
        commands=_take_or_return(said),
    )
    yield "ordinary", asked
    yield "without a limit", replace(asked, accept_by=None, attachments=())
    yield "bare", replace(asked, ticket=_BARE, recipient_name="", by_name="", why="", words="", author_name="")


def _ticket_back(scene: Scene) -> Cases:
    said = _said(scene)
    back = TicketBackContext(
        desk=scene.desk,
        ticket=scene.ticket(assignee_name=""),
        recipient_name="Lisa",
        reason="returned",
        group_name=said["network"],
        by_name="Omar Nasser",
        why=said["back"],
        words=scene.said["problem"],
        author_name="Åsa Öberg",
        commands=_take_or_return(said)[:1],
    )
    yield "ordinary", back
    yield "expired", replace(back, reason="expired", by_name="", why="", since=_MONDAY)
    yield "waited", replace(back, reason="waited", group_name="", by_name="", why="", ticket=scene.ticket())
    yield "bare", replace(back, ticket=_BARE, recipient_name="", by_name="", why="", words="", author_name="")


def _command_transcript(scene: Scene) -> Cases:
    said = _said(scene)
    obeyed = CommandTranscriptContext(
        desk=scene.desk,
        ticket=scene.ticket("pending", group_name=said["network"], assignee_name=""),
        recipient_name="Lisa",
        outcome="obeyed",
        lines=(
            LineOutcome(said["assign"], "done", said["assigned"]),
            LineOutcome(said["wait"], "done", said["waited"]),
        ),
        owner_name=scene.desk.name,
        next_step=said["step_assign"],
        age=said["age4"],
    )
    bad = (LineOutcome(said["mistyped"], "refused", said["unknown"]), LineOutcome(said["wait"], "skipped"))
    yield "ordinary", obeyed
    yield "refused", replace(obeyed, outcome="refused", lines=bad, works=_take_or_return(said))
    undone = (
        LineOutcome(said["wait"], "undone", said["waited"]),
        LineOutcome(said["mistyped"], "refused", said["unknown"]),
    )
    yield "undone", replace(obeyed, outcome="refused", lines=undone)
    yield "rehearsed", replace(obeyed, outcome="rehearsed")
    yield (
        "repeated",
        replace(obeyed, outcome="repeated", lines=(LineOutcome(said["assign"], "refused", said["unknown"]),)),
    )
    yield "bare", replace(obeyed, ticket=_BARE, recipient_name="", owner_name="", next_step="", age="")


def _watch_list(scene: Scene) -> Cases:
    said = _said(scene)
    rows = (
        WatchRow("SD-1017", said["vpn"], said["age1"], said["network"], said["step_accept"], "unaccepted", "high"),
        WatchRow("SD-1024", said["mail"], said["age2"], "Omar Nasser", said["step_work"], "", "critical"),
        WatchRow("SD-1029", said["room"], said["age3"], "", said["step_assign"], "", "low"),
        WatchRow("SD-1042", scene.said["subject"], said["age4"], "Jonas Ek", said["step_read"], "read", "medium"),
    )
    linked = tuple(replace(row, link=f"https://support.almby.example/tickets/{row.reference}") for row in rows)
    listed = WatchListContext(
        desk=scene.desk,
        ticket=TicketWords("", ""),
        recipient_name="Lisa",
        written_at=_MONDAY,
        rows=linked,
        total=4,
        unread=1,
        unaccepted=1,
        unassigned=1,
    )
    yield "ordinary", listed
    yield "many", replace(listed, rows=rows, total=51, more=47, contacts=3)
    yield "one", replace(listed, rows=rows[2:3], total=1, unread=0, unaccepted=0, recipient_name="")
    yield "receipts withheld", replace(listed, withheld=412)
    none = replace(listed, rows=(), total=0, unread=0, unaccepted=0, unassigned=0)
    yield "only receipts withheld", replace(none, withheld=1)


WORK_CASES = {
    NoticeKind.HANDOVER: _handover,
    NoticeKind.TICKET_BACK: _ticket_back,
    NoticeKind.COMMAND_TRANSCRIPT: _command_transcript,
    NoticeKind.WATCH_LIST: _watch_list,
}
