"""Facts go to the journal, and what they call for goes to the outbox: the only writer of the outbox.

A notice is composed here, once, in the transaction of what it tells about; its bytes are what every attempt sends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeGuard
from zoneinfo import ZoneInfo

import structlog

from mailbot.desk import journal
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.journal_service import EscalatedToManagement
from mailbot.desk.journal_work import CommandsAnswered, EscalationReturned, TicketResumed
from mailbot.desk.lifecycle import ENDED, State
from mailbot.desk.notices import Audience, Occasion, occasions_of
from mailbot.desk.reference import ReplyToken, mint_message_id, page_link, reply_address
from mailbot.desk.ticket import Entry, Ticket
from mailbot.desk.trust import Evidence
from mailbot.desk.vocabulary import NoticeKind
from mailbot.store.outbox import Outgoing
from mailbot.templates.catalogue import Rendered
from mailbot.templates.compose import NoticeHead, compose_notice
from mailbot.workflows import clocks
from mailbot.workflows.cause import Cause
from mailbot.workflows.notice_contexts import Telling, context_of
from mailbot.workflows.office import Office

log = structlog.get_logger()

# These go out by themselves, to somebody of whom perhaps nothing is known but what a mail pretended.
UNASKED = frozenset({NoticeKind.PROMISE_RENEWED, NoticeKind.HEARTBEAT})
# What shows who somebody is: a mail that was authenticated, or that used the address which only our mail to them told.
KNOWN_BY = frozenset(e.name for e in Evidence if e >= Evidence.E2)
QUIET_STATES = frozenset({State.RESOLVED.value, *(s.value for s in ENDED)})


@dataclass(frozen=True, slots=True)
class Recipient:
    mailbox: Mailbox
    person: int
    language: str
    verified: bool


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
        for occasion in occasions_of(fact):
            for recipient in _audience(office, ticket, fact, occasion, cause):
                telling = Telling(fact, number, occasion.notice, entry, cause)
                if _tell(office, ticket, telling, occasion, recipient):
                    told.add(occasion.notice)
    clocks.follow(office, ticket, recorded, receipt_sent=NoticeKind.RECEIPT in told)


def _audience(
    office: Office, ticket: Ticket, fact: journal.Fact, occasion: Occasion, cause: Cause | None
) -> Iterator[Recipient]:
    if occasion.audience is Audience.REQUESTER:
        if ticket.requester:
            verified = cause.verified if cause else occasion.notice not in UNASKED or _has_shown(office, ticket)
            yield Recipient(ticket.requester.mailbox, ticket.requester.person, ticket.language, verified)
    elif occasion.audience is Audience.PERSON and _asks_for_an_answer(fact, office):
        person = office.work.directory.find(fact.person)
        if person and isinstance(fact, CommandsAnswered):
            yield from _agents(office, [person.mailbox.address])
        elif person:
            yield Recipient(
                person.mailbox, person.id, person.language or ticket.language, bool(cause and cause.verified)
            )
    elif occasion.audience is Audience.WORKERS and _workers_care(fact):
        yield from _workers(office, ticket, fact.actor)
    elif occasion.audience is Audience.OWNER and _owner_cares(office, ticket, fact):
        yield from _group(office, ticket.owner or office.policy.first_group, fact.actor)
    elif occasion.audience is Audience.ASSIGNEE and isinstance(fact, journal.TicketAssigned):
        yield from _agents(office, [fact.assignee] if fact.assignee != fact.actor else [])
    elif occasion.audience is Audience.MANAGEMENT and isinstance(fact, EscalatedToManagement):
        person = office.work.directory.register(Mailbox(fact.address), office.now)
        language = person.language or office.policy.default_language
        yield Recipient(person.mailbox, person.id, language, verified=True)


def _has_shown(office: Office, ticket: Ticket) -> bool:
    """Whether some mail of the ticket shows that its requester is who they say: nothing of it is repeated otherwise."""
    address = ticket.requester.mailbox.address.lower() if ticket.requester else ""
    theirs = (e for e in office.work.tickets.entries_of(ticket.number) if e.author.address.lower() == address)
    return any(e.inbox is None or e.evidence in KNOWN_BY for e in theirs)


def _workers_care(fact: journal.Fact) -> bool:
    """Thanks and answers that the desk obeyed by itself disturb nobody; a reply to open work does."""
    if isinstance(fact, journal.ReplyReceived):
        return fact.state not in QUIET_STATES
    if isinstance(fact, TicketResumed):
        return fact.why == "day"
    return not isinstance(fact, journal.TicketReopened) or fact.reason == "requester"


def _workers(office: Office, ticket: Ticket, actor: str) -> Iterator[Recipient]:
    if ticket.assignee:
        yield from _agents(office, [ticket.assignee])
    else:
        yield from _group(office, ticket.group, actor)


def _group(office: Office, name: str, actor: str) -> Iterator[Recipient]:
    """The address of a group, else its members apart from who did it."""
    group = office.policy.find_group(name)
    if group and group.address:
        person = office.work.directory.register(Mailbox(group.address, group.name), office.now)
        yield Recipient(person.mailbox, person.id, office.policy.default_language, verified=True)
    else:
        members = [a.mailbox.address for a in office.policy.members(name)]
        yield from _agents(office, [a for a in members if a.lower() != actor.lower()])


def _asks_for_an_answer(fact: journal.Fact, office: Office) -> TypeGuard[journal.CommandRefused | CommandsAnswered]:
    """A refusal always; what was obeyed, where settings want every transcript or the agent asked for words."""
    if not isinstance(fact, CommandsAnswered):
        return isinstance(fact, journal.CommandRefused)
    asked = any(line["command"] in ("help", "status") for line in fact.lines)
    return office.policy.routing.all_transcripts or asked or fact.outcome != "obeyed"


def _owner_cares(office: Office, ticket: Ticket, fact: journal.Fact) -> bool:
    """What comes back is news to the desk, unless somebody of the desk took it back."""
    taken_back = isinstance(fact, EscalationReturned) and bool(ticket.assignee)
    return not taken_back


def _agents(office: Office, addresses: list[str]) -> Iterator[Recipient]:
    for address in addresses:
        agent = office.policy.find_agent(address)
        if agent:
            person = office.work.directory.register(agent.mailbox, office.now)
            yield Recipient(agent.mailbox, person.id, agent.language or office.policy.default_language, verified=True)


def _tell(office: Office, ticket: Ticket, telling: Telling, occasion: Occasion, recipient: Recipient) -> bool:
    """Queue the notice, or write down why it is withheld; whether it was queued."""
    reason = (
        _not_agreed(office, ticket, occasion)
        or _withheld(office, telling.cause, occasion, recipient)
        or _over_budget(office, ticket, occasion, recipient)
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


def _not_agreed(office: Office, ticket: Ticket, occasion: Occasion) -> str:
    """Why this customer's people do not get this mail, or nothing."""
    wants_none = occasion.notice is NoticeKind.RECEIPT and not office.policy.get_customer(ticket.customer).receipts
    return "no receipts are agreed with this customer" if wants_none else ""


