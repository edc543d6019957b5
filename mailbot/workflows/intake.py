"""What is it? Every kept mail is read, passes the chain of dispositions, and ends in exactly one of them.

Attempts are counted before the work. A mail that fails again and again is put in quarantine, where people see it and
can replay it; the others go on. The reasons of every verdict are kept on the mail's row.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Protocol

import structlog

from mailbot.desk.correspondence import Authentication, Envelope, InboundMail, Reading
from mailbot.desk.policy import Policy
from mailbot.desk.vocabulary import Disposition, MailKind
from mailbot.reading_room import RoomError, Unread
from mailbot.store.engine import DATABASE_TROUBLE
from mailbot.store.inbox_questions import InboxRow
from mailbot.workflows import conversation, event_replies, monitoring, returned_mail, status, subscriptions
from mailbot.workflows.cause import Cause
from mailbot.workflows.office import Office, OpenOffice
from mailbot.workflows.registration import register_mail
from mailbot.workflows.returned_links import end_returned_links
from mailbot.workflows.threading import weigh_cause
from mailbot.workflows.verdict import Verdict

log = structlog.get_logger()

PAUSE = timedelta(seconds=5)
SHARED_BYTES = 8_000_000
OURS = (RoomError, *DATABASE_TROUBLE)
MOST_HEADER = 65_536


class Room(Protocol):
    """Reads mail somewhere safe: in the order of the jobs, a Reading or an Unread for each."""

    def read_many(self, jobs: Sequence[tuple[object, ...]]) -> Sequence[Reading | Unread]: ...


CheckSender = Callable[[bytes, Envelope, str], Authentication]
Examined = tuple[InboxRow, Reading, Authentication | None]


def loop_of_ours(office: Office, cause: Cause) -> Verdict | None:
    """A mail of this desk has come back to it: recorded, or two desks would talk for ever (test S18)."""
    automatic = cause.reading.automatic
    ours = cause.author is not None and office.policy.is_ours(cause.author.address)
    marked = automatic.kind is MailKind.GENERATED and automatic.reason == "our own loop"
    if (ours or marked) and cause.reading.report is None:
        return Verdict(Disposition.LOOP, ("a mail of the desk itself came back",))
    if automatic.kind is MailKind.GENERATED and automatic.reason.startswith("loop"):
        return Verdict(Disposition.LOOP, (automatic.reason,))
    return None


def withheld(office: Office, cause: Cause) -> Verdict | None:
    """A mail too large to fetch: a ticket with its header, so that somebody looks for the rest."""
    size = cause.row.envelope.withheld_size
    if not size:
        return None
    ticket = register_mail(office, cause)
    return Verdict(Disposition.OVERSIZE, (f"{size} bytes: only the header was fetched",), ticket.number)


def reply(office: Office, cause: Cause) -> Verdict | None:
    return conversation.join(office, cause, cause.thread) if cause.thread else None


def machine(office: Office, cause: Cause) -> Verdict | None:
    """Automatic mail that belongs to no ticket: kept, not answered, and no ticket is made of it."""
    automatic = cause.reading.automatic
    if automatic.kind in (MailKind.PERSON, MailKind.LIST, MailKind.GENERATED, MailKind.ALERT):
        return None
    return Verdict(Disposition.AUTOMATIC, (f"{automatic.kind.value}: {automatic.reason}",))


def registration(office: Office, cause: Cause) -> Verdict:
    ticket = register_mail(office, cause)
    return Verdict(Disposition.TICKET, ("a new matter",), ticket.number)


# The order is safety, and is read from the top: the first that claims the mail ends it.
CHAIN: tuple[Callable[[Office, Cause], Verdict | None], ...] = (
    end_returned_links,  # claims nothing; before the mail can be read by agents, a link in it must open nothing
    loop_of_ours,  # before all else: whatever it looks like, our own mail must not start anything
    withheld,  # nothing but its header is here, so nothing below could read it
    monitoring.take_alerts,  # before bounces and automatic mail: many alerts carry the marks of both
    returned_mail.take_back,  # before replies: a bounce carries the token of the mail it returns
    subscriptions.leave_by_mail,  # before replies and machines: whoever has the token need not be a person
    event_replies.take_answer,  # before replies: an answer to a mail about an event opens a ticket of its own
    reply,  # before automatic mail: an absence notice belongs on its ticket
    machine,
    status.answer_alone,  # before a new matter: a question alone becomes no ticket
    registration,
)


@dataclass(frozen=True, slots=True)
class Intake:
    """Works through the inbox. ``check_sender`` looks at SPF, DKIM and DMARC where this desk is the edge."""

    open_office: OpenOffice
    policy: Policy
    room: Room
    worker: str
    wake_delivery: Callable[[], None]
    check_sender: CheckSender | None = None
    shared_seconds: float = 0.1
    """How long mails share one transaction: on SQLite a mail at the door waits for it to end."""
    shared_mails: int = 16
    """How many are read together, and share a transaction where that time is enough for them."""
    _owed: list[int] = field(default_factory=list)
    """Claimed mails to be given back, as soon as a store that has gone is there again."""

    def run_once(self) -> int:
        """Claim a batch and settle it; how many mails were claimed."""
        self._give_back()
        with self.open_office() as office:
            rows = office.work.inbox.claim(self.worker, office.now, self.policy.lease, self.policy.batch)
            worn = [r for r in rows if r.attempts > self.policy.most_attempts]
            for row in worn:
                self._quarantine(office, row, (*row.reasons, "its reader died every time"))
        fresh = [r for r in rows if r.attempts <= self.policy.most_attempts]
        try:
            for examined in self._examine_ahead(list(_shares(fresh, self.shared_mails))):
                self._settle_all(examined)
        except OURS:
            # Nothing is wrong with the mail: the attempt does not count.
            self._owed.extend(r.id for r in fresh)
            self._give_back()
            raise
        return len(rows)

    def _give_back(self) -> None:
        if self._owed:
            with self.open_office() as office:
                office.work.inbox.give_back(self._owed, self.worker, office.now + PAUSE)
            self._owed.clear()

    def _examine_ahead(self, shares: Sequence[Sequence[InboxRow]]) -> Iterator[list[Examined]]:
        """Each share examined; the next one is read, in the reading room, while the caller settles this one."""
        if len(shares) < 2:
            yield from map(self._examine, shares)
            return
        with ThreadPoolExecutor(1) as reader:
            ahead = reader.submit(self._examine, shares[0])
            for following in shares[1:]:
                examined, ahead = ahead.result(), reader.submit(self._examine, following)
                yield examined
            yield ahead.result()

    def _examine(self, rows: Sequence[InboxRow]) -> list[Examined]:
        with self.open_office(reads_only=True) as office:
            raws = office.work.inbox.raw_of([r.id for r in rows])
        readings = self._read(rows, raws)
        return [(row, readings[row.id], self._check(row, raws[row.id], readings[row.id])) for row in rows]

    def _settle_all(self, examined: list[Examined]) -> None:
        left = deque(examined)
        while left:
            ends = time.monotonic() + self.shared_seconds
            with self.open_office() as office:
                while left and time.monotonic() < ends:
                    self._settle(office, *left.popleft())
            self.wake_delivery()

    def _read(self, rows: Sequence[InboxRow], raws: dict[int, bytes]) -> dict[int, Reading]:
        """First read every mail; then once more those that answer us, beside the mails that we wrote."""
        rules = self.policy.reading
        first = self.room.read_many([(raws[r.id], r.envelope, rules) for r in rows])
        readings = {
            row.id: self._read_header(row, raws[row.id], result) if isinstance(result, Unread) else result
            for row, result in zip(rows, first, strict=True)
        }
        sent = self._find_sent(rows, readings)
        again = [r for r in rows if sent.get(r.id)]
        second = self.room.read_many([(raws[r.id], r.envelope, rules, sent[r.id]) for r in again]) if again else []
        readings |= {
            row.id: result for row, result in zip(again, second, strict=True) if not isinstance(result, Unread)
        }
        return readings

    def _read_header(self, row: InboxRow, raw: bytes, stopped: Unread) -> Reading:
        """What could not be read within bounds becomes a ticket too: who and what about, if that can be had."""
        log.warning("mail not fully read", mail=row.id, reason=stopped.reason)
        header = raw[: _end_of_header(raw)]
        again = self.room.read_many([(header, row.envelope, self.policy.reading)])[0]
        reading = Reading(mail=InboundMail()) if isinstance(again, Unread) else again
        defects = (*reading.mail.defects, stopped.reason)
        return replace(reading, mail=replace(reading.mail, fully_read=False, defects=defects))

    def _find_sent(self, rows: Sequence[InboxRow], readings: dict[int, Reading]) -> dict[int, tuple[bytes, ...]]:
        answers = [r for r in rows if readings[r.id].hints]
        if not answers:
            return {}
        with self.open_office(reads_only=True) as office:
            return {r.id: _mails_sent(office, r, readings[r.id]) for r in answers}

    def _check(self, row: InboxRow, raw: bytes, reading: Reading) -> Authentication | None:
        author = reading.mail.author
        if self.check_sender is None or author is None or row.envelope.way_in != "smtp" or not row.envelope.peer:
            return None
        return self.check_sender(raw, row.envelope, author.domain)

    def _settle(self, office: Office, row: InboxRow, reading: Reading, checked: Authentication | None) -> None:
        try:
            with office.work.savepoint():
                cause = weigh_cause(office, row, reading, checked)
                verdict = next(v for step in CHAIN if (v := step(office, cause)) is not None)
                settled = office.work.inbox.settle(
                    row.id,
                    office.now,
                    verdict.disposition,
                    verdict.reasons,
                    ticket=verdict.ticket,
                    about=_about(cause),
                    worker=self.worker,
                )
                if not settled:
                    raise LeaseLost(f"mail {row.id} was taken over by another worker")
            log.info("mail settled", mail=row.id, disposition=verdict.disposition.value, ticket=verdict.ticket)
        except LeaseLost:
            log.warning("lease lost", mail=row.id)
        except DATABASE_TROUBLE:
            raise
        except Exception as error:
            log.exception("mail failed", mail=row.id, attempt=row.attempts)
            self._fail(office, row, reading, f"attempt {row.attempts}: {type(error).__name__}: {error}"[:500])

    def _fail(self, office: Office, row: InboxRow, reading: Reading, reason: str) -> None:
        reasons = (*row.reasons, reason)
        if row.attempts >= self.policy.most_attempts:
            self._quarantine(office, row, reasons, reading)
        else:
            office.work.inbox.postpone(row.id, office.now + timedelta(seconds=2**row.attempts), reasons)

    def _quarantine(
        self, office: Office, row: InboxRow, reasons: tuple[str, ...], reading: Reading | None = None
    ) -> None:
        author = reading.mail.author if reading else None
        about = (reading.mail.message_id, author.address if author else "", reading.mail.subject) if reading else None
        office.work.inbox.settle(row.id, office.now, Disposition.QUARANTINED, reasons, about=about, worker=self.worker)
        log.error("mail quarantined", mail=row.id, reasons=reasons)

    def run(self, stop: threading.Event, wake: threading.Event) -> None:
        """Work until ``stop``; ``wake`` says that there is new mail, and a glance every second finds the rest."""
        while not stop.is_set():
            wake.clear()
            try:
                busy = self.run_once() > 0
            except Exception:
                log.exception("intake stumbled")
                busy = False
            if not busy:
                wake.wait(1.0)


def _shares(rows: Sequence[InboxRow], most: int) -> Iterator[list[InboxRow]]:
    """The mails in lists that fit in memory, two at a time; each has at least one."""
    share: list[InboxRow] = []
    for row in rows:
        if len(share) == most or (share and sum(r.size for r in share) + row.size > SHARED_BYTES):
            yield share
            share = []
        share.append(row)
    if share:
        yield share


class LeaseLost(Exception):
    """Another worker has the row by now: what was done here must not be kept."""


def _end_of_header(raw: bytes) -> int:
    ends = [at for at in (raw.find(b"\r\n\r\n", 0, MOST_HEADER), raw.find(b"\n\n", 0, MOST_HEADER)) if at >= 0]
    return min(ends) + 2 if ends else MOST_HEADER


def _mails_sent(office: Office, row: InboxRow, reading: Reading) -> tuple[bytes, ...]:
    cause = weigh_cause(office, row, reading)
    return tuple(office.work.outbox.contents_of_ticket(cause.thread.ticket.number)) if cause.thread else ()


def _about(cause: Cause) -> tuple[str, str, str]:
    mail = cause.reading.mail
    subject = "".join(c if c.isprintable() else " " for c in mail.subject[:1000])
    return mail.message_id.replace("\0", ""), cause.author.address if cause.author else "", subject
