"""Whoever is mailed about events says that they want no more of it, or want it again: with the token of such a mail.

The token shows that somebody has the mail, which is all that unsubscribing asks for: no sign-in, no cookie, no sender
that is known (RFC 8058, 3.1). Saying it again changes nothing, and nothing of the person is told to whoever says it.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from mailbot.desk.event_audience import Choice, Way
from mailbot.desk.event_tokens import EventToken, Purpose, is_genuine, read_event
from mailbot.desk.vocabulary import Disposition, NoticeKind
from mailbot.store.directory import Person
from mailbot.templates.catalogue import TicketWords
from mailbot.templates.contexts_events import UnsubscribedContext
from mailbot.workflows.budget import find_excess
from mailbot.workflows.cause import Cause
from mailbot.workflows.event_mail import leave_page
from mailbot.workflows.letters import Letter, desk_words, post, word_letter
from mailbot.workflows.office import Office
from mailbot.workflows.verdict import Verdict

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Subscriber:
    """The person whom a mail about an announcement went to. ``wants``: they are mailed about events."""

    person: Person
    announcement: int
    wants: bool


def find_subscriber(office: Office, text: str, purpose: Purpose = Purpose.LEAVE) -> Subscriber | None:
    """Whose token a text is; None where it is none of ours, or was signed for somebody or something else."""
    claimed = read_event(purpose, text)
    person = office.work.directory.find(claimed.person) if claimed else None
    if claimed is None or person is None:
        return None
    address = person.mailbox.address
    if not is_genuine(office.policy.keyring, purpose, text, address):
        return None
    choice = office.work.event_audience.find_choice(address)
    return Subscriber(person, claimed.announcement, choice is None or choice.wants)


def choose(office: Office, subscriber: Subscriber, *, wants: bool, way: Way, inbox: int | None = None) -> bool:
    """Write down what somebody chose; False where that is how it stood already."""
    address = subscriber.person.mailbox.address
    choice = Choice(address, wants, office.now, way, address, subscriber.announcement, inbox)
    changed = office.work.event_audience.choose(choice)
    if changed:
        log.info("mail about events", wants=wants, way=way.value, announcement=subscriber.announcement)
    return changed


def leave_by_mail(office: Office, cause: Cause) -> Verdict | None:
    """A mail to the address for unsubscribing (RFC 2369, 3.2). None where it went to no such address of ours."""
    found = (find_subscriber(office, detail) for detail in cause.reading.hints.reply_details)
    subscriber = next((s for s in found if s), None)
    if subscriber is None:
        return None
    if not choose(office, subscriber, wants=False, way=Way.MAIL, inbox=cause.row.id):
        return Verdict(Disposition.UNSUBSCRIBED, ("they had unsubscribed already",))
    return Verdict(
        Disposition.UNSUBSCRIBED, ("unsubscribed, by the token of their mail", _answer(office, cause, subscriber))
    )


def _answer(office: Office, cause: Cause, subscriber: Subscriber) -> str:
    """Say so to the person of the token, whoever wrote; what was done, in words."""
    person, policy = subscriber.person, office.policy
    address, asked = person.mailbox.address, cause.reading.mail.message_id
    reason = "" if cause.may_be_answered else cause.reading.automatic.reason or "the sender failed authentication"
    reason = reason or find_excess(office, address, verified=True)
    if reason:
        return f"not answered: {reason}"
    language = person.language if person.language in policy.languages else policy.default_language
    token = EventToken(subscriber.announcement, person.id)
    context = UnsubscribedContext(
        desk=desk_words(office),
        ticket=TicketWords("", ""),
        recipient_name=person.mailbox.name,
        return_link=leave_page(office, token, address),
    )
    letter = Letter(
        kind=NoticeKind.UNSUBSCRIBED,
        to=person.mailbox,
        key=f"unsubscribed/{cause.row.id}",
        message_id=f"unsubscribed.{cause.row.id}.{cause.row.sha256[:16]}",
        person=person.id,
        automatic=True,
        auto_submitted="auto-replied",
        in_reply_to=asked,
        references=(asked,) if asked else (),
    )
    try:
        post(office, letter, word_letter(office, letter.kind, language, context))
    except ValueError as error:
        return f"not answered: no mail can be written to this address: {error}"
    return "answered"
