"""The page of one ticket: who and how it stands, its story, its files, who has it open, and the forms to work in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from mailbot.console.paging import EPOCH, read_place, write_place
from mailbot.console.presence import Present
from mailbot.console.ticket_first_aid import read_first_aid
from mailbot.console.ticket_story import name_person, tell_story
from mailbot.console.ticket_together import kinds_of, read_together
from mailbot.console.tickets import name_agent
from mailbot.console.visit import PageError, Rank, Visit
from mailbot.desk.lifecycle import Trigger, allowed
from mailbot.desk.policy import Policy
from mailbot.desk.reference import read_ticket_reference, ticket_reference
from mailbot.desk.ticket import Ticket
from mailbot.store.ticket_story import Chapter
from mailbot.workflows.merging import WORDS
from mailbot.workflows.office import Office

SPEAKING = {
    "note": None,
    "reply": None,
    "resolve": Trigger.RESOLVE,
    "verify": Trigger.VERIFY,
    "reopen": Trigger.REOPEN,
    "cancel": Trigger.CANCEL,
}
"""What the words of an agent may be, and what the ticket's state must allow for it; the first is the safe one."""

MOST_BESIDE = 20
"""So many calls, and so many words that may be split off, stand beside the story."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What an agent had typed into which form when something came between."""

    act: str = "note"
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        return self.form.get("words", "") if self.act in SPEAKING else ""

    def of(self, act: str, name: str, otherwise: str = "") -> str:
        """What stood in a field of that act's form, where it was the one that was sent."""
        return self.form.get(name, otherwise) if self.act == act else otherwise


def show_ticket(visit: Visit) -> Response:
    """The ticket under its one address: other ways to write its number lead there."""
    with visit.room.open_office(reads_only=True) as office:
        ticket, chapter, values = _read(visit, office)
    reference = ticket_reference(visit.room.policy.prefix, ticket.number)
    if visit.argument("reference") != reference:
        return visit.redirect(f"/tickets/{reference}")
    return _show(visit, ticket, chapter, values, Typed(_first_act(visit, ticket)))


def show_again(
    visit: Visit, typed: Typed, *, changed: bool = False, trouble: str = "", unclear: Exception | None = None
) -> Response:
    """The page after an act that was not done, as the ticket stands now, with what was typed in its place.

    ``unclear``: a ``ticket_choosing.Unclear``, with the tickets that may have been meant.
    """
    with visit.room.open_office(reads_only=True) as office:
        ticket, chapter, values = _read(visit, office)
    return _show(visit, ticket, chapter, values, typed, changed=changed, trouble=trouble, unclear=unclear)


def say_here(visit: Visit) -> Response:
    """The page is still open in somebody's browser: who else has it, and whether it has changed since."""
    with visit.room.open_office(reads_only=True) as office:
        ticket = get_ticket(visit, office)
    others = _meet(visit, ticket, writes=visit.form.get("writes") == "yes")
    said = [
        visit.texts("present.writes" if other.writes else "present.reads", name=other.name or other.address)
        for other in others
    ]
    changed = visit.form.get("version", "") != str(ticket.version)
    return visit.json({"present": said, "changed": visit.texts("present.changed") if changed else ""})


def get_ticket(visit: Visit, office: Office, *, lock: bool = False) -> Ticket:
    """The ticket in the path of the page. Raises PageError (404) where there is none."""
    typed = visit.argument("reference")
    number = read_ticket_reference(office.policy.prefix, typed)
    found = office.work.tickets.find(number, lock=lock) if number is not None and number < 2**53 else None
    if found is None:
        raise PageError(404, "no_ticket", typed[:100])
    return found


def send_file(visit: Visit) -> Response:
    """An attachment, to be kept and never shown: whatever it claims to be, the browser may only save it."""
    with visit.room.open_office(reads_only=True) as office:
        ticket = get_ticket(visit, office)
        kept = office.work.story.find_file(ticket.number, visit.argument("sha256"))
    if kept is None:
        raise PageError(404, "not_found")
    return download(kept.content, kept.filing.filename)


def download(content: bytes, filename: str) -> Response:
    """An answer that is saved under a name (RFC 6266), of a type that no browser runs."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in filename)[:150] or "file"
    name = quote(filename.encode("utf-8", "replace")[:600].decode("utf-8", "ignore"), safe="")
    return Response(
        content,
        media_type="application/octet-stream",
        headers={"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{name}"},
    )


def _read(visit: Visit, office: Office) -> tuple[Ticket, Chapter, dict[str, Any]]:
    ticket = get_ticket(visit, office)
    chapter = office.work.story.read_chapter(ticket.number, _before(visit))
    first = office.work.tickets.first_entry(ticket.number) if chapter.earlier else None
    calls = office.work.contacts.of_ticket(ticket.number)[-MOST_BESIDE:]
    together = read_together(office, ticket)
    ready = read_first_aid(visit, office, ticket)
    return ticket, chapter, {"first": first, "calls": calls, "together": together, "first_aid": ready}


def _show(
    visit: Visit,
    ticket: Ticket,
    chapter: Chapter,
    values: dict[str, Any],
    typed: Typed,
    *,
    changed: bool = False,
    trouble: str = "",
    unclear: Exception | None = None,
) -> Response:
    policy = visit.room.policy
    may_act, merged = visit.visitor.rank >= Rank.AGENT, values["together"].merged
    return visit.page(
        "ticket.html",
        status=409 if changed or trouble else 200,
        ticket=ticket,
        story=tell_story(chapter, ticket, policy, visit.texts),
        earlier=write_place(chapter.earlier, 0) if chapter.earlier else "",
        from_before=bool(visit.query.get("before")),
        name_of=lambda address: name_agent(policy, address),
        person_of=lambda address: name_person(address, ticket, policy, visit.texts),
        typed=typed,
        changed=changed,
        trouble=trouble,
        unclear=unclear,
        may_act=may_act,
        acts=[name for name in _acts(ticket) if not (merged and name == "reopen")] if may_act else [],
        may=frozenset(trigger.value for trigger in allowed(ticket.state)),
        kinds=kinds_of(ticket),
        said_by_people=[e for e in chapter.entries if e.kind in WORDS][::-1][:MOST_BESIDE] if may_act else [],
        workers=_workers(policy),
        groups=[group.name for group in policy.groups],
        present=_meet(visit, ticket),
        **values,
    )


def _meet(visit: Visit, ticket: Ticket, *, writes: bool = False) -> list[Present]:
    who = visit.visitor
    return visit.room.presence.meet(ticket.number, Present(who.address, who.name, visit.now, writes))


def _acts(ticket: Ticket) -> list[str]:
    """What an agent's words may be in this state; nobody is there to be written to in a ticket of monitoring."""
    possible = allowed(ticket.state)
    found = [name for name, trigger in SPEAKING.items() if trigger is None or trigger in possible]
    return [name for name in found if ticket.requester or name not in ("reply", "verify")]


def _first_act(visit: Visit, ticket: Ticket) -> str:
    asked = visit.query.get("act", "")
    return asked if asked in _acts(ticket) else "note"


def _workers(policy: Policy) -> list[tuple[str, str]]:
    """(what the form sends, what is shown): groups, then agents."""
    agents = [(a.mailbox.address, a.mailbox.name or a.mailbox.address) for a in policy.agents]
    return [(g.name, g.name) for g in policy.groups] + sorted(agents, key=lambda one: one[1].lower())


def _before(visit: Visit) -> datetime | None:
    place = read_place(visit.query.get("before", ""))
    return place.at if place and place.at > EPOCH else None
