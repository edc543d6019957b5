"""Approvers are asked about a plan, answer, and thereby decide. Every answer is about one revision of one plan.

The caller holds the ticket. What an answer means is decided here alone, however it came: by mail (``approval_mail``)
or told to an agent (``approve_for``).
"""

from __future__ import annotations

from collections.abc import Iterable

from mailbot.desk import journal_changes as facts
from mailbot.desk.approvals import Answer, Approval, Board, BoardRule, Verdict, deciding, judge, needed_of
from mailbot.desk.change import Change
from mailbot.desk.changes import BEGUN, ChangeState, ChangeTrigger, ChangeType, advance, possible
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed
from mailbot.desk.journal import Fact
from mailbot.desk.ticket import Entry, EntryKind, Ticket
from mailbot.workflows import change_conflicts, scheduling
from mailbot.workflows.cause import Cause
from mailbot.workflows.change_clock import set_timers
from mailbot.workflows.entries import file_words
from mailbot.workflows.notification import record
from mailbot.workflows.office import Office

NAMED = "named"
"""The board of approvers whom an agent named in place of settings."""


def ask(office: Office, ticket: Ticket, change: Change, actor: Mailbox, despite_freeze: str = "") -> list[Approval]:
    """Ask everybody who must approve and has not been asked about this revision; whom that is.

    ``despite_freeze``: why it must be made although nothing is to be changed then.

    Raises:
        NotAllowed: something that they must know is missing, the window has begun, or nobody is there to be asked.
        ChangeNotAllowed: in this state nobody is asked.
    """
    advance(change.state, ChangeTrigger.ASK, change.plan.type)
    _must_be_askable(office, change)
    freezes = change_conflicts.freezes_in(change_conflicts.conflicts_of(office, change.ticket, change.plan))
    overridden = scheduling.override(office, change, freezes, actor.address, despite_freeze)
    boards, people = _gather(office, change)
    asked = {a.person for a in office.work.changes.approvals_of(ticket.number, change.revision)}
    earlier = {a.person for a in office.work.changes.approvals_of(ticket.number)} - asked
    new = [
        Approval(ticket.number, change.revision, number, box.address, box.name, office.now)
        for number, box in people.items()
        if number not in asked
    ]
    change.ask(office.now, boards)
    for approval in new:
        office.work.changes.ask(approval)
    happened = [_asked(office, approval, actor, again=approval.person in earlier) for approval in new]
    keep(office, ticket, change, [*overridden, *happened])
    return new


def _asked(office: Office, approval: Approval, actor: Mailbox, *, again: bool) -> Fact:
    return facts.ApprovalAsked(
        ticket=approval.ticket,
        at=office.now,
        actor=actor.address,
        person=approval.person,
        revision=approval.revision,
        again=again,
    )


def _must_be_askable(office: Office, change: Change) -> None:
    missing = change.missing()
    if missing:
        raise NotAllowed("ask", f"approvers must be able to read {', '.join(missing)}: use `mailbot change plan`")
    begun = change.plan.starts_at is not None and change.plan.starts_at <= office.now
    if begun and change.plan.type is ChangeType.NORMAL:
        raise NotAllowed("ask", "its window has begun: give it another one with `mailbot change plan`", "window_begun")


def _gather(office: Office, change: Change) -> tuple[tuple[Board, ...], dict[int, Mailbox]]:
    """The boards with the people on them. Whoever plans a change does not approve it."""
    plan, rules = change.plan, office.policy.changes.boards
    if change.approvers:
        chosen: tuple[BoardRule, ...] = (BoardRule(NAMED, change.approvers, change.needed),)
    else:
        chosen = deciding(rules, plan.services, plan.customers)
    people: dict[int, Mailbox] = {}
    boards = []
    for rule in chosen:
        there = []
        for address in rule.approvers:
            if address.lower() == change.by.lower():
                continue
            known = office.policy.find_agent(address)
            person = office.work.directory.register(known.mailbox if known else Mailbox(address), office.now)
            people[person.id] = person.mailbox
            there.append(person.id)
        if not there:
            reason = f"nobody but {change.by} is to approve it: name others with --approver"
            raise NotAllowed("ask", reason, "only_planner", who=change.by)
        boards.append(Board(rule.name, tuple(dict.fromkeys(there)), needed_of(len(set(there)), rule.needed)))
    if not boards:
        raise NotAllowed(
            "ask", "nobody approves such changes: name approvers, or set [[change_boards]]", "no_approvers"
        )
    return tuple(boards), people


def find_asked(office: Office, change: Change, person: int, revision: int) -> Approval | None:
    """What somebody was asked about a revision."""
    there = office.work.changes.approvals_of(change.ticket, revision)
    return next((a for a in there if a.person == person), None)


