"""From the outbox to the courier: the same bytes at every attempt; later, again, or give up (rules D5, R27–R30).

No transaction is open while the courier works. Whoever dies between handing over and writing it down lets the mail go
out once more, with the same Message-ID: at least once, never lost, recognisable as one.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace

import structlog

from mailbot.courier import Courier, Outcome, OutgoingMail
from mailbot.desk import journal
from mailbot.desk.policy import Policy
from mailbot.desk.retry import next_attempt
from mailbot.desk.sign_in import unveil
from mailbot.desk.vocabulary import DeliveryStatus, NoticeKind
from mailbot.store.outbox import Outgoing, Settlement
from mailbot.workflows import returned_letters
from mailbot.workflows.office import Office, OpenOffice
from mailbot.workflows.pace import Pace

log = structlog.get_logger()

SETTLE_TOGETHER = 10
_OF_THE_SERVER = frozenset({421, 454})
"""Replies that are not about the mail: it closes, it cannot let us in just now."""
WRITE_AFTER = 2.0
"""Seconds after which outcomes are written down, however few they are."""


@dataclass(frozen=True, slots=True)
class Delivery:
    open_office: OpenOffice
    policy: Policy
    courier: Courier
    worker: str
    batch: int = 20
    pace: Pace = field(default_factory=Pace)
    """How many may leave in a minute: one for all hands of the process."""
    _claimed: list[Outgoing] = field(default_factory=list)
    _tried: list[tuple[Outgoing, Outcome]] = field(default_factory=list)
    """What has been tried and is not yet written down: kept while the store is away, or it would be sent again."""

    def run_once(self) -> int:
        """Claim a batch of due mails, or as many as may leave now, and settle them; how many there were."""
        self._take_up_again()
        room = self.pace.take(self.batch)
        if not room:
            return 0
        try:
            mails = self._claim(room)
            together = 1 if len(mails) < self.batch else SETTLE_TOGETHER
            began = time.monotonic()
            for mail in mails:
                self._tried.append((mail, self._relay(mail)))
                self.pace.left()
                room -= 1
                if len(self._tried) >= together or time.monotonic() - began > WRITE_AFTER:
                    self._write_down()
                    began = time.monotonic()
            if self._tried:
                self._write_down()
        finally:
            self.pace.give_back(room)
        self._claimed.clear()
        return len(mails)

    def _claim(self, most: int) -> list[Outgoing]:
        lease, patience = self.policy.sending_lease, self.policy.retry.patience
        # Where mails must queue up, what people wait for goes before what is sent to many.
        queues = self.pace.per_minute > 0
        with self.open_office() as office:
            mails = office.work.outbox.claim(self.worker, office.now, lease, most, patience, people_first=queues)
        self._claimed.extend(mails)
        return mails

    def _take_up_again(self) -> None:
        """After a round that the store cut short: nobody else may touch what it left before its long lease ends."""
        if self._tried:
            self._write_down()
        if self._claimed:
            with self.open_office() as office:
                office.work.outbox.release([self.worker], office.now)
            self._claimed.clear()

    def _write_down(self) -> None:
        with self.open_office() as office:
            for mail, outcome in self._tried:
                self._settle(office, mail, outcome)
            self._renew(office)
        self._tried.clear()

    def _renew(self, office: Office) -> None:
        """Where the next server is slow the lease grows as it goes: so it need not be long from the start."""
        lease = self.policy.sending_lease
        if any(mail.due_at and office.now > mail.due_at - lease / 2 for mail in self._claimed):
            office.work.outbox.renew(self.worker, office.now + lease)

    def _relay(self, mail: Outgoing) -> Outcome:
        try:
            outgoing = OutgoingMail(self._whole(mail), mail.reverse_path, (mail.recipient,))
            return self.courier.relay(outgoing)[mail.recipient]
        except Exception as error:
            log.exception("courier failed", outgoing=mail.id)
            return Outcome(DeliveryStatus.DELAYED, 0, "", f"the courier failed: {type(error).__name__}")

    def _whole(self, mail: Outgoing) -> bytes:
        """The bytes that leave: those that were queued, and in a link that signs in the token that is not kept."""
        if mail.notice is not NoticeKind.SIGN_IN_LINK:
            return mail.content
        return unveil(self.policy.keyring, mail.content, mail.recipient)

    def _settle(self, office: Office, mail: Outgoing, outcome: Outcome) -> None:
        status, due_at = outcome.status, None
        if status is DeliveryStatus.UNCERTAIN and not mail.automatic and mail.attempts < 2:
            # It may have arrived. A receipt is not worth a second copy; an agent's words are, once (test R30).
            status, due_at = DeliveryStatus.DELAYED, office.now + self.policy.retry.first
        elif status is DeliveryStatus.DELAYED:
            due_at = next_attempt(self.policy.retry, mail.queued_at, office.now, mail.attempts, mail.key)
            status = DeliveryStatus.DELAYED if due_at else DeliveryStatus.FAILED
        settlement = Settlement(mail.id, status, due_at, outcome.code, outcome.text)
        if not office.work.outbox.settle(self.worker, office.now, settlement):
            log.warning("lease lost", outgoing=mail.id)
            return
        log.info(
            "mail delivered" if status is DeliveryStatus.RELAYED else "mail not delivered",
            outgoing=mail.id,
            status=status.value,
            code=outcome.code,
            ticket=mail.ticket,
            attempt=mail.attempts,
        )
        if not mail.ticket:
            if status is DeliveryStatus.FAILED:
                reason = f"{outcome.code} {outcome.text}".strip()
                returned_letters.note_refused(office, mail, reason, permanent=outcome.status is DeliveryStatus.FAILED)
            return
        if status in (DeliveryStatus.FAILED, DeliveryStatus.UNCERTAIN) and due_at is None:
            _tell_desk(office, mail, replace(outcome, status=status))
        elif _is_put_off(outcome) and office.now - mail.queued_at >= self.policy.retry.patience:
            _tell_of_delay(office, mail, outcome)

    def run(self, stop: threading.Event, wake: threading.Event) -> None:
        """Work until ``stop``; ``wake`` says that there is new mail, and a glance every second finds what is due."""
        while not stop.is_set():
            wake.clear()
            try:
                busy = self.run_once() > 0
            except Exception:
                log.exception("delivery stumbled")
                busy = False
            if not busy:
                wake.wait(1.0)


def _is_put_off(outcome: Outcome) -> bool:
    """Whether this mail was: a next server that is down, or does not let us in, is not the recipient's trouble."""
    return 400 <= outcome.code <= 499 and outcome.code not in _OF_THE_SERVER


