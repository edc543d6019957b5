"""Which service, group and agent a matter is for, asked of the rules and of how things stand with the agents now."""

from __future__ import annotations

from datetime import timedelta

from mailbot.desk import journal_work
from mailbot.desk.correspondence import Mailbox, Reading
from mailbot.desk.journal import Fact
from mailbot.desk.routing import Colleague, Route, route
from mailbot.desk.services import Matter
from mailbot.desk.staff import Absence, find_absence
from mailbot.desk.ticket import Ticket
from mailbot.desk.vocabulary import SpanKind
from mailbot.workflows.cause import whole_text
from mailbot.workflows.office import Office


def matter_of(office: Office, reading: Reading, author: Mailbox | None, address: str) -> Matter:
    """What a mail wants. ``address`` is the desk's own address that it came to."""
    own = (SpanKind.NEW, SpanKind.FORWARDED)
    words = "\n".join(span.text for span in reading.answer.spans if span.kind in own).strip() or whole_text(reading)
    customer = office.policy.find_customer(author.address).name if author else ""
    return Matter(reading.mail.subject, words, address, customer)


def find_route(office: Office, matter: Matter) -> Route:
    """Where the matter goes, as things stand; nothing is changed."""
    policy = office.policy
    return route(matter, policy.services, policy.groups, colleagues(office), office.now, policy.routing)


def choose(office: Office, matter: Matter) -> Route | None:
    """Where a new ticket goes; None where settings leave nothing to choose."""
    policy = office.policy
    return find_route(office, matter) if policy.services or policy.routing.assign else None


def place(office: Office, ticket: Ticket, chosen: Route | None) -> None:
    """Give a ticket that is not kept yet to the group, and to the agent where settings say so. The desk owns it."""
    ticket.group = ticket.owner = office.policy.first_group
    if chosen is None:
        return
    ticket.group = chosen.group
    ticket.service = chosen.service.name if chosen.service else ""
    if chosen.agent and office.policy.routing.assign:
        ticket.assignee = chosen.agent.agent.mailbox.address


def facts_of(office: Office, ticket: Ticket, chosen: Route | None) -> list[Fact]:
    """What is written down of the choice."""
    if chosen is None:
        return []
    best = chosen.agent
    found = [f.words for match in chosen.services if match.service is chosen.service for f in match.found]
    routed = journal_work.TicketRouted(
        ticket=ticket.number,
        at=office.now,
        service=ticket.service,
        score=chosen.score,
        words=tuple(found[:20]),
        group=ticket.group,
        assignee=ticket.assignee,
        agent=best.agent.mailbox.address if best else "",
        agent_score=best.score if best else 0,
        reasons=(*chosen.reasons, *(best.reasons if best else ())),
    )
    return [routed]


def colleagues(office: Office) -> tuple[Colleague, ...]:
    """Every agent, with what they have to do and when they are away. Two questions to the store."""
    loads = office.work.roster.loads()
    # A day is not the same day everywhere on Earth.
    absences = office.work.roster.absences_from(office.now.date() - timedelta(days=1))
    return tuple(
        Colleague(
            agent,
            loads.get(agent.mailbox.address.lower(), 0),
            tuple(a for a in absences if a.agent == agent.mailbox.address.lower()),
        )
        for agent in office.policy.agents
    )


def nobody_is_there(office: Office, group: str) -> bool:
    """Whether everybody of a group that has no address of its own is away, or it has nobody."""
    found = office.policy.find_group(group)
    if found is None or found.address:
        return found is None
    return not any(not _is_away(c, office) for c in colleagues(office) if c.agent.is_in(group))


def find_absence_of(office: Office, address: str) -> Absence | None:
    """What keeps an agent away when they would next be at work."""
    found = next((c for c in colleagues(office) if c.agent.mailbox.address.lower() == address.lower()), None)
    start = found.agent.works_from(office.now) if found else None
    if found is None or start is None:
        return None
    return find_absence(found.absences, address, found.agent.day_of(start))


def _is_away(colleague: Colleague, office: Office) -> bool:
    start = colleague.agent.works_from(office.now)
    day = colleague.agent.day_of(start) if start else None
    return day is None or find_absence(colleague.absences, colleague.agent.mailbox.address, day) is not None
