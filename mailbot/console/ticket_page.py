"""The page of one ticket: who and how it stands, its story, its files."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from starlette.responses import Response

from mailbot.console.paging import EPOCH, read_place, write_place
from mailbot.console.ticket_story import name_person, tell_story
from mailbot.console.tickets import name_agent
from mailbot.console.visit import PageError, Visit
from mailbot.desk.reference import read_ticket_reference, ticket_reference
from mailbot.desk.ticket import Ticket
from mailbot.workflows.office import Office


def show_ticket(visit: Visit) -> Response:
    with visit.room.open_office(reads_only=True) as office:
        ticket = get_ticket(visit, office)
        chapter = office.work.story.read_chapter(ticket.number, _before(visit))
        first = office.work.tickets.first_entry(ticket.number) if chapter.earlier else None
    if visit.argument("reference") != ticket_reference(visit.room.policy.prefix, ticket.number):
        return visit.redirect(f"/tickets/{ticket_reference(visit.room.policy.prefix, ticket.number)}")
    return visit.page(
        "ticket.html",
        ticket=ticket,
        story=tell_story(chapter, ticket, visit.room.policy, visit.texts),
        earlier=write_place(chapter.earlier, 0) if chapter.earlier else "",
        from_before=bool(visit.query.get("before")),
        first=first,
        name_of=lambda address: name_agent(visit.room.policy, address),
        person_of=lambda address: name_person(address, ticket, visit.room.policy, visit.texts),
    )


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


def _before(visit: Visit) -> datetime | None:
    place = read_place(visit.query.get("before", ""))
    return place.at if place and place.at > EPOCH else None
