"""Where in the studio one is: a notice in a language, the cases to show it with, and what it says in one of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from mailbot.console.studio import Busy
from mailbot.console.visit import PageError, Visit
from mailbot.desk.reference import ticket_reference
from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.catalogue import NoticeContext, Rendered
from mailbot.templates.samples import sample_contexts
from mailbot.wording_room import Trial
from mailbot.workflows.office import Office
from mailbot.workflows.wording import Draft, WordingDesk, languages
from mailbot.workflows.wording_cases import case_of, may_tell_of, recent_tickets

PATIENCE = 12.0
"""Seconds that saving waits for its turn; looking does not wait, it is asked again."""
MOST_SHOWN = 600_000
"""Characters. A mail program shows a sixth of that."""
ORDINARY = "sample:ordinary"
_PREHEADER = re.compile(r'<div style="display:none[^"]*">(.*?)&#847;', re.S)


@dataclass(frozen=True, slots=True)
class Place:
    kind: NoticeKind
    language: str

    @property
    def path(self) -> str:
        return f"/wording/{self.kind.value}/{self.language}"


@dataclass(frozen=True, slots=True)
class Preview:
    """``frame`` is the path of the HTML, empty where there is none; ``fault`` says why there is nothing to show."""

    subject: str = ""
    preheader: str = ""
    text: str = ""
    frame: str = ""
    height: int = 0
    fault: str = ""


def find_place(visit: Visit) -> Place:
    """Raises PageError (404) for a notice or a language that does not exist."""
    notice, language = visit.argument("notice"), visit.argument("language")
    if notice not in set(NoticeKind) or language not in languages():
        raise PageError(404, "not_found", f"{notice}/{language}"[:80])
    return Place(NoticeKind(notice), language)


def read_source(visit: Visit) -> str:
    """What was typed; browsers end the lines of a form with CR LF."""
    return visit.form.get("source", "").replace("\r\n", "\n")


def read_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def wording_desk(visit: Visit) -> WordingDesk:
    return WordingDesk(visit.room.open_office, visit.room.wording)


def list_cases(visit: Visit, office: Office, place: Place) -> list[tuple[str, str]]:
    """(value, text) of what a wording can be shown with: samples by name, then the tickets that changed last."""
    samples = sample_contexts(place.kind, place.language)
    cases = [(f"sample:{name}", _case_words(visit, name)) for name in samples]
    for ticket in recent_tickets(office, place.kind):
        reference = ticket_reference(office.policy.prefix, ticket.number)
        cases.append((f"ticket:{ticket.number}", f"{reference} {ticket.subject[:60]}"))
    return cases


def _case_words(visit: Visit, name: str) -> str:
    key = f"wording.case.{name.replace(' ', '_')}"
    return visit.texts(key) if visit.texts.has(key) else name.capitalize()


def find_context(office: Office, place: Place, case: str) -> NoticeContext:
    """What the notice speaks of in a case; the ordinary sample where there is no such case."""
    samples = sample_contexts(place.kind, place.language)
    sort, _, name = case.partition(":")
    number = read_number(name) if sort == "ticket" else None
    ticket = office.work.tickets.find(number) if number else None
    if ticket and may_tell_of(office, place.kind, ticket):
        return case_of(office, place.kind, place.language, ticket)
    return samples.get(name) or samples["ordinary"]


def speak(visit: Visit, place: Place, source: str, case: str, patience: float = 0.0) -> Rendered | str:
    """The wording in words; a sentence where it has none. Raises ``Busy``."""
    with visit.room.open_office(reads_only=True) as office:
        context = find_context(office, place, case)
    with visit.room.studio.turn(patience):
        return wording_desk(visit).preview(Draft(place.kind, place.language, source), context)


def preview(visit: Visit, place: Place, source: str, case: str, patience: float = 0.0) -> Preview:
    """What to show beside the editor. Raises ``Busy``."""
    rendered = speak(visit, place, source, case, patience)
    if isinstance(rendered, str):
        return Preview(fault=visit.texts("wording.preview_fault"))
    if len(rendered.html) + len(rendered.text) > MOST_SHOWN:
        return Preview(fault=visit.texts("wording.preview_large"))
    frame = ""
    if rendered.html:
        frame = f"/wording/frames/{visit.room.studio.keep(visit.visitor.session, rendered.html, visit.now)}"
    found = _PREHEADER.search(rendered.html)
    preheader = unescape(re.sub(r"<[^>]*>", "", found[1])).strip() if found else ""
    return Preview(rendered.subject, preheader, rendered.text, frame, _height(rendered.text))


def _height(text: str) -> int:
    """Pixels that the mail will hardly exceed: a frame without scripts cannot tell its own."""
    lines = sum(1 + len(line) // 48 for line in text.split("\n"))
    return min(4000, 360 + 30 * lines)


def try_draft(visit: Visit, place: Place, source: str, patience: float = 0.0) -> Trial:
    """Every problem of what was typed. Raises ``Busy``."""
    with visit.room.studio.turn(patience):
        return wording_desk(visit).try_draft(Draft(place.kind, place.language, source))


def not_busy(visit: Visit, ask: Any, *arguments: Any) -> Any:
    """``ask(visit, …)`` with patience. Raises PageError (503) where others took all turns."""
    try:
        return ask(visit, *arguments, patience=PATIENCE)
    except Busy:
        raise PageError(503, "wording_busy") from None
