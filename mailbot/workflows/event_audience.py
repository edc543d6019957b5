"""The audience of an announcement: whom it is for though they have not written, and what becomes of each of them.

For those who ask before anything is sent (a dry run, a page that shows how many there are): ``find_audience`` takes an
announcement that need not be kept yet, and changes nothing. For those who look afterwards: ``list_recipients`` and
``count_recipients``. Announcing itself is ``announcements.announce`` with ``Announcement.to_audience`` set.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from mailbot.desk.announcements import Announcement
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.event_audience import Addressee, Outcome, Recipient, Why, choose
from mailbot.workflows.office import Office


@dataclass(frozen=True, slots=True)
class Prospect:
    """Somebody whom a mail would go to now; or, where ``outcome`` is not TOLD, why none would."""

    addressee: Addressee
    outcome: Outcome


def find_audience(office: Office, announcement: Announcement) -> list[Prospect]:
    """Everybody whom an announcement is for as it stands, each address once, by address; nothing is changed."""
    spared = spared_by(office, announcement.ticket)
    chosen = choose_addressees(office, announcement)
    return [Prospect(one, spared.of(one)) for one in sorted(chosen, key=lambda one: one.key)]


def list_recipients(office: Office, announcement: Announcement) -> list[tuple[Recipient, Outcome]]:
    """Everybody an announcement was addressed to, by address, with what would become of them at its next step."""
    spared = spared_by(office, announcement.ticket)
    return [(r, spared.of(r.addressee)) for r in office.work.announcement_recipients.list_all(announcement.number)]


def count_recipients(office: Office, announcement: Announcement) -> dict[Outcome, int]:
    """How many have been told of the newest step, wait for it, or were passed over, and why."""
    return office.work.announcement_recipients.count(announcement.number, announcement.step)


def choose_addressees(office: Office, announcement: Announcement) -> list[Addressee]:
    """Whom it is for by its customers, services and days, whatever they have chosen."""
    members = [
        replace(m, customer=m.customer or office.policy.find_customer(m.mailbox.address).name)
        for m in office.work.event_audience.list_members()
    ]
    return choose(announcement, members, [*_of_settings(office), *_recent(office, announcement)])


def _of_settings(office: Office) -> Iterator[Addressee]:
    for customer in office.policy.customers:
        for address in customer.audience:
            yield Addressee(Mailbox(address), Why.CUSTOMER, customer.language, customer.name)


def _recent(office: Office, announcement: Announcement) -> list[Addressee]:
    if not announcement.recent_days:
        return []
    since = office.now - timedelta(days=announcement.recent_days)
    return office.work.event_audience.recent_requesters(since, announcement.customers)


@dataclass(frozen=True, slots=True)
class Spared:
    """The addresses, in lower case, that get no mail about an event now, by why not."""

    office: Office
    left: frozenset[str]
    bounced: frozenset[str]
    with_ticket: frozenset[str]

    def of(self, addressee: Addressee) -> Outcome:
        """TOLD for somebody who would be told."""
        if self.office.policy.is_ours(addressee.mailbox.address):
            return Outcome.OURS
        by_why = (
            (Outcome.UNSUBSCRIBED, self.left),
            (Outcome.BOUNCED, self.bounced),
            (Outcome.TICKET, self.with_ticket),
        )
        return next((outcome for outcome, keys in by_why if addressee.key in keys), Outcome.TOLD)


def spared_by(office: Office, ticket: int) -> Spared:
    """Who is not told of the event behind this ticket (0: it has none yet)."""
    audience = office.work.event_audience
    return Spared(
        office,
        frozenset(choice.address for choice in audience.list_choices() if not choice.wants),
        frozenset(bounce.address for bounce in audience.list_bounces()),
        audience.told_by_ticket(ticket) if ticket else frozenset(),
    )
