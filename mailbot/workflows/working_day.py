"""How old a ticket is in the working time of its requester's calendar, and how long a day of that is."""

from __future__ import annotations

from datetime import timedelta

from mailbot.desk.ticket import Ticket
from mailbot.workflows.office import Office


def age_of(office: Office, ticket: Ticket) -> timedelta:
    """Working time since the ticket was opened; of one that has ended, until then."""
    calendar = office.policy.calendar_of(ticket.customer)
    return calendar.working_time_between(ticket.opened_at, ticket.closed_at or office.now)


def length_of_day(office: Office, ticket: Ticket) -> timedelta:
    """What counts as one working day: the ordinary opening hours."""
    calendar = office.policy.calendar_of(ticket.customer)
    return timedelta(minutes=max(calendar.closes - calendar.opens, 60))
