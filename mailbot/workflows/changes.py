"""Changes are planned, made and reviewed: by agents, on a ticket of the kind change, whose states stay true.

Who may say yes is ``approvals``, when it is made ``scheduling``. The caller holds the ticket; what is done here is one
transaction with its facts, notices and timers.
"""

from __future__ import annotations

import re

from mailbot.desk import journal_changes as facts
from mailbot.desk.announcements import Announcement
from mailbot.desk.approvals import Answer
from mailbot.desk.change import Change, Plan
from mailbot.desk.changes import BEFORE_WORK, ChangeState, ChangeTrigger, advance
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed, PermanentError
from mailbot.desk.journal import Fact
from mailbot.desk.lifecycle import ENDED, State, Trigger, allowed
from mailbot.desk.reference import ticket_reference
from mailbot.desk.ticket import EntryKind, Ticket
from mailbot.desk.vocabulary import TicketKind
from mailbot.workflows import announcements, approvals, assignment, resolution, scheduling
from mailbot.workflows.approvals import keep
from mailbot.workflows.change_conflicts import conflicts_of, freezes_in
from mailbot.workflows.entries import file_words
from mailbot.workflows.office import Office
from mailbot.workflows.registration import register_problem

_ADDRESS = re.compile(r"[^\s@<>,;\"]{1,64}@[A-Za-z0-9.-]{1,253}")


def propose(
    office: Office, actor: Mailbox, subject: str, plan: Plan, despite_freeze: str = ""
) -> tuple[Ticket, Change]:
    """Register a change with what is planned of it so far. Whoever plans it works on it.

    Raises:
        NotAllowed: its window ends before it begins, or names services or customers that nobody knows.
    """
    _must_make_sense(office, plan)
    ticket = register_problem(office, actor, subject, plan.plan or subject, TicketKind.CHANGE)
    if not ticket.assignee and office.policy.find_agent(actor.address):
        assignment.take(office, ticket, actor)
    change = Change(ticket.number, plan, by=actor.address, proposed_at=office.now, changed_at=office.now)
    office.work.changes.add(change)
    starts, ends = (at.isoformat() if at else "" for at in (plan.starts_at, plan.ends_at))
    fact = facts.ChangeProposed(
        ticket=ticket.number, at=office.now, actor=actor.address, type=plan.type.value, starts_at=starts, ends_at=ends
    )
    keep(office, ticket, change, [fact, *_override(office, change, actor, despite_freeze)])
    return ticket, change


def revise(office: Office, ticket: Ticket, change: Change, actor: Mailbox, plan: Plan, despite_freeze: str = "") -> int:
    """Change what is planned. It is a new revision: approvals of the old one are worthless, and whoever was asked is
    asked again at once, where all that they must know is there. How many are asked again.

    Raises:
        NotAllowed: nothing is different, or it makes no sense.
        ChangeNotAllowed: the work has begun, or it has ended.
    """
    _must_be_open(office, ticket)
    _must_make_sense(office, plan)
    if not plan.differs_in(change.plan) and change.state in BEFORE_WORK:
        raise NotAllowed("plan", "nothing is different", "same_plan")
    advance(change.state, ChangeTrigger.REVISE, change.plan.type)
    earlier = office.work.changes.approvals_of(ticket.number, change.revision)
    invalid = sum(a.answer is Answer.APPROVE for a in earlier)
    was_asked = change.state in (ChangeState.ASKED, ChangeState.APPROVED, ChangeState.SCHEDULED) and bool(earlier)
    entry = file_words(office, ticket, EntryKind.NOTE, actor, plan.plan, None) if plan.plan else None
    happened = change.revise(office.now, actor.address, plan, entry.id if entry else None, invalid)
    keep(office, ticket, change, [*happened, *_override(office, change, actor, despite_freeze)], entry=entry)
    frozen = freezes_in(conflicts_of(office, ticket.number, plan)) and not change.despite_freeze
    ready = was_asked and not plan.missing() and not frozen and plan.starts_at and plan.starts_at > office.now
    return len(approvals.ask(office, ticket, change, actor)) if ready else 0


