"""Somebody answers a mail about an event: they get a ticket of their own, linked to it, as if they had written first.

Their answer never touches the ticket of the event, nor anybody else's. Whoever has a ticket about it already, and can
be taken for who they say, goes on in that one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mailbot.desk.announcements import Announcement, says_not_this
from mailbot.desk.event_tokens import Purpose, find_event_in_message_id
from mailbot.desk.reference import ReplyToken
from mailbot.desk.trust import Evidence, weigh
from mailbot.desk.vocabulary import Disposition
from mailbot.workflows import conversation
from mailbot.workflows.cause import Cause, Thread
from mailbot.workflows.known_events import Answered
from mailbot.workflows.office import Office
from mailbot.workflows.registration import register_mail
from mailbot.workflows.subscriptions import Subscriber, find_subscriber
from mailbot.workflows.verdict import Verdict


def take_answer(office: Office, cause: Cause) -> Verdict | None:
    """Claim a mail that answers one about an event, and no mail about a ticket."""
    if cause.thread and cause.thread.token:
        return None
    reader = find_reader(office, cause)
    announcement = office.work.announcements.find(reader.announcement) if reader else None
    if reader is None or announcement is None:
        return None
    automatic = cause.reading.automatic
    if automatic.kind not in conversation.WRITTEN_BY_PEOPLE:
        why = f"{automatic.kind.value}: {automatic.reason}"
        return Verdict(Disposition.AUTOMATIC, ("a machine answers a mail about an event", why))
    return _join(office, cause, reader, announcement) or _open(office, cause, announcement)


def find_reader(office: Office, cause: Cause) -> Subscriber | None:
    """Whom the mail went to that this one answers or returns."""
    found = (find_subscriber(office, token, Purpose.ANSWER) for token in _tokens(office, cause))
    return next((reader for reader in found if reader), None)


def _tokens(office: Office, cause: Cause) -> Iterator[str]:
    hints, report = cause.reading.hints, cause.reading.report
    yield from hints.reply_details
    returned = (report.original_message_id,) if report else ()
    for message_id in (*returned, *hints.message_ids):
        yield find_event_in_message_id(office.policy.domain, message_id)


def _join(office: Office, cause: Cause, reader: Subscriber, announcement: Announcement) -> Verdict | None:
    """Go on in the ticket about it that the reader has, where it is they who write."""
    author, known = cause.author, cause.standing
    if author is None or author.address.lower() != reader.person.mailbox.address.lower():
        return None
    number = office.work.event_audience.find_ticket_below(announcement.ticket, reader.person.id)
    ticket = office.work.tickets.find(number, lock=True) if number else None
    if ticket is None:
        return None
    standing = weigh(known.authentication, token_valid=True, author_clear=known.evidence > Evidence.E0)
    thread = Thread(ticket, ReplyToken(ticket.number, reader.person.id), "answers a mail about its event")
    return conversation.join(office, replace(cause, standing=standing, thread=thread), thread)


def _open(office: Office, cause: Cause, announcement: Announcement) -> Verdict:
    answered, why = Answered(announcement), "answers a mail about an event: linked to it"
    if announcement.ended_at:
        answered, why = Answered(None), "answers a mail about an event that has ended: not linked"
    elif says_not_this(cause.words):
        answered, why = Answered(None), "answers a mail about an event, and says that it is something else: not linked"
    ticket = register_mail(office, cause, answered=answered)
    return Verdict(Disposition.TICKET, (why,), ticket.number)
