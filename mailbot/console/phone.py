"""Somebody on the phone: one search, and what to read aloud. By ticket number, name, address or phone number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.responses import Response

from mailbot.console.tickets import OPEN, name_agent
from mailbot.console.visit import Rank, Visit
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.reference import read_ticket_reference
from mailbot.desk.ticket import Ticket
from mailbot.store.search_words import words_of
from mailbot.workflows.office import Office

MOST_PEOPLE, MOST_TICKETS, LOOKED_AT = 4, 12, 60
_PHONE = re.compile(r"[+(]?[0-9][0-9 ()/-]{4,24}")


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who may be calling, with what is open for them; where nothing is, with what ended last."""

    mailbox: Mailbox
    tickets: list[Ticket]
    more: bool = False


def show_phone(visit: Visit) -> Response:
    sought = visit.query.get("q", "").strip()[:200]
    with visit.room.open_office(reads_only=True) as office:
        asked = _find_tickets(office, sought) if sought else []
        people = _people(asked, sought)
        callers = [_look_up(office, mailbox) for mailbox in people[:MOST_PEOPLE]]
    named = read_ticket_reference(visit.room.policy.prefix, sought)
    return visit.page(
        "phone.html",
        sought=sought,
        callers=callers,
        alone=[t for t in asked if t.requester is None][:MOST_TICKETS],
        named=named,
        typed=_as_typed(sought),
        may_act=visit.visitor.rank >= Rank.AGENT,
        more=len(people) > MOST_PEOPLE,
        name_of=lambda address: name_agent(visit.room.policy, address),
    )


def find_people(office: Office, sought: str) -> list[Mailbox]:
    """The people who may be meant: by a part of their name or address, by phone number, or by a ticket of theirs."""
    return _people(_find_tickets(office, sought), sought)[: 2 * MOST_PEOPLE] if sought else []


def _as_typed(sought: str) -> dict[str, str]:
    """What was sought, as the fields of a new ticket: an address, a number to ring, or a name."""
    name = "email" if "@" in sought else "caller" if phone_forms(sought) else "name"
    return {name: sought}


def phone_forms(text: str) -> list[str]:
    """The ways in which a telephone system may have written this number; none for what is no number."""
    if not _PHONE.fullmatch(text):
        return []
    digits = re.sub(r"[^0-9+]", "", text)
    at_home = re.sub(r"^(?:\+46|0046)0?", "0", digits)
    abroad = "+46" + at_home[1:] if at_home.startswith("0") else digits
    return list(dict.fromkeys((text, digits, at_home, abroad, "0046" + abroad[3:])))


def _find_tickets(office: Office, sought: str) -> list[Ticket]:
    number = read_ticket_reference(office.policy.prefix, sought)
    named = office.work.tickets.find(number) if number is not None and number < 2**53 else None
    if named:
        return [named]
    calls = [call for form in phone_forms(sought) for call in office.work.contacts.of_caller(form)]
    rung = [office.work.tickets.find(n) for n in dict.fromkeys(c.ticket for c in calls if c.ticket)]
    people = [c.caller for c in calls if "@" in c.caller]
    found = [t for t in rung if t] + [t for a in people for t in office.work.tickets.list_tickets(requester=a, limit=1)]
    return found or office.work.tickets.list_tickets(search=sought, limit=LOOKED_AT)


def _people(found: list[Ticket], sought: str) -> list[Mailbox]:
    """The requesters of what was found; those who are themselves called so before those whose subject has the word."""
    words = words_of(sought)

    def is_called(mailbox: Mailbox) -> bool:
        mine = words_of(mailbox.address, mailbox.name)
        return all(any(one.startswith(word) for one in mine) for word in words)

    people = {t.requester.mailbox.address.lower(): t.requester.mailbox for t in found if t.requester}
    called = [mailbox for mailbox in people.values() if is_called(mailbox)]
    return called or list(people.values())


def _look_up(office: Office, mailbox: Mailbox) -> Caller:
    lists = office.work.tickets
    found = lists.list_tickets(states=OPEN, requester=mailbox.address, limit=MOST_TICKETS + 1)
    if not found:
        found = lists.list_tickets(requester=mailbox.address, limit=3)
    return Caller(mailbox, found[:MOST_TICKETS], len(found) > MOST_TICKETS)