def approve_for(
    office: Office, ticket: Ticket, change: Change, actor: Mailbox, of: str, answer: Answer, way: str, words: str
) -> None:
    """An agent has spoken with an approver, and says what the approver said; the approver is told by mail.

    Raises:
        NotAllowed: without a note of what was said, of somebody who was not asked, or where it counts for nothing.
    """
    if not words.strip():
        raise NotAllowed(answer.value, "write down what was said, in a few words")
    there = office.work.changes.approvals_of(ticket.number, change.revision)
    approval = next((a for a in there if a.address.lower() == of.strip().lower()), None)
    if approval is None:
        known = ", ".join(a.address for a in there) or "nobody yet"
        raise NotAllowed(answer.value, f"{of} is not asked about this plan; asked: {known}")
    if actor.address.lower() == approval.address.lower():
        raise NotAllowed(answer.value, "answer the mail that asked you: that is the evidence", "own_answer")
    if reason := refusal_of(office, change, approval, answer):
        raise NotAllowed(answer.value, REASONS[reason], reason)
    entry = file_words(office, ticket, EntryKind.CONTACT, actor, words, None)
    settle(office, ticket, change, approval, answer, entry, actor=actor.address, way=way, words=words)


REASONS = {
    "superseded": "the plan has been changed since: the approver is asked about the new one",
    "decided": "it has been answered: a plan that was declined must be changed before it is asked about again",
    "late": "it is too late: the change is no longer waiting for approval",
}


def refusal_of(office: Office, change: Change, approval: Approval, answer: Answer) -> str:
    """Why an answer counts for nothing now (a key of REASONS), or nothing.

    A decline stands: only another plan can be approved after it. A second thought before the work begins counts. A yes
    comes too late once the window has begun, also where the clock that says so is late itself.
    """
    if approval.revision != change.revision:
        return "superseded"
    if approval.answer is Answer.DECLINE or change.state is ChangeState.DECLINED:
        return "decided"
    begun = change.plan.starts_at is not None and change.plan.starts_at <= office.now
    if answer is Answer.APPROVE and begun and change.plan.type is ChangeType.NORMAL:
        return "late"
    trigger = ChangeTrigger.DECLINE if answer is Answer.DECLINE else ChangeTrigger.APPROVE
    if trigger in possible(change.state, change.plan.type) and change.verdict is not Verdict.DECLINED:
        return ""
    waits = change.state in (ChangeState.APPROVED, ChangeState.SCHEDULED)
    return "" if waits and answer is Answer.APPROVE else "late"


def settle(
    office: Office,
    ticket: Ticket,
    change: Change,
    approval: Approval,
    answer: Answer,
    entry: Entry,
    *,
    actor: str,
    way: str,
    words: str,
    cause: Cause | None = None,
) -> None:
    """Keep an answer that counts (``refusal_of``), and what it decides."""
    office.work.changes.answer(approval, answer, office.now, way=way, evidence=entry.evidence, entry=entry.id)
    given = facts.ApprovalGiven(
        ticket=ticket.number,
        at=office.now,
        actor=actor,
        entry=entry.id,
        person=approval.person,
        revision=approval.revision,
        answer=answer.value,
        way=way,
        evidence=entry.evidence,
        words=words[:500],
        afterwards=change.state in BEGUN,
    )
    happened: list[Fact] = [given, *_decide(office, change, actor, entry)]
    if change.state is ChangeState.APPROVED and office.policy.changes.schedules:
        happened += scheduling.try_to_schedule(office, change, actor)
    keep(office, ticket, change, happened, entry=entry, cause=cause)


def _decide(office: Office, change: Change, actor: str, entry: Entry) -> list[Fact]:
    answers = {a.person: a.answer for a in office.work.changes.approvals_of(change.ticket, change.revision)}
    verdict = judge(change.boards, answers)
    if verdict is change.verdict:
        return []
    if verdict is Verdict.APPROVED:
        return change.approve(office.now, actor, entry.id)
    # An approval that has lost what it stood on is none any more, even where not all have declined.
    return change.decline(office.now, actor, entry.id)


def keep(
    office: Office,
    ticket: Ticket,
    change: Change,
    happened: Iterable[Fact],
    *,
    entry: Entry | None = None,
    cause: Cause | None = None,
) -> None:
    """Save a change and its ticket with what happened, and set its timers."""
    ticket.changed_at = office.now
    office.work.changes.save(change)
    office.work.tickets.save(ticket)
    set_timers(office, change)
    record(office, ticket, happened, entry=entry, cause=cause)
