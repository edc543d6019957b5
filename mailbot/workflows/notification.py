"""Facts go to the journal, and what they call for goes to the outbox: the only writer of mail about tickets.

A notice is composed here, once, in the transaction of what it tells about; its bytes are what every attempt sends.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from zoneinfo import ZoneInfo

import structlog

from mailbot.desk import journal
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.notices import NOT_AGREED, NOT_WANTED, Occasion, occasions_of
from mailbot.desk.reference import APPROVAL, REPLY, ReplyToken, mint_message_id, page_link, reply_address
from mailbot.desk.ticket import Entry, Ticket
from mailbot.desk.vocabulary import NoticeKind
from mailbot.store.outbox import Outgoing
from mailbot.templates.catalogue import Rendered
from mailbot.templates.compose import NoticeHead, compose_notice
from mailbot.workflows import change_clock, clocks, verification_clock
from mailbot.workflows.audience import OF_APPROVERS, Recipient, audience_of
from mailbot.workflows.budget import find_enough_receipts, find_excess
from mailbot.workflows.cause import Cause
from mailbot.workflows.notice_contexts import context_of
from mailbot.workflows.office import Office
from mailbot.workflows.scene import Telling

log = structlog.get_logger()


def record(
    office: Office,
    ticket: Ticket,
    facts: Iterable[journal.Fact],
    *,
    entry: Entry | None = None,
    cause: Cause | None = None,
) -> None:
    """Write the facts down and queue the notices they call for. ``entry`` holds the words they are about.

    Then the clocks of the ticket are read again: what follows from the facts for targets and promises.
    """
    recorded = list(facts)
    told: set[NoticeKind] = set()
    for fact in recorded:
        number = office.work.journal.append(fact, ticket.state.value)
        verification_clock.follow(office, ticket, fact)
        change_clock.follow(office, ticket, fact)
        for occasion in occasions_of(fact):
            for recipient in audience_of(office, ticket, fact, occasion, cause):
                telling = Telling(fact, number, occasion.notice, entry, cause)
                if _tell(office, ticket, telling, occasion, recipient):
                    told.add(occasion.notice)
                elif occasion.notice is NoticeKind.RECEIPT:
                    clocks.promise_nothing(office, ticket)
    clocks.follow(office, ticket, recorded, receipt_sent=NoticeKind.RECEIPT in told)


def _tell(office: Office, ticket: Ticket, telling: Telling, occasion: Occasion, recipient: Recipient) -> bool:
    """Queue the notice, or write down why it is withheld; whether it was queued."""
    reason = (
        _withheld(office, telling.cause, occasion, recipient)
        or _not_agreed(office, ticket, telling.fact, occasion)
        or _over_budget(office, ticket, telling.cause, occasion, recipient)
    )
    if not reason:
        try:
            office.work.outbox.add(_compose(office, ticket, telling, occasion, recipient))
        except ValueError as error:
            # An address that somebody wrote to us from need not be one that we can write to.
            reason = f"no mail can be written to this address: {error}"
    if reason:
        withheld = journal.NoticeWithheld(
            ticket=ticket.number,
            at=office.now,
            notice=occasion.notice.value,
            recipient=recipient.mailbox.address,
            reason=reason,
        )
        office.work.journal.append(withheld)
    return not reason


def _not_agreed(office: Office, ticket: Ticket, fact: journal.Fact, occasion: Occasion) -> str:
    """Why nobody wants this receipt, or nothing."""
    if occasion.notice is not NoticeKind.RECEIPT:
        return ""
    if isinstance(fact, journal.TicketRegistered) and fact.without_receipt:
        return NOT_WANTED
    return "" if office.policy.get_customer(ticket.customer).receipts else NOT_AGREED


def _withheld(office: Office, cause: Cause | None, occasion: Occasion, recipient: Recipient) -> str:
    """Why this mail must not leave, or nothing: a machine is not answered (RFC 3834, 2), nor is the desk itself."""
    if office.policy.is_ours(recipient.mailbox.address):
        return "the recipient is the desk itself"
    if occasion.automatic and cause and not cause.may_be_answered:
        return cause.reading.automatic.reason or "the sender failed authentication"
    return ""


def _over_budget(office: Office, ticket: Ticket, cause: Cause | None, occasion: Occasion, recipient: Recipient) -> str:
    if not occasion.automatic:
        return ""
    address = recipient.mailbox.address
    excess = find_excess(office, address, verified=recipient.verified, ticket=ticket.number)
    if not excess and occasion.notice is NoticeKind.RECEIPT and cause and cause.may_be_forged:
        return find_enough_receipts(office, address)
    return excess


def _compose(office: Office, ticket: Ticket, telling: Telling, occasion: Occasion, recipient: Recipient) -> Outgoing:
    policy = office.policy
    token, purpose = _token_of(ticket, telling, recipient)
    answer_to = reply_address(policy.keyring, ticket.desk_address or policy.main_address, token, purpose)
    key = f"{telling.number}/{telling.kind.value}/{recipient.person}"
    rendered = _word(office, ticket, telling, recipient, answer_to)
    head = NoticeHead(
        message_id=mint_message_id(policy.keyring, policy.domain, token, key, purpose),
        from_=Mailbox(ticket.desk_address or policy.main_address, _sender_name(office, telling)),
        to=recipient.mailbox,
        reply_to=Mailbox(answer_to, policy.name),
        date=office.now.astimezone(ZoneInfo(policy.timezone)),
        auto_submitted=_auto_submitted(telling, occasion),
        language=rendered.language,
        desk_id=policy.desk_id,
    )
    head = _threaded(office, ticket, telling, recipient, head)
    return Outgoing(
        key=key,
        ticket=ticket.number,
        notice=telling.kind,
        automatic=occasion.automatic,
        person=recipient.person,
        resolution=ticket.resolution,
        recipient=recipient.mailbox.address,
        verified=recipient.verified,
        reverse_path=_bounce_to(office, ticket, recipient),
        message_id=head.message_id,
        subject=rendered.subject,
        revision=rendered.revision,
        words=rendered.text,
        content=compose_notice(rendered, head),
        queued_at=office.now,
    )


def _token_of(ticket: Ticket, telling: Telling, recipient: Recipient) -> tuple[ReplyToken, str]:
    """What an answer to the notice is worth: to an approver, an answer about one revision of the plan and no more."""
    if isinstance(telling.fact, OF_APPROVERS):
        return ReplyToken(ticket.number, recipient.person, telling.fact.revision), APPROVAL
    return ReplyToken(ticket.number, recipient.person, ticket.resolution), REPLY


def _bounce_to(office: Office, ticket: Ticket, recipient: Recipient) -> str:
    """Reports about the mail come here. They approve nothing, so this token is an ordinary one."""
    token = ReplyToken(ticket.number, recipient.person, ticket.resolution)
    return reply_address(office.policy.keyring, ticket.desk_address or office.policy.main_address, token)


def _word(office: Office, ticket: Ticket, telling: Telling, recipient: Recipient, answer_to: str) -> Rendered:
    """The notice in words. A wording that fails has been replaced by then; that it failed is a fact (rule D16)."""
    page = page_link(
        office.policy.keyring, office.policy.console_url, ReplyToken(ticket.number, recipient.person, ticket.resolution)
    )
    context = context_of(
        office, ticket, telling, recipient.mailbox, answer_to, recipient.language, recipient.verified, page
    )
    rendered = office.wording.render(office.work.wordings, office.now, telling.kind, recipient.language, context)
    if rendered.failure:
        log.error("wording failed", notice=telling.kind.value, language=recipient.language, failure=rendered.failure)
        office.work.journal.append(
            journal.WordingFailed(
                ticket=ticket.number,
                at=office.now,
                notice=telling.kind.value,
                language=recipient.language,
                failure=rendered.failure[:500],
            )
        )
    return rendered


def _auto_submitted(telling: Telling, occasion: Occasion) -> str:
    """The word of RFC 3834, 5; none for what a person wrote."""
    if telling.kind is NoticeKind.PUBLIC_REPLY:
        return ""
    return "auto-replied" if occasion.automatic and telling.cause else "auto-generated"


def _sender_name(office: Office, telling: Telling) -> str:
    if telling.kind is NoticeKind.PUBLIC_REPLY and telling.entry and telling.entry.author.name:
        return f"{telling.entry.author.name} ({office.policy.name})"
    return office.policy.name


def _threaded(office: Office, ticket: Ticket, telling: Telling, recipient: Recipient, head: NoticeHead) -> NoticeHead:
    """Let the mail stand in its reader's conversation (RFC 5322, 3.6.4)."""
    cause = telling.cause
    if cause and cause.author and cause.author.address.lower() == recipient.mailbox.address.lower():
        message_id = cause.reading.mail.message_id
        if message_id:
            return replace(head, in_reply_to=message_id, references=(*cause.reading.mail.references, message_id))
    if not isinstance(telling.fact, journal.TicketRegistered):
        last = office.work.outbox.last_to(ticket.number, recipient.person)
        if last:
            return replace(head, in_reply_to=last.message_id, references=(last.message_id,))
    return head
