"""Finding the other ticket, by number or by words: for the fields in which one names a ticket.

With scripts the field asks while one types; without, whoever sent words chooses on the page that comes back.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response

from mailbot.console.ticket_page import get_ticket
from mailbot.console.tickets import OPEN
from mailbot.console.visit import Visit
from mailbot.desk.lifecycle import State
from mailbot.desk.reference import read_ticket_reference, ticket_reference
from mailbot.desk.ticket import Ticket
from mailbot.store.search_words import words_of
from mailbot.workflows.office import Office

MOST_FOUND = 8
LONGEST = 200


class Unclear(Exception):
    """Words, where a ticket was to be named; ``found`` are those that may be meant."""

    def __init__(self, words: str, found: Sequence[Ticket]) -> None:
        super().__init__(words)
        self.words, self.found = words, found


def say_others(visit: Visit) -> Response:
    """The tickets that may be meant by what has been typed so far, for the script of the field."""
    with visit.room.open_office(reads_only=True) as office:
        ticket = get_ticket(visit, office)
        found = find_others(office, ticket, visit.query.get("q", ""), visit.query.get("act", ""))
    prefix, texts = visit.room.policy.prefix, visit.texts
    return visit.json(
        [
            {
                "reference": ticket_reference(prefix, one.number),
                "subject": one.subject or texts("tickets.no_subject"),
                "state": texts(f"state.{one.state}"),
                "who": one.requester.mailbox.name or one.requester.mailbox.address if one.requester else "",
            }
            for one in found
        ]
    )


def get_other(visit: Visit, office: Office, ticket: Ticket, *, name: str = "to") -> Ticket:
    """The ticket that a form names: ``chosen`` from those that were found, else what was typed as ``name``.

    Raises:
        Unclear: what was typed is no number of a ticket.
    """
    typed = visit.form.get("chosen", "") or visit.form.get(name, "")
    number = read_ticket_reference(office.policy.prefix, typed)
    other = office.work.tickets.find(number, lock=True) if number is not None and number < 2**53 else None
    if other is None:
        raise Unclear(typed[:LONGEST], find_others(office, ticket, typed, visit.form.get("act", "")))
    return other


def find_others(office: Office, ticket: Ticket, typed: str, act: str) -> list[Ticket]:
    """The newest that have these words, and first the one of this number; for a merger, those that are open."""
    typed = typed.strip()[:LONGEST]
    number = read_ticket_reference(office.policy.prefix, typed)
    named = office.work.tickets.find(number) if number is not None and number < 2**53 else None
    states: tuple[State, ...] = OPEN if act == "merge" else ()
    words = (
        office.work.tickets.list_tickets(states=states, search=typed, limit=MOST_FOUND + 1) if words_of(typed) else []
    )
    found = [*([named] if named else []), *(one for one in words if not named or one.number != named.number)]
    return [one for one in found if one.number != ticket.number][:MOST_FOUND]