def _tell_desk(office: Office, mail: Outgoing, outcome: Outcome) -> None:
    failure = journal.DeliveryFailed(
        ticket=mail.ticket or 0,
        at=office.now,
        outgoing=mail.id,
        recipient=mail.recipient,
        status=outcome.status.value,
        reason=f"{outcome.code} {outcome.text}".strip()[:500],
    )
    _call_person(office, failure, "a mail of ours did not arrive")


def _tell_of_delay(office: Office, mail: Outgoing, outcome: Outcome) -> None:
    """Once for each mail (RFC 5321, 4.5.4.1: whoever wrote it should know that it has not got through)."""
    delay = journal.DeliveryDelayed(
        ticket=mail.ticket or 0,
        at=office.now,
        outgoing=mail.id,
        recipient=mail.recipient,
        reason=f"{outcome.code} {outcome.text}".strip()[:500],
    )
    told = office.work.journal.named(delay.ticket, ["delivery_delayed"])
    if all(record.details["outgoing"] != mail.id for record in told):
        _call_person(office, delay, "a mail of ours has not arrived for hours")


def _call_person(office: Office, fact: journal.Fact, why: str) -> None:
    ticket = office.work.tickets.get(fact.ticket, lock=True)
    facts = [fact, *ticket.need_person(office.now, journal.DESK, None, why)]
    office.work.tickets.save(ticket)
    # Only to the journal: a notice about mail that does not arrive, by mail, could go round for ever.
    for fact in facts:
        office.work.journal.append(fact)
