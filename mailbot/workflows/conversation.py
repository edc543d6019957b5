"""A reply joins its ticket: the words are kept first, then what they ask for is done, or a person is asked.

Unsure means that a human decides. Nothing here guesses a closure.
"""

from __future__ import annotations

from mailbot.desk import journal
from mailbot.desk.announcements import says_not_this
from mailbot.desk.lifecycle import ENDED, State
from mailbot.desk.ticket import Entry, EntryKind, Ticket
from mailbot.desk.trust import Action, may
from mailbot.desk.vocabulary import Disposition, Intent, MailKind, Role
from mailbot.workflows import agent_mail, approval_mail, known_events, resolution, status
from mailbot.workflows.cause import Cause, Thread
from mailbot.workflows.entries import file_mail
from mailbot.workflows.notification import record
from mailbot.workflows.office import Office
from mailbot.workflows.registration import register_mail
from mailbot.workflows.verdict import Verdict

WRITTEN_BY_PEOPLE = frozenset({MailKind.PERSON, MailKind.LIST})


def join(office: Office, cause: Cause, thread: Thread) -> Verdict:
    """Let a mail join the ticket it belongs to. The verdict says what became of it, and why."""
    found = f"belongs to the ticket by: {thread.way}"
    if cause.reading.automatic.kind not in WRITTEN_BY_PEOPLE:
        return _record_automatic(office, cause, thread.ticket).because(found)
    if asked := approval_mail.find_asked(office, cause, thread):
        return approval_mail.listen(office, cause, thread, asked).because(found)
    role = _role(office, cause, thread.ticket)
    if role is Role.STRANGER or not may(Action.APPEND, cause.standing):
        return _hold(office, cause, thread.ticket, role).because(found)
    if role is Role.AGENT:
        return agent_mail.obey(office, cause, thread.ticket).because(found)
    return _listen(office, cause, thread, role).because(found)


def _role(office: Office, cause: Cause, ticket: Ticket) -> Role:
    address = cause.author.address if cause.author else ""
    if ticket.requester and ticket.requester.mailbox.address.lower() == address.lower():
        return Role.REQUESTER
    if office.policy.find_agent(address):
        return Role.AGENT
    return Role.PARTICIPANT if ticket.find_participant(address) else Role.STRANGER


def _record_automatic(office: Office, cause: Cause, ticket: Ticket) -> Verdict:
    """Machine mail is kept where it belongs. It changes no state, and it is not answered."""
    automatic = cause.reading.automatic
    entry = file_mail(office, ticket, cause, EntryKind.AUTOMATIC, Role.STRANGER)
    back = automatic.returns_on.isoformat() if automatic.returns_on else ""
    fact = journal.AutomaticMailRecorded(
        ticket=ticket.number,
        at=office.now,
        actor=entry.author.address or journal.DESK,
        entry=entry.id,
        kind=automatic.kind.value,
        returns_on=back,
    )
    record(office, ticket, [fact], entry=entry, cause=cause)
    return Verdict(Disposition.AUTOMATIC, (f"{automatic.kind.value}: {automatic.reason}",), ticket.number)


def _hold(office: Office, cause: Cause, ticket: Ticket, role: Role) -> Verdict:
    """Keep the mail where agents see it. It may be honest; it may be a stranger with a forwarded notice (test S8)."""
    reason = "the sender is not in this ticket" if role is Role.STRANGER else "nothing shows who the sender is"
    entry = file_mail(office, ticket, cause, EntryKind.HELD, role)
    fact = journal.ReplyHeld(
        ticket=ticket.number, at=office.now, actor=entry.author.address or journal.DESK, entry=entry.id, reason=reason
    )
    record(office, ticket, [fact], entry=entry, cause=cause)
    return Verdict(Disposition.HELD, (f"held: {reason} (evidence {cause.standing.evidence.name})",), ticket.number)


def _listen(office: Office, cause: Cause, thread: Thread, role: Role) -> Verdict:
    ticket, verdict = thread.ticket, cause.reading.intent
    if _continues_in_a_new_ticket(office, ticket, verdict.intent):
        follower = register_mail(office, cause, follows=ticket.number)
        return Verdict(Disposition.TICKET, ("the time for reopening is over: a new ticket follows",), follower.number)
    entry = file_mail(office, ticket, cause, EntryKind.REPLY, role)
    facts = ticket.receive_reply(office.now, entry.author.address, entry.id, verdict.intent)
    office.work.tickets.save(ticket)
    record(office, ticket, facts, entry=entry, cause=cause)
    done = _act(office, cause, thread, role, entry)
    why = f"{verdict.intent.value}: {verdict.reason}" + (f" («{verdict.words}»)" if verdict.words else "")
    return Verdict(Disposition.REPLY, (why, done), ticket.number)


