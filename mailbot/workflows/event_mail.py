"""Mails about announced events, to people who have not written: in small rounds, each person the newest there is.

An announcement has a step, and everybody it is for has the step that they have been told. A round takes some of those
who are behind, writes to each, and sets the timer of the next round in the same transaction. So thousands of mails are
never composed at once nor stand in the outbox before a receipt, an update that comes meanwhile overtakes the words
before it, and whoever unsubscribes before their turn is not written to.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from mailbot.desk.announcements import Announcement
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.event_audience import Outcome, Recipient
from mailbot.desk.event_tokens import EventToken, Purpose, event_address, event_message_id, sign_event
from mailbot.desk.vocabulary import NoticeKind
from mailbot.store.directory import Person
from mailbot.store.timers import Timer
from mailbot.templates.catalogue import TicketWords
from mailbot.templates.compose import ListFields
from mailbot.templates.contexts_events import EventContext
from mailbot.templates.mailto import mailto_link
from mailbot.workflows.event_audience import choose_addressees, spared_by
from mailbot.workflows.letters import Letter, desk_words, post, word_letter
from mailbot.workflows.office import Office

KIND = "event_mail"
KEY = "event"
"""What the key of such a mail begins with in the outbox; then come the announcement, the step and the person."""
KINDS = (NoticeKind.EVENT_ANNOUNCED, NoticeKind.EVENT_UPDATED, NoticeKind.EVENT_ENDED)
MOST_WAITING = 40
"""Mails about events that wait in the outbox: a receipt that comes now stands behind no more of them."""
MOST_LOOKED_AT = 1000
"""Recipients of a round, most of whom may want nothing."""
PAUSE = timedelta(seconds=10)


def tell_audience(office: Office, announcement: Announcement) -> None:
    """There is something new to tell: whoever belongs to the audience by now is added, and the first round is due."""
    if not announcement.to_audience:
        return
    if announcement.ended_at is None:
        chosen = choose_addressees(office, announcement)
        office.work.announcement_recipients.add(announcement.number, chosen, office.now)
    _set_round(office, announcement, timedelta(0))


def send_round(office: Office, timer: Timer) -> None:
    """Write to some of those who are behind, as many as the outbox has room for, and set the next round."""
    announcement = office.work.announcements.find(int(timer.details["announcement"]))
    if announcement is None:
        return
    room = MOST_WAITING - office.work.outbox.count_waiting(KINDS)
    recipients = office.work.announcement_recipients
    behind = recipients.list_behind(announcement.number, announcement.step, MOST_LOOKED_AT) if room > 0 else []
    spared = spared_by(office, announcement.ticket)
    for recipient in behind:
        if room <= 0:
            break
        outcome = spared.of(recipient.addressee)
        if outcome is Outcome.TOLD:
            outcome = _tell(office, announcement, recipient)
            room -= outcome is Outcome.TOLD
        recipients.settle(recipient, announcement.step, outcome, office.now)
    if recipients.list_behind(announcement.number, announcement.step, 1):
        _set_round(office, announcement, PAUSE)


def _set_round(office: Office, announcement: Announcement, pause: timedelta) -> None:
    office.work.timers.set(
        KIND,
        office.now + pause,
        key=f"{KIND}/{announcement.number}",
        ticket=announcement.ticket,
        details={"announcement": announcement.number},
    )


def _tell(office: Office, announcement: Announcement, recipient: Recipient) -> Outcome:
    first = recipient.first_told_at is None
    if first and announcement.ended_at:
        return Outcome.LATE
    try:
        person = office.work.directory.register(recipient.addressee.mailbox, office.now)
        letter = _letter(office, announcement, recipient, person)
        language = _language(office, recipient, person)
        context = _context(office, announcement, recipient, person, language)
        post(office, letter, word_letter(office, letter.kind, language, context))
    except ValueError:
        return Outcome.UNWRITABLE
    return Outcome.TOLD


def _letter(office: Office, announcement: Announcement, recipient: Recipient, person: Person) -> Letter:
    policy, first = office.policy, recipient.first_told_at is None
    token, address = EventToken(announcement.number, person.id), person.mailbox.address
    answer_to = event_address(policy.keyring, policy.main_address, Purpose.ANSWER, token, address)
    begun = f"{KEY}/{announcement.number}/first/{person.id}"
    key = begun if first else f"{KEY}/{announcement.number}/{announcement.step}/{person.id}"
    left_of = {k: event_message_id(policy.keyring, policy.domain, token, address, k) for k in (begun, key)}
    kind = NoticeKind.EVENT_ENDED if announcement.ended_at else NoticeKind.EVENT_UPDATED
    return Letter(
        kind=NoticeKind.EVENT_ANNOUNCED if first else kind,
        to=Mailbox(address, recipient.addressee.mailbox.name),
        key=key,
        message_id=left_of[key].rpartition("@")[0],
        reply_to=Mailbox(answer_to, policy.name),
        reverse_path=answer_to,
        person=person.id,
        in_reply_to="" if first else left_of[begun],
        references=() if first else (left_of[begun],),
        list_fields=_list_fields(office, token, address),
    )


def announcement_of(key: str) -> int:
    """The announcement that a mail in the outbox with this key is about; 0 for any other mail."""
    parts = key.split("/")
    return int(parts[1]) if len(parts) == 4 and parts[0] == KEY else 0


def _list_fields(office: Office, token: EventToken, address: str) -> ListFields:
    """How to leave: a page where the console can be reached by https, and a mail in any case (RFC 2369, RFC 8058)."""
    page = leave_page(office, token, address)
    # With its plus as it is, which a link may have (RFC 6068, 2): programs that unsubscribe do not all decode.
    mail = f"mailto:{quote(_leave_address(office, token, address), safe='@+')}?subject=unsubscribe"
    secure = page.startswith("https://")
    return ListFields(f"events.{office.policy.domain}", (page, mail) if secure else (mail,), one_click=secure)


def leave_page(office: Office, token: EventToken, address: str) -> str:
    """The page on which somebody unsubscribes and comes back; empty where mails cannot link to the console."""
    policy = office.policy
    text = sign_event(policy.keyring, Purpose.LEAVE, token, address)
    return f"{policy.console_url}/unsubscribe/{text}" if policy.console_url else ""


def _leave_address(office: Office, token: EventToken, address: str) -> str:
    policy = office.policy
    return event_address(policy.keyring, policy.main_address, Purpose.LEAVE, token, address)


def _language(office: Office, recipient: Recipient, person: Person) -> str:
    """What they chose, else what was written down of them, else their customer's."""
    policy = office.policy
    customer = policy.get_customer(recipient.addressee.customer)
    wanted = (person.language, recipient.addressee.language, customer.language)
    return next((tag for tag in wanted if tag in policy.languages), policy.default_language)


def _context(
    office: Office, announcement: Announcement, recipient: Recipient, person: Person, language: str
) -> EventContext:
    policy, address = office.policy, person.mailbox.address
    token = EventToken(announcement.number, person.id)
    services = [policy.find_service(name) for name in announcement.services]
    customer = policy.get_customer(recipient.addressee.customer)
    return EventContext(
        desk=desk_words(office),
        ticket=TicketWords("", ""),
        recipient_name=recipient.addressee.mailbox.name,
        title=announcement.title,
        words="" if announcement.words == announcement.title else announcement.words,
        planned=announcement.planned,
        begun=announcement.starts_at <= office.now,
        services=tuple(service.title_in(language) for service in services if service),
        starts_at=announcement.starts_at,
        expected_end=announcement.expected_end,
        ended_at=announcement.ended_at,
        why=recipient.addressee.why.value,
        customer_name=customer.title or customer.name,
        leave_link=leave_page(office, token, address),
        leave_mailto=mailto_link(_leave_address(office, token, address), "unsubscribe", "unsubscribe"),
    )


TIMERS = {KIND: send_round}
