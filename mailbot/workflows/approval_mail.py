"""An approver answers by mail: kept first, then read, then counted, or a person of the desk reads it.

Only a token that was signed for approvals opens this way: of this change, used by the person it was mailed to. What is
not certain approves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailbot.desk import journal_changes as facts
from mailbot.desk.approvals import Answer, Approval
from mailbot.desk.change import Change
from mailbot.desk.journal import Fact
from mailbot.desk.ticket import Entry, EntryKind
from mailbot.desk.trust import Action, Evidence, may
from mailbot.desk.vocabulary import Disposition, Intent, Role
from mailbot.languages import load_lexicon
from mailbot.parsers.approval import ApprovalVerdict, read_approval
from mailbot.workflows import approvals
from mailbot.workflows.cause import Cause, Thread
from mailbot.workflows.entries import file_mail
from mailbot.workflows.office import Office
from mailbot.workflows.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Asked:
    """The change, and what its author was asked about it, which may be an older revision of the plan."""

    change: Change
    approval: Approval


def find_asked(office: Office, cause: Cause, thread: Thread) -> Asked | None:
    """What a mail answers, where it is of an approver who was asked; None for everybody else's."""
    token = thread.approval
    # A token in other hands is no answer of anybody: the mail is held, as strangers' mail is.
    if token is None or token.ticket != thread.ticket.number or not cause.standing.token_valid:
        return None
    if cause.standing.evidence < Evidence.E2:
        return None
    change = office.work.changes.find(token.ticket)
    approval = approvals.find_asked(office, change, token.person, token.resolution) if change else None
    return Asked(change, approval) if change and approval else None


def listen(office: Office, cause: Cause, thread: Thread, asked: Asked) -> Verdict:
    """Keep the mail, and do what it says."""
    entry = file_mail(office, thread.ticket, cause, EntryKind.NOTE, Role.PARTICIPANT)
    verdict = _read(cause)
    done = _act(office, cause, thread, asked, entry, verdict)
    why = f"{verdict.answer.value or 'no clear answer'}: {verdict.reason}"
    return Verdict(Disposition.REPLY, (why, done), thread.ticket.number)


def _read(cause: Cause) -> ApprovalVerdict:
    mail = cause.reading.mail
    author = cause.author
    names = (author.name, author.address.partition("@")[0].replace(".", " ")) if author else ()
    attached = any(not a.inline for a in mail.attachments)
    verdict = read_approval(cause.reading.answer, mail.subject, load_lexicon(), names=names, attached=attached)
    if not mail.fully_read:
        return ApprovalVerdict(Answer.NONE, "", "the mail could not be read to its end")
    return verdict


def _act(office: Office, cause: Cause, thread: Thread, asked: Asked, entry: Entry, verdict: ApprovalVerdict) -> str:
    change, approval = asked.change, asked.approval
    if verdict.answer is Answer.NONE:
        thanks = cause.reading.intent.intent is Intent.THANKS and approval.answer is not Answer.NONE
        return (
            _keep_thanks(office, thread, change) if thanks else _refuse(office, cause, thread, asked, entry, "unclear")
        )
    if not may(Action.APPROVE, cause.standing):
        return _refuse(office, cause, thread, asked, entry, "evidence")
    if reason := approvals.refusal_of(office, change, approval, verdict.answer):
        return _refuse(office, cause, thread, asked, entry, reason)
    if approval.answer is verdict.answer:
        return _keep_thanks(office, thread, change)
    approvals.settle(
        office,
        thread.ticket,
        change,
        approval,
        verdict.answer,
        entry,
        actor=entry.author.address,
        way="mail",
        words=verdict.words,
        cause=cause,
    )
    return f"{verdict.answer.value}: counted for plan {approval.revision}; the change is {change.state.value}"


def _keep_thanks(office: Office, thread: Thread, change: Change) -> str:
    approvals.keep(office, thread.ticket, change, ())
    return "recorded: it changes nothing"


def _refuse(office: Office, cause: Cause, thread: Thread, asked: Asked, entry: Entry, reason: str) -> str:
    """It counts for nothing: its author is told why, and somebody of the desk reads it, unless it was only too old."""
    ticket, approval = thread.ticket, asked.approval
    fact = facts.ApprovalRefused(
        ticket=ticket.number,
        at=office.now,
        actor=entry.author.address,
        entry=entry.id,
        person=approval.person,
        revision=approval.revision,
        reason=reason,
    )
    happened: list[Fact] = [fact]
    if reason != "superseded":
        why = f"an answer about the change that counts for nothing ({reason})"
        happened += ticket.need_person(office.now, entry.author.address, entry.id, why)
    approvals.keep(office, ticket, asked.change, happened, entry=entry, cause=cause)
    return f"counts for nothing: {reason}"
