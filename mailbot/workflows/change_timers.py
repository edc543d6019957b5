"""What happens when the window of a change nears, begins and ends. A timer of an older plan does nothing."""

from __future__ import annotations

from mailbot.desk import journal_changes as facts
from mailbot.desk.approvals import Answer, Approval
from mailbot.desk.change import Change
from mailbot.desk.changes import BEFORE_WORK, TAKES_PLACE, ChangeState, ChangeTrigger, possible
from mailbot.desk.journal import Fact
from mailbot.desk.ticket import Ticket
from mailbot.store.timers import Timer
from mailbot.workflows.approvals import keep
from mailbot.workflows.change_clock import BEFORE, BEGINS, ENDS
from mailbot.workflows.office import Office

DECIDES = frozenset({ChangeState.PROPOSED, ChangeState.ASKED, ChangeState.APPROVED})


def remind(office: Office, timer: Timer) -> None:
    """The window is near: whoever has not answered is reminded, and whoever makes the change."""
    ticket, change = _find(office, timer)
    if ticket is None or change is None or change.state not in BEFORE_WORK or change.plan.starts_at is None:
        return
    happened: list[Fact] = []
    if change.state is ChangeState.ASKED:
        for approval in office.work.changes.approvals_of(change.ticket, change.revision):
            if approval.answer is Answer.NONE:
                office.work.changes.remind(approval, office.now)
                happened.append(_reminded(office, approval))
    starts = change.plan.starts_at.isoformat()
    near = facts.ChangeNear(
        ticket=change.ticket, at=office.now, revision=change.revision, starts_at=starts, state=change.state.value
    )
    keep(office, ticket, change, [*happened, near])


def _reminded(office: Office, approval: Approval) -> Fact:
    return facts.ApprovalReminded(
        ticket=approval.ticket, at=office.now, person=approval.person, revision=approval.revision
    )


def lapse(office: Office, timer: Timer) -> None:
    """The window begins: what is not scheduled by now needs another one. An emergency waits for nobody."""
    ticket, change = _find(office, timer)
    if ticket is None or change is None or change.state not in DECIDES:
        return
    if ChangeTrigger.LAPSE in possible(change.state, change.plan.type):
        keep(office, ticket, change, change.lapse(office.now))


def overrun(office: Office, timer: Timer) -> None:
    """The window is over: whoever makes the change must say how it went."""
    ticket, change = _find(office, timer)
    if ticket is None or change is None or change.state not in TAKES_PLACE or change.plan.ends_at is None:
        return
    ends = change.plan.ends_at.isoformat()
    over = facts.ChangeOverdue(
        ticket=change.ticket, at=office.now, revision=change.revision, ends_at=ends, state=change.state.value
    )
    keep(office, ticket, change, [over])


def _find(office: Office, timer: Timer) -> tuple[Ticket | None, Change | None]:
    ticket = office.work.tickets.find(timer.ticket or 0, lock=True)
    change = office.work.changes.find(ticket.number) if ticket else None
    return ticket, change if change and change.revision == timer.details["revision"] else None


TIMERS = {BEFORE: remind, BEGINS: lapse, ENDS: overrun}
