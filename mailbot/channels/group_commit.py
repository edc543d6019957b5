"""Mails that arrive at the same time share one commit: a disk flushes a hundred mails as fast as one.

``GroupCommit`` is one thread between an asyncio loop and ``Reception``. It never waits for company: what has gathered
while the last commit ran makes up the next one.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Sequence
from typing import NamedTuple

from structlog import get_logger

from mailbot.channels import ReceivedMail, Reception
from mailbot.channels.trouble import describe_error
from mailbot.desk.correspondence import Envelope

log = get_logger()


class _Waiting(NamedTuple):
    raw: bytes
    envelope: Envelope
    kept: asyncio.Future[ReceivedMail]


class GroupCommit:
    """``submit`` on the loop; the future has the inbox row once it is durable, or the exception of the reception.

    A mail whose future was cancelled before its turn is dropped: its sender was told to keep it. ``octets`` is what
    all mails take that are not yet kept or dropped.
    """

    def __init__(self, reception: Reception, *, batch_mails: int = 200, batch_octets: int = 32 * 1024 * 1024) -> None:
        self._reception = reception
        self.octets = 0
        self._batch_mails, self._batch_octets = batch_mails, batch_octets
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float) -> bool:
        """Commit what is waiting, then end the thread. False if the store did not answer in time."""
        self._waiting.put(None)
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def submit(self, raw: bytes, envelope: Envelope) -> asyncio.Future[ReceivedMail]:
        kept: asyncio.Future[ReceivedMail] = asyncio.get_running_loop().create_future()
        self.octets += len(raw)
        self._waiting.put(_Waiting(raw, envelope, kept))
        return kept

    def _run(self) -> None:
        while True:
            batch, last = self._gather()
            wanted = [mail for mail in batch if not mail.kept.cancelled()]
            outcomes = self._keep(wanted) if wanted else []
            if batch:
                self._tell(sum(len(mail.raw) for mail in batch), batch[0].kept.get_loop(), wanted, outcomes)
            if last:
                return

    def _gather(self) -> tuple[list[_Waiting], bool]:
        """Block for the first mail, then take the others that are there already. True: nothing will follow."""
        batch: list[_Waiting] = []
        octets = 0
        mail = self._waiting.get()
        while mail is not None:
            batch.append(mail)
            octets += len(mail.raw)
            if len(batch) >= self._batch_mails or octets >= self._batch_octets:
                return batch, False
            try:
                mail = self._waiting.get_nowait()
            except queue.Empty:
                return batch, False
        return batch, True

    def _keep(self, batch: Sequence[_Waiting]) -> Sequence[ReceivedMail | Exception]:
        try:
            return self._reception.receive_many([(mail.raw, mail.envelope) for mail in batch])
        except Exception as error:  # noqa: BLE001 - whatever it is, the sender keeps the mail
            log.warning("group commit failed", mails=len(batch), error=describe_error(error))
            return [error] if len(batch) == 1 else self._keep_singly(batch)

    def _keep_singly(self, batch: Sequence[_Waiting]) -> list[ReceivedMail | Exception]:
        """One mail must not take its neighbours along. A second failure means the store is ill: do not try the rest."""
        outcomes: list[ReceivedMail | Exception] = []
        failures: list[Exception] = []
        for mail in batch:
            if len(failures) > 1:
                outcomes.append(failures[-1])
                continue
            try:
                outcomes.append(self._reception.receive(mail.raw, mail.envelope))
            except Exception as error:  # noqa: BLE001
                failures.append(error)
                outcomes.append(error)
        return outcomes

    def _tell(
        self,
        octets: int,
        loop: asyncio.AbstractEventLoop,
        mails: Sequence[_Waiting],
        outcomes: Sequence[ReceivedMail | Exception],
    ) -> None:
        """Wake the sessions, all with one call: each call from another thread costs the loop a system call."""

        def settle() -> None:
            self.octets -= octets
            for mail, outcome in zip(mails, outcomes, strict=True):
                if (
                    mail.kept.done()
                ):  # the client has gone: the mail is kept all the same, and its repeat is a duplicate
                    continue
                if isinstance(outcome, Exception):
                    mail.kept.set_exception(outcome)
                else:
                    mail.kept.set_result(outcome)

        try:
            loop.call_soon_threadsafe(settle)
        except RuntimeError:
            log.warning("nobody waits any more for kept mails", mails=len(mails))
