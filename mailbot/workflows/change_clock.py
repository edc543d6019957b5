"""The plan of a change moves its timers, and the end of its ticket ends it.

Three timers a change: before the window, at its beginning, at its end. Each says which revision of the plan set it.
"""

from __future__ import annotations

from mailbot.desk import journal
from mailbot.desk.change import Change
from mailbot.desk.changes import BEFORE_WORK, TAKES_PLACE, ChangeTrigger, possible
from mailbot.desk.journal_links import TicketMerged
from mailbot.desk.ticket import Ticket
from mailbot.desk.vocabulary import TicketKind
from mailbot.workflows.office import Office

BEFORE, BEGINS, ENDS = "change_before", "change_begins", "change_ends"


def set_timers(office: Office, change: Change) -> None:
    """Have the change looked at when its window nears, begins and ends; not where that has passed or means nothing.

    What is due already and has not gone off stays: a mail that comes a moment before it must not make it forgotten.
    """
    plan, ahead = change.plan, office.policy.changes.reminder
    waits = change.state in BEFORE_WORK
    starts = plan.starts_at if waits else None
    moments = {
        BEFORE: starts - ahead if starts and ahead else None,
        BEGINS: starts,
        ENDS: plan.ends_at if change.state in TAKES_PLACE else None,
    }
    for kind, at in moments.items():
        key = key_of(kind, change)
        if at is not None and at > office.now:
            details = {"revision": change.revision}
            office.work.timers.set(kind, at, key=key, ticket=change.ticket, details=details)
        elif at is None or not _is_due(office, key, change):
            office.work.timers.cancel(key)


def _is_due(office: Office, key: str, change: Change) -> bool:
    pending = office.work.timers.find(key)
    return pending is not None and pending.details["revision"] == change.revision


def key_of(kind: str, change: Change) -> str:
    return f"{kind}/{change.ticket}"


def follow(office: Office, ticket: Ticket, fact: journal.Fact) -> None:
    """A change whose ticket is cancelled, or goes on in another one, is not made."""
    if ticket.kind is not TicketKind.CHANGE or not isinstance(fact, (journal.TicketCancelled, TicketMerged)):
        return
    change = office.work.changes.find(ticket.number)
    if change is None or ChangeTrigger.WITHDRAW not in possible(change.state, change.plan.type):
        return
    for happened in change.withdraw(office.now, fact.actor, fact.entry):
        office.work.journal.append(happened, ticket.state.value)
    office.work.changes.save(change)
    set_timers(office, change)
