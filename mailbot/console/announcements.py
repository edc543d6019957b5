"""Announced events: the list, and the page of one with how it stands, whose tickets are about it, and the acts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from mailbot.console.announcement_audience import read_reached
from mailbot.console.announcement_trial import Tried, try_announcement
from mailbot.console.moments import write_local
from mailbot.console.paging import PAGE, Leaf, cut_leaf, read_number
from mailbot.console.ticket_together import asked_of
from mailbot.console.tickets import name_agent
from mailbot.console.visit import PageError, Rank, Visit
from mailbot.desk.announcements import Announcement
from mailbot.desk.ticket import Entry, Ticket
from mailbot.store.journal import Record
from mailbot.workflows.office import Office

TABS = ("current", "planned", "ended")
TOLD = ("announcement_made", "announcement_updated", "announcement_ended")
ANSWERS = (
    "resolution_accepted",
    "resolution_accepted_in_part",
    "resolution_verified",
    "resolution_expired",
    "resolution_proposed",
    "acceptance_undone",
    "ticket_reopened",
)
"""The newest of these says how somebody whose ticket was about an event has answered that it is over."""


@dataclass(frozen=True, slots=True)
class Told:
    """One time that people were told: ``words`` where the ticket kept them."""

    at: datetime
    name: str
    who: str
    count: int
    words: str


@dataclass(frozen=True, slots=True)
class Touched:
    """A ticket that is about the event, and the name of its newest answer ("" for none yet)."""

    ticket: Ticket
    answer: str
    link: int


def show_announcements(visit: Visit) -> Response:
    which = visit.query.get("state", "") if visit.query.get("state") in TABS else "current"
    came = next((way for way in ("beyond", "back") if visit.query.get(way)), "")
    beyond = read_number(visit.query.get(came, ""))
    with visit.room.open_office(reads_only=True) as office:
        lists = office.work.announcements
        rows = lists.list_page(which, visit.now, beyond=beyond, backwards=came == "back", limit=PAGE + 1)
        touched = office.work.links.count_children_of([a.ticket for a in rows])
        ahead = len(lists.list_page("planned", visit.now, limit=PAGE)) if which != "planned" else len(rows)
        going = len(lists.list_page("current", visit.now, limit=PAGE)) if which != "current" else len(rows)
    address = {"state": "" if which == "current" else which}
    return visit.page(
        "announcements.html",
        which=which,
        tabs=TABS,
        counts={"current": going, "planned": ahead},
        leaf=cut_leaf(rows, address, lambda a: str(a.number), came=came),
        touched=touched,
        may_act=visit.visitor.rank >= Rank.AGENT,
    )


def show_announcement(visit: Visit) -> Response:
    return show_one(visit)


def show_one(visit: Visit, *, wrong: dict[str, str] | None = None, status: int = 200) -> Response:
    """The page of one; ``wrong``: what was not right in the form that was sent, by field, beside what was typed."""
    number = visit.argument("number", number=True)
    came = next((way for way in ("beyond", "back") if visit.query.get(way)), "")
    with visit.room.open_office(reads_only=True) as office:
        found = get_announcement(office, number)
        ticket = office.work.tickets.get(found.ticket)
        counts = office.work.links.count_children(found.ticket)
        values = {
            "told": _read_told(office, visit, found),
            "leaf": _page_touched(office, visit, found, came),
            "denied": office.work.links.count_undone_children(found.ticket),
            "tried": _look_for_more(office, visit, found),
            "reached": read_reached(office, found, named=bool(visit.query.get("people"))),
        }
    return visit.page(
        "announcement.html",
        status=status,
        one=found,
        standing_now=standing_of(found, visit.now),
        ticket=ticket,
        counts=counts,
        joined=sum(count for count, _ in counts.values()),
        asked=asked_of(counts),
        typed=defaultdict(str, visit.form),
        wrong=defaultdict(str, wrong or {}),
        name_of=lambda address: name_agent(visit.room.policy, address),
        local=lambda at: write_local(at, visit.room.policy.timezone),
        titles_of=[s.title_in(visit.language) for s in visit.room.policy.services if s.name in found.services],
        may_act=visit.visitor.rank >= Rank.AGENT,
        **values,
    )


def get_announcement(office: Office, number: int) -> Announcement:
    """Raises PageError (404) where there is none of that number."""
    found = office.work.announcements.find(number)
    if found is None:
        raise PageError(404, "no_announcement", str(number))
    return found


def standing_of(announcement: Announcement, now: datetime) -> str:
    """current, planned or ended."""
    if announcement.ended_at:
        return "ended"
    return "current" if announcement.starts_at <= now else "planned"


def _read_told(office: Office, visit: Visit, announcement: Announcement) -> list[Told]:
    """Each time that people were told, oldest first. The words are those that were kept at the same moment."""
    facts = office.work.journal.named(announcement.ticket, TOLD)
    said = office.work.story.words_at(announcement.ticket, [fact.at for fact in facts])
    return [_told(visit, fact, said) for fact in facts]


def _told(visit: Visit, fact: Record, said: dict[datetime, Entry]) -> Told:
    entry = said.get(fact.at)
    who = name_agent(visit.room.policy, fact.actor)
    return Told(
        fact.at,
        fact.name,
        who,
        int(fact.details.get("told", 0)),
        fact.details.get("words") or (entry.words if entry else ""),
    )


def _page_touched(office: Office, visit: Visit, announcement: Announcement, came: str) -> Leaf[Touched]:
    beyond = read_number(visit.query.get(came, ""))
    links = office.work.links.page_children(
        announcement.ticket, beyond=beyond, backwards=came == "back", limit=PAGE + 1
    )
    numbers = [link.ticket for link in links]
    tickets = office.work.tickets.list_numbered(numbers)
    answers = office.work.journal.last_of_each(numbers, ANSWERS)
    rows = [Touched(tickets[k.ticket], answers[k.ticket].name if k.ticket in answers else "", k.id) for k in links]
    return cut_leaf(rows, {}, lambda row: str(row.link), came=came)


def _look_for_more(office: Office, visit: Visit, announcement: Announcement) -> Sequence[Tried] | None:
    """Open tickets that may be about it too, where somebody asks for them; None where nobody did."""
    if not visit.query.get("seek") or announcement.ended_at:
        return None
    return try_announcement(office, announcement).matched
