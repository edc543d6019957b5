"""A problem is the cause of incidents: its children, its known error, and a workaround for those who wait.

Its resolution is proposed to each child, too (``resolution.propose``).
"""

from __future__ import annotations

from collections.abc import Sequence

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed
from mailbot.desk.journal_links import KnownErrorRecorded
from mailbot.desk.links import LinkKind
from mailbot.desk.reference import ticket_reference
from mailbot.desk.ticket import Ticket
from mailbot.desk.vocabulary import TicketKind
from mailbot.store.links import KnownError
from mailbot.workflows import merging, resolution
from mailbot.workflows.notification import record
from mailbot.workflows.office import Office
from mailbot.workflows.registration import register_problem


def open_problem(office: Office, actor: Mailbox, subject: str, words: str, children: Sequence[Ticket]) -> Ticket:
    """Register a problem that these tickets come from. It has no requester: its children have theirs."""
    problem = register_problem(office, actor, subject, words)
    for child in children:
        merging.link(office, child, LinkKind.CHILD_OF, problem, actor)
    return problem


def record_known_error(
    office: Office, problem: Ticket, actor: Mailbox, cause: str, workaround: str, *, tell: bool = False
) -> int:
    """The cause is known, and perhaps a way around it; how many requesters were told, where ``tell`` says so.

    Raises:
        NotAllowed: it is no problem, or there is nothing to tell.
    """
    if problem.kind is not TicketKind.PROBLEM:
        name = ticket_reference(office.policy.prefix, problem.number)
        raise NotAllowed("known-error", f"{name} is no problem: open one with `mailbot problem new`")
    if tell and not workaround.strip():
        raise NotAllowed("known-error", "say what people can do, or do not tell them", "no_workaround")
    office.work.links.keep_known_error(KnownError(problem.number, office.now, actor.address, cause, workaround))
    told = resolution.open_children(office, problem) if tell else []
    for child in told:
        resolution.answer(office, child, actor, workaround)
    problem.changed_at = office.now
    office.work.tickets.save(problem)
    fact = KnownErrorRecorded(
        ticket=problem.number, at=office.now, actor=actor.address, workaround=workaround, told=len(told)
    )
    record(office, problem, [fact])
    return len(told)
