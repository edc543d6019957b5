"""A report says what became of a mail of ours. It counts only with proof that it speaks of one (rule S21)."""

from __future__ import annotations

from mailbot.desk import journal
from mailbot.desk.correspondence import DeliveryReport
from mailbot.desk.reference import ReplyToken, read_detail, read_message_id
from mailbot.desk.ticket import EntryKind
from mailbot.desk.vocabulary import Disposition, MailKind, Role
from mailbot.workflows import returned_letters
from mailbot.workflows.cause import Cause
from mailbot.workflows.entries import file_mail
from mailbot.workflows.notification import record
from mailbot.workflows.office import Office
from mailbot.workflows.verdict import Verdict

REPORTS = {
    MailKind.BOUNCE: Disposition.BOUNCE,
    MailKind.DELAY_WARNING: Disposition.BOUNCE,
    MailKind.DELIVERY_RECEIPT: Disposition.AUTOMATIC,
    MailKind.READ_RECEIPT: Disposition.AUTOMATIC,
    MailKind.COMPLAINT: Disposition.BOUNCE,
}


def take_back(office: Office, cause: Cause) -> Verdict | None:
    """Record a report on its ticket, or by itself where it has no token of ours. None where the mail is no report."""
    report, kind = cause.reading.report, cause.reading.automatic.kind
    if report is None or kind not in REPORTS:
        return None
    token = _find_token(office, cause, report)
    ticket = office.work.tickets.find(token.ticket, lock=True) if token else None
    if ticket is None:
        if reasons := returned_letters.take_back(office, cause, report):
            return Verdict(REPORTS[kind], reasons)
        return Verdict(REPORTS[kind], (f"{kind.value} about a mail that is not known to be ours: nothing changed",))
    entry = file_mail(office, ticket, cause, EntryKind.REPORT, Role.STRANGER)
    facts = _failures(office, cause, report, ticket.number, entry.id) if kind is MailKind.BOUNCE else []
    if facts:
        facts += ticket.need_person(office.now, journal.DESK, entry.id, "a mail of ours did not arrive")
        office.work.tickets.save(ticket)
    record(office, ticket, facts, entry=entry, cause=cause)
    return Verdict(REPORTS[kind], (f"{kind.value}: {cause.reading.automatic.reason}",), ticket.number)


def _find_token(office: Office, cause: Cause, report: DeliveryReport) -> ReplyToken | None:
    """Our sign on the returned mail: the signed reverse-path it was sent from, or its Message-ID."""
    policy = office.policy
    details = (read_detail(policy.keyring, d) for d in cause.reading.hints.reply_details)
    named = (report.original_message_id, *cause.reading.hints.message_ids)
    minted = (read_message_id(policy.keyring, policy.domain, m) for m in named if m)
    return next((t for t in (*details, *minted) if t), None)


def _failures(office: Office, cause: Cause, report: DeliveryReport, ticket: int, entry: int) -> list[journal.Fact]:
    sent = office.work.outbox.find_by_message_ids([report.original_message_id]) if report.original_message_id else {}
    outgoing = next((m.id for m in sent.values()), 0)
    return [
        journal.DeliveryFailed(
            ticket=ticket,
            at=office.now,
            actor=journal.DESK,
            entry=entry,
            outgoing=outgoing,
            recipient=r.address,
            status=r.status,
            reason=(r.diagnostic or r.reason)[:500],
        )
        for r in report.recipients[:20]
        if r.action == "failed"
    ]
