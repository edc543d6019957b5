"""Whether there has been enough automatic mail (rule D10): against loops, and against a flood of forged senders."""

from __future__ import annotations

from datetime import datetime, timedelta

from mailbot.desk.customers import find_customer
from mailbot.desk.vocabulary import NoticeKind
from mailbot.store.journal import Record
from mailbot.workflows.office import Office


def find_excess(office: Office, address: str, *, verified: bool, ticket: int = 0) -> str:
    """Why no more automatic mail may leave to this address, or nothing. ``ticket``: what it is about, if anything.

    Mail to senders of whom nothing is known but what a mail pretended has bounds of its own, for each domain and for
    all of them together: whoever forges other people's addresses makes the desk write to those. The people of a
    customer are expected to write, all of them on a bad morning: they have the bounds of an address and a ticket alone.
    """
    budget = office.policy.budget
    expected = verified or find_customer(office.policy.customers, address) is not None
    of_domain = 0 if expected else budget.unverified_per_domain_hour
    of_all = 0 if expected else budget.unverified_per_hour
    if not (budget.per_address_hour or budget.per_ticket_day or of_domain or of_all):
        return ""
    counted = office.work.outbox.count_automatic(address, ticket, office.now, of_domain, of_all)
    if budget.per_address_hour and counted.to_address_hour >= budget.per_address_hour:
        return f"{counted.to_address_hour} automatic mails to this address within an hour"
    if ticket and budget.per_ticket_day and counted.about_ticket_day >= budget.per_ticket_day:
        return f"{counted.about_ticket_day} automatic mails about this ticket to this address within a day"
    if of_domain and counted.unverified_domain_hour >= of_domain:
        return f"{of_domain} automatic mails to unverified senders of this domain within an hour"
    if of_all and counted.unverified_hour >= of_all:
        return f"{of_all} automatic mails to unverified senders within an hour"
    return ""


def find_enough_receipts(office: Office, address: str) -> str:
    """Why no further receipt may leave to an address that a check could not confirm, or nothing (test S19)."""
    most = office.policy.budget.unconfirmed_receipts_day
    if most and office.work.outbox.count_unverified_receipts(address, office.now - timedelta(days=1)) >= most:
        return f"{most} receipts to this unconfirmed sender within a day"
    return ""


def find_withheld_receipts(office: Office, since: datetime) -> list[Record]:
    """The receipts that were one too many since then, oldest first. Those that machines do not get are none of them."""
    # Every reason of this module, and no other, ends by naming the time within which it counts.
    return [
        record
        for record in office.work.journal.list_withheld(since)
        if record.details["notice"] == NoticeKind.RECEIPT.value
        and record.details["reason"].endswith(("within an hour", "within a day"))
    ]