def _act(office: Office, cause: Cause, thread: Thread, role: Role, entry: Entry) -> str:
    """What the words ask for, in the state the ticket is in; what was done, in words."""
    ticket, intent = thread.ticket, cause.reading.intent.intent
    if ticket.state is State.RESOLVED:
        return _answer_to_resolution(office, cause, thread, role, entry)
    if ticket.state in ENDED:
        if intent is Intent.REOPEN:
            return _reopen(office, cause, ticket, entry)
        if intent in (Intent.THANKS, Intent.ACCEPT):
            return "recorded: the ticket has ended already"
        if _only_asks(cause):
            return status.tell(office, cause, ticket, entry)
        return _ask_person(office, cause, ticket, entry, "words in a ticket that has ended")
    denied = role is Role.REQUESTER and says_not_this(entry.words)
    if denied and (facts := known_events.deny(office, ticket, entry.author.address)):
        record(office, ticket, facts, cause=cause)
        return "it is not the announced event: the ticket stands alone again"
    if intent is Intent.ACCEPT:
        return _refuse(office, cause, ticket, entry, "accept", "state")
    return status.tell(office, cause, ticket, entry) if intent is Intent.STATUS else "recorded"


def _only_asks(cause: Cause) -> bool:
    """Whether a question how it goes is all that the mail says: more than that, a person must read."""
    return cause.reading.intent.intent is Intent.STATUS and cause.reading.status_about is not None


def _answer_to_resolution(office: Office, cause: Cause, thread: Thread, role: Role, entry: Entry) -> str:
    ticket, intent = thread.ticket, cause.reading.intent.intent
    if intent is Intent.REOPEN:
        return _reopen(office, cause, ticket, entry)
    if intent is Intent.THANKS:
        return "recorded: thanks alone changes nothing"
    if _only_asks(cause):
        return status.tell(office, cause, ticket, entry)
    if intent is not Intent.ACCEPT:
        return _ask_person(office, cause, ticket, entry, "an answer to the resolution that only a person can judge")
    if role is not Role.REQUESTER and not _is_affected(ticket, entry.author.address):
        return _refuse(office, cause, ticket, entry, "accept", "right")
    if thread.token is None or not may(Action.ACCEPT, cause.standing):
        return _refuse(office, cause, ticket, entry, "accept", "evidence")
    if thread.token.resolution != ticket.resolution:
        return _refuse(office, cause, ticket, entry, "accept", "superseded")
    resolution.accept(office, ticket, entry, cause.reading.intent.words, cause)
    return "accepted: the ticket is closed" if ticket.state in ENDED else "accepted: others are still asked"


def _is_affected(ticket: Ticket, address: str) -> bool:
    return any(p.mailbox.address.lower() == address.lower() for p in ticket.affected)


def _reopen(office: Office, cause: Cause, ticket: Ticket, entry: Entry) -> str:
    if not may(Action.REOPEN, cause.standing):
        return _refuse(office, cause, ticket, entry, "reopen", "evidence")
    resolution.object_to(office, ticket, entry, cause.reading.intent.words, cause)
    return "reopened"


def _ask_person(office: Office, cause: Cause, ticket: Ticket, entry: Entry, reason: str) -> str:
    facts = ticket.need_person(office.now, entry.author.address, entry.id, reason)
    office.work.tickets.save(ticket)
    record(office, ticket, facts, entry=entry, cause=cause)
    return f"a person must read it: {reason}"


def _refuse(office: Office, cause: Cause, ticket: Ticket, entry: Entry, command: str, reason: str) -> str:
    """Say why not, and let somebody of the desk read it: an honest person may stand behind it."""
    done = _ask_person(office, cause, ticket, entry, f"{command} was refused ({reason})")
    person = office.work.directory.find_by_address(entry.author.address)
    if person:
        fact = journal.CommandRefused(
            ticket=ticket.number,
            at=office.now,
            actor=entry.author.address,
            entry=entry.id,
            person=person.id,
            command=command,
            reason=reason,
            state=ticket.state.value,
        )
        record(office, ticket, [fact], entry=entry, cause=cause)
    return done


def _continues_in_a_new_ticket(office: Office, ticket: Ticket, intent: Intent) -> bool:
    until = ticket.reopens_until(office.policy.reopen_working_days, office.policy.calendar)
    return until is not None and office.now > until and intent not in (Intent.THANKS, Intent.ACCEPT)
