"""Invented contexts of what approvers and agents are told of changes; a part of ``samples``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol

from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.contexts import DeskWords, NoticeContext, TicketWords
from mailbot.templates.contexts_changes import (
    AnswerWords,
    ApprovalAskedContext,
    ApprovalNotedContext,
    ChangeNewsContext,
    ConflictWords,
)
from mailbot.templates.words import answer_mailto

Cases = Iterator[tuple[str, NoticeContext]]
_ADDRESS = "support+1060-7-2-k7wq2mzt4hxb6d3rcv5yfn8a2q7@almby.example"
_BARE = TicketWords("SD-1", "")
_STARTS, _ENDS = datetime(2026, 11, 29, 5, 0, tzinfo=UTC), datetime(2026, 11, 29, 7, 0, tzinfo=UTC)
_FRIDAY = datetime(2026, 11, 27, 10, 20, tzinfo=UTC)
_NIGHT, _MONDAY = datetime(2026, 11, 28, 21, 0, tzinfo=UTC), datetime(2026, 11, 30, 7, 0, tzinfo=UTC)


class Scene(Protocol):
    """What the samples of one language are made of."""

    language: str
    said: Mapping[str, str]
    desk: DeskWords

    def ticket(self, state: str = "in_progress", **changes: str) -> TicketWords: ...


_SAID: dict[str, dict[str, str]] = {
    "sv": {
        "subject": "Flytta e-posten till den nya servern",
        "plan": "Alla brevlådor flyttas till mx2. Vi stoppar inkommande mejl kl. 6, kopierar, byter DNS och öppnar.\n\n"
        "Inget försvinner: mejl som kommer under tiden väntar hos avsändaren.",
        "risk": "Ingen kan läsa eller skicka mejl under arbetet. Larmmejl från vårdcentralerna dröjer.",
        "back_out": "Peka DNS tillbaka till mx1. Det tar tio minuter, och mx1 står orörd till tisdag.",
        "mail": "E-post",
        "customer": "Almby kommun",
        "event": "Nytt trådlöst nätverk i stadshuset",
        "other": "Byte av brandvägg",
        "freeze": "Lönekörning",
        "why": "Inga ändringar förrän lönerna är utbetalda",
        "despite": "Den gamla servern klarar inte ett dygn till.",
        "declined": "Avslår. Vi har valvaka den natten, ta nästa söndag.",
    },
    "en": {
        "subject": "Move the mail to the new server",
        "plan": "All mailboxes move to mx2. We stop incoming mail at 6, copy, change DNS and open again.\n\n"
        "Nothing is lost: mail that comes meanwhile waits with its sender.",
        "risk": "Nobody can read or send mail while we work. Alarms by mail from the health centres are delayed.",
        "back_out": "Point DNS back to mx1. That takes ten minutes, and mx1 is kept as it is until Tuesday.",
        "mail": "E-mail",
        "customer": "Almby municipality",
        "event": "New wireless network in the town hall",
        "other": "New firewall",
        "freeze": "Payroll",
        "why": "No changes until salaries are paid",
        "despite": "The old server will not last another day.",
        "declined": "I decline. We count votes that night, take the Sunday after.",
    },
}


def _said(scene: Scene) -> dict[str, str]:
    return _SAID.get(scene.language, _SAID["sv"])


def _shared(scene: Scene, name: str) -> dict[str, Any]:
    ticket = scene.ticket(reference="SD-1060", subject=_said(scene)["subject"], kind="change")
    return {
        "desk": scene.desk,
        "ticket": replace(ticket, requester_name="", requester_address=""),
        "recipient_name": name,
    }


def _mailtos(scene: Scene) -> dict[str, Any]:
    return {f"{a}_mailto": answer_mailto(scene.language, a, _ADDRESS, "SD-1060") for a in ("approve", "decline")}


def _conflicts(said: Mapping[str, str]) -> tuple[ConflictWords, ...]:
    return (
        ConflictWords("freeze", said["freeze"], _NIGHT, _MONDAY, why=said["why"]),
        ConflictWords("announcement", said["event"], _NIGHT, None, reference="17", shared=(said["mail"],)),
        ConflictWords("change", said["other"], _STARTS, _ENDS, reference="SD-1063", shared=(said["customer"],)),
    )


def _approval_asked(scene: Scene) -> Cases:
    said = _said(scene)
    asked = ApprovalAskedContext(
        **_shared(scene, "Carl"),
        **_mailtos(scene),
        plan=said["plan"],
        risk=said["risk"],
        back_out=said["back_out"],
        starts_at=_STARTS,
        ends_at=_ENDS,
        services=(said["mail"],),
        customers=(said["customer"],),
        by_name="Lisa Lind",
    )
    yield "ordinary", asked
    yield (
        "conflicts",
        replace(
            asked, conflicts=_conflicts(said), despite=said["despite"], wrong_hours="inside", revision=2, again=True
        ),
    )
    yield "reminder", replace(asked, reminder=True, wrong_hours="outside")
    yield "afterwards", replace(asked, change_type="emergency", afterwards=True)
    yield (
        "bare",
        replace(
            asked,
            ticket=_BARE,
            recipient_name="",
            plan="",
            risk="",
            back_out="",
            starts_at=None,
            ends_at=None,
            services=(),
            customers=(),
            by_name="",
        ),
    )


def _approval_noted(scene: Scene) -> Cases:
    noted = ApprovalNotedContext(
        **_shared(scene, "Carl"),
        **_mailtos(scene),
        outcome="approve",
        change_state="scheduled",
        starts_at=_STARTS,
        ends_at=_ENDS,
    )
    yield "ordinary", noted
    yield "declined", replace(noted, outcome="decline", change_state="declined")
    yield "by agent", replace(noted, by_name="Lisa Lind", way="phone", change_state="asked")
    for outcome in ("unclear", "evidence", "superseded", "decided"):
        yield outcome, replace(noted, outcome=outcome, change_state="asked")
    yield "late", replace(noted, outcome="late", change_state="implementing")
    yield "bare", replace(noted, ticket=_BARE, recipient_name="", change_state="", starts_at=None, ends_at=None)


def _change_news(scene: Scene) -> Cases:
    said = _said(scene)
    yes, no = AnswerWords("Carl Berg", "approve", _FRIDAY), AnswerWords("Eva Ny", "decline", _FRIDAY)
    news = ChangeNewsContext(
        **_shared(scene, "Lisa"),
        news="approved",
        change_state="scheduled",
        starts_at=_STARTS,
        ends_at=_ENDS,
        answers_given=(yes, replace(no, answer="approve")),
    )
    yield "ordinary", news
    yield "not scheduled", replace(news, change_state="approved", conflicts=_conflicts(said)[:1])
    yield (
        "declined",
        replace(news, news="declined", change_state="declined", answers_given=(yes, no), words=said["declined"]),
    )
    yield "lapsed", replace(news, news="lapsed", change_state="lapsed", answers_given=(yes, AnswerWords("Eva Ny")))
    yield "near", replace(news, news="near", conflicts=_conflicts(said)[1:])
    yield "overdue", replace(news, news="overdue", change_state="implementing", answers_given=())
    yield (
        "afterwards",
        replace(news, news="declined", afterwards=True, change_state="implemented", answers_given=(no,)),
    )
    yield "bare", replace(news, ticket=_BARE, recipient_name="", starts_at=None, ends_at=None, answers_given=())


CHANGE_CASES = {
    NoticeKind.APPROVAL_ASKED: _approval_asked,
    NoticeKind.APPROVAL_NOTED: _approval_noted,
    NoticeKind.CHANGE_NEWS: _change_news,
}
