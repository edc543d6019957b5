"""Which ticket a mail belongs to: signed reply address, our own Message-IDs, then hints that need a known sender."""

from __future__ import annotations

from mailbot.desk.correspondence import Authentication, Mailbox, Reading
from mailbot.desk.lifecycle import State
from mailbot.desk.reference import APPROVAL, REPLY, ReplyToken, read_detail, read_message_id, read_ticket_reference
from mailbot.desk.ticket import Ticket
from mailbot.desk.trust import Standing, weigh
from mailbot.parsers.authentication import find_from_domain
from mailbot.store.inbox_questions import InboxRow
from mailbot.workflows.cause import Cause, Thread
from mailbot.workflows.office import Office

LONGEST_ADDRESS = 320
"""Local part, @ and domain at their longest (RFC 5321, 4.5.3.1)."""


def find_thread(office: Office, reading: Reading, author: Mailbox | None) -> Thread | None:
    """The ticket, by the most trustworthy of the signs.

    A signed token stands for itself. A Message-ID that some mail of the ticket had, or a reference in the subject, is
    a hint that anybody can write: it counts only from somebody who is in the ticket already (test S5).
    """
    token, purpose, way = _find_token(office, reading)
    if token is not None:
        ticket = _find_ticket(office, token.ticket)
        if ticket is None:
            return None
        return Thread(ticket, token, way) if purpose == REPLY else Thread(ticket, None, way, approval=token)
    for number, hint in _hinted(office, reading):
        ticket = _find_ticket(office, number)
        if ticket and author and (ticket.find_participant(author.address) or office.policy.find_agent(author.address)):
            return Thread(ticket, None, hint)
    return None


def _find_ticket(office: Office, number: int) -> Ticket | None:
    """The ticket; where it was merged, the one in which it goes on."""
    ticket = office.work.tickets.find(number, lock=True)
    if ticket is None or ticket.state is not State.CANCELLED:
        return ticket
    target = office.work.links.target_of(number)
    return ticket if target == number else office.work.tickets.find(target, lock=True)


def weigh_cause(office: Office, row: InboxRow, reading: Reading, authentication: Authentication | None = None) -> Cause:
    """Put together what a mail says, where it belongs and how well its sender is known."""
    author = reading.mail.author or _fallback_author(row, reading)
    if author is not None and len(author.address) > LONGEST_ADDRESS:
        author = None
    thread = find_thread(office, reading, author)
    # Our own check leaves a sender unchecked only where a relay of ours handed the mail over: then its word may count.
    known = authentication if authentication and authentication.checked_by else reading.authentication
    standing = _stand(office, reading, author, thread, known)
    return Cause(row, reading, author, standing, thread)


def _find_token(office: Office, reading: Reading) -> tuple[ReplyToken | None, str, str]:
    """The token, what it was signed for, and where it stood."""
    keyring, domain = office.policy.keyring, office.policy.domain
    for detail in reading.hints.reply_details:
        for purpose in (REPLY, APPROVAL):
            if token := read_detail(keyring, detail, purpose):
                return token, purpose, "signed reply address"
    for message_id in reading.hints.message_ids:
        for purpose in (REPLY, APPROVAL):
            if token := read_message_id(keyring, domain, message_id, purpose):
                return token, purpose, "Message-ID of ours"
    return None, "", ""


def _hinted(office: Office, reading: Reading) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    if reading.hints.message_ids:
        known = office.work.inbox.find_tickets_by_message_id(reading.hints.message_ids)
        found += [(known[m], "answers a mail of the ticket") for m in reading.hints.message_ids if m in known]
    for reference in reading.hints.subject_references:
        number = read_ticket_reference(office.policy.prefix, reference)
        if number is not None:
            found.append((number, "reference in the subject"))
    return found[:5]


def _stand(
    office: Office, reading: Reading, author: Mailbox | None, thread: Thread | None, authentication: Authentication
) -> Standing:
    token_valid = False
    token = (thread.token or thread.approval) if thread else None
    if token and author:
        owner = office.work.directory.find(token.person)
        token_valid = owner is not None and owner.mailbox.address.lower() == author.address.lower()
    return weigh(authentication, token_valid=token_valid, author_clear=not find_from_domain(reading.mail)[1])


def _fallback_author(row: InboxRow, reading: Reading) -> Mailbox | None:
    first = next((m for m in reading.mail.from_ if m.address), None)
    path = row.envelope.reverse_path.strip("<> ")
    return first or (Mailbox(path) if "@" in path else None)
