"""A desk to test with: a real store, real bytes in and out, a clock that the test moves, and no threads.

``WorkingDesk`` does by call what the running desk does by loop: take mail in, read it, settle it, deliver. Outgoing
mail is what the courier was really given, as files in a folder.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from mailbot.app import Desk
from mailbot.courier import FolderCourier
from mailbot.desk.correspondence import Authentication, Envelope, Mailbox
from mailbot.desk.ticket import Entry, Ticket
from mailbot.settings import load_settings
from mailbot.store.inbox_questions import InboxRow
from mailbot.store.migration import prepare
from mailbot.store.outbox import Outgoing
from mailbot.workflows import resolution
from mailbot.workflows.delivery import Delivery
from mailbot.workflows.intake import Intake
from mailbot.workflows.office import Office
from mailbot.workflows.reading import read_mail
from mailbot.workflows.reception import Reception

ADDRESS = "support@desk.example"
ANNA = "Anna Berg <anna@kommun.example>"
LISA = Mailbox("lisa@desk.example", "Lisa Lind")

SETTINGS = """
[desk]
name = "Servicedesk"
addresses = ["support@desk.example", "help@desk.example"]
secret_file = "{folder}/secret.key"
[store]
url = "{url}"
[delivery]
folder = "{folder}/out"
[[groups]]
name = "desk"
[[groups]]
name = "network"
[[agents]]
address = "lisa@desk.example"
name = "Lisa Lind"
groups = ["desk"]
[[agents]]
address = "omar@desk.example"
name = "Omar Nasser"
groups = ["network"]
"""

WITHOUT_LIMITS = """
[limits]
automatic_per_address_hour = 0
automatic_per_ticket_day = 0
unverified_per_domain_hour = 0
unverified_per_hour = 0
unconfirmed_receipts_per_day = 0
"""
"""For tests whose people all write within the same hour."""


class ReadHere:
    """Reads in this process, with the function that the reading room's children run."""

    def read_many(self, jobs: Sequence[tuple[Any, ...]]) -> list[Any]:
        return [read_mail(*job) for job in jobs]


@dataclass
class WorkingDesk:
    folder: Path
    url: str
    extra: str = ""
    now: datetime = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    checked: Authentication | None = None
    """What an edge check of the sender finds, where the test wants one."""
    _mails: int = 0
    _seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        file = self.folder / "settings.toml"
        file.write_text(SETTINGS.format(folder=self.folder, url=self.url) + self.extra)
        self.desk = Desk(load_settings(file, {}), lambda: self.now)
        prepare(self.desk.engine)
        self.reception = Reception(self.desk.open_office, self.desk.policy, lambda: None)
        check = (lambda *_: self.checked) if self.checked else None
        self.intake = Intake(self.desk.open_office, self.desk.policy, ReadHere(), "test#i", lambda: None, check)
        self.courier = FolderCourier(self.folder / "out")
        self.delivery = Delivery(self.desk.open_office, self.desk.policy, self.courier, "test#d")

    @contextmanager
    def office(self) -> Iterator[Office]:
        with self.desk.open_office() as office:
            yield office

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    def receive(
        self, body: str = "Hej", *, sender: str = ANNA, to: str = ADDRESS, subject: str = "Skrivaren", **headers: str
    ) -> InboxRow:
        """A mail comes in by the front door and is worked through; its row afterwards."""
        return self.receive_raw(self.write(body, sender=sender, to=to, subject=subject, **headers), sender, to)

    def write(self, body: str, *, sender: str, to: str, subject: str, **headers: str) -> bytes:
        self._mails += 1
        mail = EmailMessage(policy=email.policy.SMTP)
        mail["From"], mail["To"], mail["Subject"] = sender, to, subject
        mail["Message-ID"] = headers.pop("message_id", f"<{self._mails}@test.example>")
        mail["Date"] = self.now
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(body)
        return mail.as_bytes()

    def receive_raw(self, raw: bytes, sender: str, to: str = ADDRESS) -> InboxRow:
        received = self.reception.receive(raw, self.envelope(sender, to))
        self.work()
        return self.row(received.id)

    def envelope(self, sender: str, to: str = ADDRESS) -> Envelope:
        address = re.search(r"[^<\s]+@[^>\s]+", sender)
        return Envelope(address[0] if address else "", (to,), self.now, "smtp", "192.0.2.1", "mx.kommun.example")

    def work(self) -> None:
        while self.intake.run_once():
            pass

    def answer(self, letter: EmailMessage, body: str, *, sender: str = ANNA, **headers: str) -> InboxRow:
        """A person answers a mail of the desk, as their mail program would."""
        to = letter["Reply-To"].addresses[0].addr_spec
        threaded = {"In_Reply_To": letter["Message-ID"], "References": letter["Message-ID"]} | headers
        return self.receive(body, sender=sender, to=to, subject=f"Re: {letter['Subject']}", **threaded)

    def deliver(self) -> list[EmailMessage]:
        """Send what is due; the letters that left since the last time, oldest first."""
        return [read_letter(m.content) for m in self._depart()]

    def letter_to(self, address: str) -> EmailMessage:
        """The newest letter to an address, sent by now."""
        self._depart()
        with self.office() as office:
            sent = [m for m in office.work.outbox.list_rows(limit=1000) if m.recipient == address]
        return read_letter(sent[0].content)

    def _depart(self) -> list[Outgoing]:
        while self.delivery.run_once():
            pass
        with self.office() as office:
            mails = [m for m in reversed(office.work.outbox.list_rows(limit=1000)) if m.message_id not in self._seen]
        self._seen |= {m.message_id for m in mails}
        return mails

    def row(self, number: int) -> InboxRow:
        with self.office() as office:
            found = office.work.inbox.find(number)
        assert found is not None
        return found

    def ticket(self, number: int = 1001) -> Ticket:
        with self.office() as office:
            return office.work.tickets.get(number)

    def entries(self, number: int = 1001) -> list[Entry]:
        with self.office() as office:
            return office.work.tickets.entries_of(number)

    def facts(self, number: int = 1001) -> list[str]:
        """The names of what happened, without the promises that follow from it (``promises``)."""
        return [name for name in self._all_facts(number) if not name.startswith("promise_")]

    def promises(self, number: int = 1001) -> list[str]:
        """promise_made, promise_kept …"""
        return [name for name in self._all_facts(number) if name.startswith("promise_")]

    def _all_facts(self, number: int) -> list[str]:
        with self.office() as office:
            return [r.name for r in office.work.journal.of_ticket(number)]

    def notices(self, number: int | None = 1001) -> list[tuple[str, str]]:
        """(notice, recipient) of all mail about a ticket, oldest first."""
        with self.office() as office:
            rows: list[Outgoing] = office.work.outbox.list_rows(ticket=number, limit=1000)
        return [(m.notice.value, m.recipient) for m in reversed(rows)]

    def resolve(self, words: str = "Drivrutinen är bytt.", number: int = 1001) -> EmailMessage:
        """Lisa proposes a solution; the letter that asks the requester."""
        with self.office() as office:
            resolution.propose(office, office.work.tickets.get(number, lock=True), LISA, words)
        return self.letter_to("anna@kommun.example")


def read_letter(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message
