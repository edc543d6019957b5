"""The answer to a question that belongs to no one ticket: a list of the sender's own, or that none can be shown.

It carries no token, so that no answer to it can accept or reopen anything, and leaves with the null reverse-path.
"""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import structlog

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.ticket import Ticket
from mailbot.desk.vocabulary import NoticeKind
from mailbot.store.directory import Person
from mailbot.store.outbox import Outgoing
from mailbot.templates.compose import NoticeHead, compose_notice
from mailbot.templates.contexts import DeskWords, TicketWords
from mailbot.templates.contexts_status import StatusContext
from mailbot.workflows.cause import Cause
from mailbot.workflows.office import Office
from mailbot.workflows.status_contexts import row_of

log = structlog.get_logger()


def answer_with_list(
    office: Office, cause: Cause, person: Person, tickets: Sequence[Ticket], count: int, key: str
) -> str:
    """Tell how ``tickets`` stand, of ``count``; what was done, in words."""
    rows = tuple(row_of(office, ticket) for ticket in tickets)
    name = person.mailbox.name
    context = StatusContext(
        desk=_desk(office), ticket=TicketWords("", ""), recipient_name=name, rows=rows, more=count - len(rows)
    )
    return _queue(office, cause, person, context, key)


def answer_without(office: Office, cause: Cause, person: Person) -> str:
    """Tell how to ask so that we know who asks. Nothing of the sender's is repeated."""
    context = StatusContext(desk=_desk(office), ticket=TicketWords("", ""), sender_verified=False)
    return _queue(office, cause, person, context, f"status/{cause.row.id}")


def _queue(office: Office, cause: Cause, person: Person, context: StatusContext, key: str) -> str:
    reason = _withheld(office, cause, person.mailbox.address, context.sender_verified)
    if reason:
        return f"not answered: {reason}"
    policy = office.policy
    language = person.language if person.language in policy.languages else _language(office, cause)
    rendered = office.wording.render(office.work.wordings, office.now, NoticeKind.STATUS, language, context)
    if rendered.failure:
        log.error("wording failed", notice="status", language=language, failure=rendered.failure)
    head = _head(office, cause, person, context, key, rendered.language)
    try:
        content = compose_notice(rendered, head)
    except ValueError as error:
        return f"not answered: no mail can be written to this address: {error}"
    queued = Outgoing(
        key=key,
        ticket=None,
        notice=NoticeKind.STATUS,
        automatic=True,
        person=person.id,
        resolution=0,
        recipient=person.mailbox.address,
        verified=context.sender_verified,
        reverse_path="",
        message_id=head.message_id,
        subject=rendered.subject,
        revision=rendered.revision,
        words=rendered.text,
        content=content,
        queued_at=office.now,
    )
    return "answered" if office.work.outbox.add(queued) else "answered before"


def _head(office: Office, cause: Cause, person: Person, context: StatusContext, key: str, language: str) -> NoticeHead:
    policy, asked = office.policy, cause.reading.mail.message_id
    return NoticeHead(
        message_id=f"{key.replace('/', '.')}.{cause.row.sha256[:16]}@{policy.domain}",
        from_=Mailbox(cause.row.queue or policy.main_address, policy.name),
        to=Mailbox(person.mailbox.address, context.recipient_name),
        date=office.now.astimezone(ZoneInfo(policy.timezone)),
        in_reply_to=asked,
        references=(*cause.reading.mail.references, asked) if asked else (),
        auto_submitted="auto-replied",
        language=language,
        desk_id=policy.desk_id,
    )


def _withheld(office: Office, cause: Cause, address: str, verified: bool) -> str:
    """Why nobody is answered, or nothing (rule D10)."""
    if office.policy.is_ours(address):
        return "the recipient is the desk itself"
    if not cause.may_be_answered:
        return cause.reading.automatic.reason or "the sender failed authentication"
    budget = office.policy.budget
    watched = 0 if verified else budget.unverified_per_domain_hour
    counted = office.work.outbox.count_automatic(address, 0, office.now, watched)
    if budget.per_address_hour and counted.to_address_hour >= budget.per_address_hour:
        return f"{counted.to_address_hour} automatic mails to this address within an hour"
    if watched and counted.unverified_domain_hour >= watched:
        return f"{watched} automatic mails to unverified senders of this domain within an hour"
    return ""


def _language(office: Office, cause: Cause) -> str:
    written = cause.reading.language
    return written if written in office.policy.languages else office.policy.default_language


def _desk(office: Office) -> DeskWords:
    policy = office.policy
    return DeskWords(policy.name, policy.main_address, policy.phone, policy.hours, policy.organisation, policy.timezone)