def name_approvers(
    office: Office, ticket: Ticket, change: Change, actor: Mailbox, addresses: tuple[str, ...], needed: int = 0
) -> None:
    """Say who must approve, in place of settings; of these ``needed`` (0: all). Nobody named: settings say it again.

    Raises:
        NotAllowed: somebody has been asked already, an address is none, or more are needed than there are.
    """
    if change.state is not ChangeState.PROPOSED:
        reason = "somebody has been asked already: change the plan to begin anew"
        raise NotAllowed("approvers", reason, "asked_already")
    if needed > len({a.lower() for a in addresses}):
        raise NotAllowed("approvers", "more are needed than there are", "too_few")
    for address in addresses:
        if not _ADDRESS.fullmatch(address) or office.policy.is_ours(address):
            raise NotAllowed("approvers", f"nobody can be asked at {address!r}: write an address like cab@example.org")
    change.approvers, change.needed = addresses, needed
    fact = facts.ApproversNamed(
        ticket=ticket.number, at=office.now, actor=actor.address, approvers=addresses, needed=needed
    )
    keep(office, ticket, change, [fact])


def schedule(office: Office, ticket: Ticket, change: Change, actor: Mailbox, despite_freeze: str = "") -> None:
    """Raises NotAllowed: it is not approved, has no window, or nothing is to be changed then."""
    _must_be_open(office, ticket)
    advance(change.state, ChangeTrigger.SCHEDULE, change.plan.type)
    keep(office, ticket, change, scheduling.schedule(office, change, actor.address, despite_freeze))


def start(office: Office, ticket: Ticket, change: Change, actor: Mailbox, despite_freeze: str = "") -> None:
    """The work begins.

    Raises:
        NotAllowed: the ticket has ended, or nothing is to be changed now.
        ChangeNotAllowed: it is not scheduled, and no emergency.
    """
    _must_be_open(office, ticket)
    advance(change.state, ChangeTrigger.START, change.plan.type)
    happened: list[Fact] = []
    if change.state is not ChangeState.SCHEDULED:
        happened += _override(office, change, actor, despite_freeze, must=True)
    for trigger, move in ((Trigger.ACKNOWLEDGE, State.NEW), (Trigger.RESUME, State.PENDING)):
        if ticket.state is move and trigger is Trigger.ACKNOWLEDGE:
            ticket.acknowledge(office.now)
        elif ticket.state is move:
            happened += ticket.resume(office.now, actor.address, None, "agent")
    keep(office, ticket, change, [*happened, *change.start(office.now, actor.address)])


def finish(
    office: Office, ticket: Ticket, change: Change, actor: Mailbox, words: str, *, end_announcement: bool = False
) -> int:
    """It is made. The ticket is resolved with these words, and so the same is proposed to its children; with
    ``end_announcement`` its announcement ends with them. How many people are asked whether it is solved for them.

    Raises:
        ChangeNotAllowed: it was never begun.
    """
    advance(change.state, ChangeTrigger.FINISH, change.plan.type)
    asked = _end_announcement(office, ticket, actor, words) if end_announcement else 0
    if not end_announcement:
        asked = len(resolution.open_children(office, ticket))
        resolution.propose(office, ticket, actor, words)
    else:
        ticket = office.work.tickets.get(ticket.number, lock=True)
    entry = office.work.tickets.find_last_entry(ticket.number, EntryKind.RESOLUTION)
    keep(office, ticket, change, change.finish(office.now, actor.address, entry.id if entry else 0))
    return asked


def fail(
    office: Office,
    ticket: Ticket,
    change: Change,
    actor: Mailbox,
    words: str,
    *,
    backed_out: bool = False,
    end_announcement: bool = False,
) -> None:
    """It did not work. Nobody is told that anything is solved; with ``end_announcement`` those who were told of it are
    told that it is over.

    Raises:
        ChangeNotAllowed: it was never begun.
    """
    advance(change.state, ChangeTrigger.FAIL, change.plan.type)
    if not words.strip():
        raise NotAllowed("fail", "say what went wrong: whoever reviews it must know")
    entry = file_words(office, ticket, EntryKind.NOTE, actor, words, None)
    if end_announcement:
        _end_announcement(office, ticket, actor, words)
        ticket = office.work.tickets.get(ticket.number, lock=True)
    keep(office, ticket, change, change.fail(office.now, actor.address, entry.id, backed_out=backed_out), entry=entry)


