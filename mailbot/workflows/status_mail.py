"""The answer to a question that belongs to no one ticket: a list of the sender's own, or that none can be shown.

It carries no token, so that no answer to it can accept or reopen anything, and leaves with the null reverse-path.
"""

from __future__ import annotations

from collections.abc import Sequence

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.ticket import Ticket
from mailbot.desk.vocabulary import NoticeKind
from mailbot.store.directory import Person
from mailbot.templates.contexts import TicketWords
from mailbot.templates.contexts_status import StatusContext
from mailbot.workflows.budget import find_excess
from mailbot.workflows.cause import Cause
from mailbot.workflows.letters import Letter, desk_words, post, word_letter
from mailbot.workflows.office import Office
from mailbot.workflows.status_contexts import row_of


def answer_with_list(
    office: Office, cause: Cause, person: Person, tickets: Sequence[Ticket], count: int, key: str
) -> str:
    """Tell how ``tickets`` stand, of ``count``; what was done, in words."""
    rows = tuple(row_of(office, ticket) for ticket in tickets)
    name = person.mailbox.name
    context = StatusContext(
        desk=desk_words(office), ticket=TicketWords("", ""), recipient_name=name, rows=rows, more=count - len(rows)
    )
    return _queue(office, cause, person, context, key)


def answer_without(office: Office, cause: Cause, person: Person) -> str:
    """Tell how to ask so that we know who asks. Nothing of the sender's is repeated."""
    context = StatusContext(desk=desk_words(office), ticket=TicketWords("", ""), sender_verified=False)
    return _queue(office, cause, person, context, f"status/{cause.row.id}")


def _queue(office: Office, cause: Cause, person: Person, context: StatusContext, key: str) -> str:
    reason = _withheld(office, cause, person.mailbox.address, context.sender_verified)
    if reason:
        return f"not answered: {reason}"
    language = person.language if person.language in office.policy.languages else _language(office, cause)
    rendered = word_letter(office, NoticeKind.STATUS, language, context)
    asked = cause.reading.mail.message_id
    letter = Letter(
        kind=NoticeKind.STATUS,
        to=Mailbox(person.mailbox.address, context.recipient_name),
        key=key,
        message_id=f"{key.replace('/', '.')}.{cause.row.sha256[:16]}",
        from_=cause.row.queue,
        person=person.id,
        automatic=True,
        verified=context.sender_verified,
        auto_submitted="auto-replied",
        in_reply_to=asked,
        references=(*cause.reading.mail.references, asked) if asked else (),
    )
    try:
        return "answered" if post(office, letter, rendered) else "answered before"
    except ValueError as error:
        return f"not answered: no mail can be written to this address: {error}"


def _withheld(office: Office, cause: Cause, address: str, verified: bool) -> str:
    """Why nobody is answered, or nothing (rule D10)."""
    if office.policy.is_ours(address):
        return "the recipient is the desk itself"
    if not cause.may_be_answered:
        return cause.reading.automatic.reason or "the sender failed authentication"
    return find_excess(office, address, verified=verified)


def _language(office: Office, cause: Cause) -> str:
    written = cause.reading.language
    return written if written in office.policy.languages else office.policy.default_language
