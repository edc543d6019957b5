"""An alert opens an incident, or joins the open one of the same key."""

from __future__ import annotations

from mailbot.desk import journal
from mailbot.desk.correspondence import Alert
from mailbot.desk.ticket import EntryKind
from mailbot.desk.vocabulary import AlertState, Disposition, Role
from mailbot.workflows.cause import Cause
from mailbot.workflows.entries import file_mail
from mailbot.workflows.notification import record
from mailbot.workflows.office import Office
from mailbot.workflows.registration import register_mail
from mailbot.workflows.verdict import Verdict


def take_alerts(office: Office, cause: Cause) -> Verdict | None:
    """Every alert of a mail finds its incident; None where the mail is none of a monitoring system."""
    if not cause.reading.alerts:
        return None
    reasons: list[str] = []
    numbers = [_take(office, cause, alert, reasons) for alert in cause.reading.alerts]
    first = next((n for n in numbers if n is not None), None)
    return Verdict(Disposition.ALERT, tuple(reasons[:20]), first)


def _take(office: Office, cause: Cause, alert: Alert, reasons: list[str]) -> int | None:
    key = f"{alert.tool}|{alert.key}"[:500]
    ticket = office.work.tickets.find_by_alert(key)
    if ticket is None and alert.state is not AlertState.PROBLEM:
        reasons.append(f"{alert.tool}: {alert.state.value} of {alert.key}, for which no incident is open")
        return None
    if ticket is None:
        ticket = register_mail(office, cause, alert_key=key)
        reasons.append(f"{alert.tool}: problem {alert.key} opened {ticket.number}")
        return ticket.number
    words = alert.summary or cause.reading.mail.subject
    entry = file_mail(office, ticket, cause, EntryKind.ALERT, Role.STRANGER, words)
    fact = journal.AlertRecorded(
        ticket=ticket.number,
        at=office.now,
        actor=entry.author.address or journal.DESK,
        entry=entry.id,
        state=alert.state.value,
        key=alert.key[:300],
    )
    record(office, ticket, [fact], entry=entry, cause=cause)
    reasons.append(f"{alert.tool}: {alert.state.value} of {alert.key} joined {ticket.number}")
    return ticket.number
