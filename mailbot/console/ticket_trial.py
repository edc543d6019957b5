"""Before a ticket is registered: where it would go, how grave it would be, what it is about, what is open already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mailbot.console.tickets import OPEN
from mailbot.desk.announcements import Announcement
from mailbot.desk.services import Matter
from mailbot.desk.ticket import Ticket
from mailbot.desk.vocabulary import Priority
from mailbot.workflows import known_events, prioritisation, routing
from mailbot.workflows.office import Office
from mailbot.workflows.registration import Filing

MOST_OPEN = 5


@dataclass(frozen=True, slots=True)
class Trial:
    """``service`` and ``priority`` are what the desk would choose; ``group`` is "" where nothing was written yet.

    ``about`` is the announcement that it would be linked to, ``open_tickets`` what the person has already.
    """

    group: str
    service: str
    priority: Priority
    about: Announcement | None
    open_tickets: Sequence[Ticket]


def try_form(office: Office, typed: Mapping[str, str], address: str, filing: Filing) -> Trial:
    """What would become of the ticket that the form describes. ``address``: the requester's, "" for none."""
    subject, words = (typed.get(name, "").strip() for name in ("subject", "words"))
    customer = office.policy.find_customer(address).name if address else ""
    matter = Matter(subject, words, customer=customer, service=filing.service)
    found = routing.find_route(office, matter)
    service = found.service.name if found.service else ""
    proposed = prioritisation.propose(
        office, f"{subject}\n{words}", service, impact=filing.impact, urgency=filing.urgency
    )
    match = known_events.find_event(office, matter, service) if address else None
    tickets = office.work.tickets.list_tickets(states=OPEN, requester=address, limit=MOST_OPEN) if address else []
    return Trial(
        found.group if subject or words or filing.service else "",
        service,
        proposed.priority,
        match.announcement if match else None,
        tickets,
    )