def _withheld(office: Office, cause: Cause | None, occasion: Occasion, recipient: Recipient) -> str:
    """Why this mail must not leave, or nothing: a machine is not answered (RFC 3834, 2), nor is the desk itself."""
    if office.policy.is_ours(recipient.mailbox.address):
        return "the recipient is the desk itself"
    if occasion.automatic and cause and not cause.may_be_answered:
        return cause.reading.automatic.reason or "the sender failed authentication"
    return ""


def _over_budget(office: Office, ticket: Ticket, occasion: Occasion, recipient: Recipient) -> str:
    """Why there has been enough automatic mail, or nothing (rule D10)."""
    if not occasion.automatic:
        return ""
    budget = office.policy.budget
    watched = 0 if recipient.verified else budget.unverified_per_domain_hour
    if not (budget.per_address_hour or budget.per_ticket_day or watched):
        return ""
    counted = office.work.outbox.count_automatic(recipient.mailbox.address, ticket.number, office.now, watched)
    if budget.per_address_hour and counted.to_address_hour >= budget.per_address_hour:
        return f"{counted.to_address_hour} automatic mails to this address within an hour"
    if budget.per_ticket_day and counted.about_ticket_day >= budget.per_ticket_day:
        return f"{counted.about_ticket_day} automatic mails about this ticket to this address within a day"
    if watched and counted.unverified_domain_hour >= watched:
        return f"{watched} automatic mails to unverified senders of this domain within an hour"
    return ""


def _compose(office: Office, ticket: Ticket, telling: Telling, occasion: Occasion, recipient: Recipient) -> Outgoing:
    policy = office.policy
    token = ReplyToken(ticket.number, recipient.person, ticket.resolution)
    answer_to = reply_address(policy.keyring, ticket.desk_address or policy.main_address, token)
    key = f"{telling.number}/{telling.kind.value}/{recipient.person}"
    rendered = _word(office, ticket, telling, recipient, answer_to)
    head = NoticeHead(
        message_id=mint_message_id(policy.keyring, policy.domain, token, key),
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
        resolution=token.resolution,
        recipient=recipient.mailbox.address,
        verified=recipient.verified,
        reverse_path=answer_to,
        message_id=head.message_id,
        subject=rendered.subject,
        revision=rendered.revision,
        words=rendered.text,
        content=compose_notice(rendered, head),
        queued_at=office.now,
    )


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