def review(office: Office, ticket: Ticket, change: Change, actor: Mailbox, words: str) -> None:
    """What was learnt; the ticket ends. One that was resolved is closed, one that failed ends without a solution.

    Raises:
        NotAllowed: there are no words, or an emergency has not been decided about.
        ChangeNotAllowed: it has not been made.
    """
    advance(change.state, ChangeTrigger.REVIEW, change.plan.type)
    if change.needs_approval_afterwards:
        reason = "it was an emergency and is not approved yet: use `mailbot change ask` first"
        raise NotAllowed("review", reason, "unapproved")
    if not words.strip():
        raise NotAllowed("review", "say what came of it and what was learnt")
    if ticket.state is State.RESOLVED:
        resolution.verify(office, ticket, actor, "review", words)
    elif Trigger.CANCEL in allowed(ticket.state):
        resolution.cancel(office, ticket, actor, words)
    else:
        resolution.note(office, ticket, actor, words)
    last = office.work.tickets.entries_of(ticket.number)[-1]
    keep(office, ticket, change, change.review(office.now, actor.address, last.id))


def withdraw(office: Office, ticket: Ticket, change: Change, actor: Mailbox, words: str) -> None:
    """It will not be made: its ticket is cancelled, and the change with it (``change_clock.follow``).

    Raises:
        ChangeNotAllowed: the work has begun.
    """
    advance(change.state, ChangeTrigger.WITHDRAW, change.plan.type)
    resolution.cancel(office, ticket, actor, words)


def announce(
    office: Office, ticket: Ticket, change: Change, actor: Mailbox, words: str, patterns: tuple[str, ...] = ()
) -> Announcement:
    """Announce an approved change as planned work, on its own ticket, for its window.

    Raises:
        NotAllowed: it is not decided that it will be made, or nothing tells which mail is about it.
    """
    window = change.plan.window
    sure = change.state in (ChangeState.APPROVED, ChangeState.SCHEDULED, ChangeState.IMPLEMENTING)
    if not sure or window is None:
        raise NotAllowed("announce", f"it is {change.state.value}: a change is announced when it is approved")
    planned = Announcement(
        number=0,
        ticket=ticket.number,
        planned=True,
        title=ticket.subject,
        words=words.strip() or ticket.subject,
        starts_at=window.starts_at,
        expected_end=window.ends_at,
        patterns=patterns,
        services=change.plan.services,
        customers=change.plan.customers,
    )
    made = announcements.announce(office, planned, actor)
    fact = facts.ChangeAnnounced(ticket=ticket.number, at=office.now, actor=actor.address, announcement=made.number)
    keep(office, office.work.tickets.get(ticket.number, lock=True), change, [fact])
    return made


def get_change(office: Office, ticket: Ticket) -> Change:
    """The change that a ticket is.

    Raises:
        PermanentError: it is none.
    """
    found = office.work.changes.find(ticket.number)
    if found is None:
        name = ticket_reference(office.policy.prefix, ticket.number)
        raise PermanentError(f"{name} is no change: see `mailbot change list`")
    return found


def _end_announcement(office: Office, ticket: Ticket, actor: Mailbox, words: str) -> int:
    announced = office.work.announcements.find_of_ticket(ticket.number)
    if announced is None or announced.ended_at:
        raise NotAllowed("announcement", "nothing is announced for this change")
    return announcements.end(office, announced.number, actor, words)[1]


def _override(office: Office, change: Change, actor: Mailbox, why: str, *, must: bool = False) -> list[Fact]:
    freezes = freezes_in(conflicts_of(office, change.ticket, change.plan))
    return scheduling.override(office, change, freezes, actor.address, why) if why.strip() or must else []


def _must_be_open(office: Office, ticket: Ticket) -> None:
    if ticket.state in ENDED:
        name = ticket_reference(office.policy.prefix, ticket.number)
        raise NotAllowed("change", f"{name} has ended: reopen it with `mailbot ticket reopen {name}`")


def _must_make_sense(office: Office, plan: Plan) -> None:
    if plan.starts_at and plan.ends_at and plan.ends_at <= plan.starts_at:
        raise NotAllowed("plan", "its window ends before it begins")
    if plan.ends_at and not plan.starts_at:
        raise NotAllowed("plan", "say when its window begins, too")
    known = {"service": [s.name for s in office.policy.services], "customer": [c.name for c in office.policy.customers]}
    for what, names in (("service", plan.services), ("customer", plan.customers)):
        for name in names:
            if name not in known[what]:
                there = ", ".join(sorted(known[what])) or "none yet"
                raise NotAllowed("plan", f"no {what} is called {name!r}; there are {there}")
