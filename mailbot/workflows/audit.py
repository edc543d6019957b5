"""Every accepted mail is accounted for: the figures that prove it, and what does not add up (rules D2, D17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from mailbot.desk.vocabulary import Disposition
from mailbot.workflows.office import Office

STUCK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Audit:
    """``inbox`` and ``outbox`` count rows by state; ``findings`` are sentences, none where all is well."""

    inbox: dict[str, int]
    outbox: dict[str, int]
    tickets: dict[str, int]
    findings: tuple[str, ...]


def audit(office: Office) -> Audit:
    """Count what came in, what went out, and look for what is stuck."""
    findings: list[str] = []
    waiting = office.work.inbox.count_waiting_since(office.now - STUCK)
    if waiting:
        findings.append(
            f"{waiting} mails have waited for more than five minutes: see `mailbot mail list --state received`"
        )
    late = office.work.outbox.count_overdue(office.now - STUCK)
    if late:
        findings.append(f"{late} outgoing mails are overdue by more than five minutes: is `mailbot serve` running?")
    unbacked = office.work.inbox.count_without_ticket()
    if unbacked:
        findings.append(f"{unbacked} mails are settled as ticket or reply, and no ticket is named")
    by_disposition = office.work.inbox.count_by_disposition()
    quarantined = by_disposition.get(Disposition.QUARANTINED.value, 0)
    if quarantined:
        findings.append(f"{quarantined} mails are in quarantine: see `mailbot mail list --state quarantined`")
    return Audit(
        by_disposition, office.work.outbox.count_by_status(), office.work.tickets.count_by_state(), tuple(findings)
    )
