"""A letter about no ticket did not arrive: the outbox says so, and an address that takes no mail is not written again.

A report counts with proof that it speaks of a letter of ours: the address that the letter left from, or its Message-ID,
both of which are signed.
"""

from __future__ import annotations

import structlog

from mailbot.desk.correspondence import DeliveryReport
from mailbot.desk.event_audience import Bounce, Way, is_about_address
from mailbot.desk.vocabulary import MailKind
from mailbot.store.outbox import Outgoing
from mailbot.workflows.cause import Cause
from mailbot.workflows.event_mail import announcement_of
from mailbot.workflows.event_replies import find_reader
from mailbot.workflows.office import Office
from mailbot.workflows.subscriptions import Subscriber, choose

log = structlog.get_logger()


def take_back(office: Office, cause: Cause, report: DeliveryReport) -> tuple[str, ...]:
    """Note what a report says of a letter; the reasons for the verdict, none where it shows no letter of ours."""
    kind, reader = cause.reading.automatic.kind, find_reader(office, cause)
    letter = _find_letter(office, cause, report)
    if reader is None and letter is None:
        return ()
    failed = [r for r in report.recipients if r.action == "failed" and r.permanent is not False]
    if kind is MailKind.COMPLAINT and reader:
        choose(office, reader, wants=False, way=Way.COMPLAINT, inbox=cause.row.id)
    elif kind is MailKind.BOUNCE and failed:
        reason = f"{failed[0].status} {failed[0].diagnostic or failed[0].reason}".strip()
        if reader:
            _note_bad(office, reader.person.mailbox.address, reader.announcement, reason)
        if letter and office.work.outbox.come_back(letter.id, office.now, reason):
            log.warning("letter came back", outgoing=letter.id, notice=letter.notice.value, reason=reason[:200])
    return f"{kind.value} about a letter of ours", _name(reader, letter)


def note_refused(office: Office, mail: Outgoing, reason: str, *, permanent: bool) -> None:
    """The next mail server would not take a letter (``permanent``), or never did in all the time there was."""
    log.warning("letter did not leave", outgoing=mail.id, notice=mail.notice.value, reason=reason[:200])
    if permanent and (announcement := announcement_of(mail.key)):
        _note_bad(office, mail.recipient, announcement, reason)


def _note_bad(office: Office, address: str, announcement: int, reason: str) -> None:
    if is_about_address(reason):
        office.work.event_audience.note_bounce(Bounce(address, office.now, announcement, reason))


def _find_letter(office: Office, cause: Cause, report: DeliveryReport) -> Outgoing | None:
    """The letter that came back to the very address which it left from."""
    details = [d.lower() for d in cause.reading.hints.reply_details]
    named = [m for m in (report.original_message_id, *cause.reading.hints.message_ids[:10]) if m]
    sent = office.work.outbox.find_by_message_ids(named) if details and named else {}
    return next((m for m in sent.values() if m.ticket is None and _detail(m.reverse_path) in details), None)


def _detail(address: str) -> str:
    return address.rpartition("@")[0].partition("+")[2].lower() or "-"


def _name(reader: Subscriber | None, letter: Outgoing | None) -> str:
    what = letter.notice.value if letter else "event mail"
    return f"{what} to {letter.recipient if letter else reader.person.mailbox.address if reader else ''}"
