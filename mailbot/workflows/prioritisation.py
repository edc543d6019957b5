"""How grave a ticket is: proposed from its words and its service when it is new, decided by an agent after that."""

from __future__ import annotations

from mailbot.desk import priority
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed
from mailbot.desk.journal import Fact
from mailbot.desk.journal_service import PriorityProposed
from mailbot.desk.lifecycle import ENDED
from mailbot.desk.ticket import Ticket
from mailbot.desk.vocabulary import Impact, Priority, Urgency
from mailbot.languages import load_lexicon
from mailbot.workflows.cause import Cause
from mailbot.workflows.notification import record
from mailbot.workflows.office import Office


def assess(office: Office, ticket: Ticket, words: str, *, impact: str = "", urgency: str = "") -> priority.Assessment:
    """Give a ticket that is not kept yet impact, urgency and priority, from what was written and what it is about.

    ``impact`` and ``urgency`` go before both, where whoever registers it says them.
    """
    proposed = propose(office, words, ticket.service, impact=impact, urgency=urgency)
    ticket.impact, ticket.urgency, ticket.priority = proposed.impact.value, proposed.urgency.value, proposed.priority
    return proposed


def propose(office: Office, words: str, service: str, *, impact: str = "", urgency: str = "") -> priority.Assessment:
    """What ``assess`` would give; nothing is changed."""
    known = next((s for s in office.policy.services if s.name == service), None)
    spoken = (known.impact, known.urgency) if known else ("", "")
    found = priority.propose(words, priority.make_signs(load_lexicon()), *spoken)
    said = (("impact", impact), ("urgency", urgency))
    reasons = (
        f"{what} {level}: whoever registered it says so" if level else why
        for (what, level), why in zip(said, found.reasons, strict=True)
    )
    return priority.Assessment(Impact(impact or found.impact), Urgency(urgency or found.urgency), tuple(reasons))


def facts_of(office: Office, ticket: Ticket, proposed: priority.Assessment) -> list[Fact]:
    """What is written down of the proposal: nothing where nothing spoke for anything."""
    if (proposed.impact, proposed.urgency) == (Impact.MEDIUM, Urgency.MEDIUM):
        return []
    return [
        PriorityProposed(
            ticket=ticket.number,
            at=office.now,
            priority=proposed.priority.value,
            impact=proposed.impact.value,
            urgency=proposed.urgency.value,
            reasons=proposed.reasons,
        )
    ]


def change(
    office: Office,
    ticket: Ticket,
    actor: Mailbox,
    *,
    to: str = "",
    impact: str = "",
    urgency: str = "",
    cause: Cause | None = None,
) -> None:
    """An agent decides: a priority, or impact and urgency. The clocks count with the new target from the beginning.

    Raises:
        NotAllowed: a word is not known, or the ticket has ended.
    """
    if ticket.state in ENDED:
        raise NotAllowed("priority", "the ticket has ended")
    try:
        facts = priority.change(
            ticket, office.now, actor.address, priority=to.lower(), impact=impact.lower(), urgency=urgency.lower()
        )
    except ValueError:
        known = ", ".join(p.value for p in Priority)
        raise NotAllowed("priority", f"say one of {known}; or impact or urgency: high, medium, low") from None
    office.work.tickets.save(ticket)
    record(office, ticket, facts, cause=cause)
