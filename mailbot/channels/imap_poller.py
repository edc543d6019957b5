"""Collection from IMAP mailboxes: one thread per account, so that no account waits for another or fails with it.

IDLE is only a hint that shortens the wait (rule D6): a look is taken every ``poll_seconds`` whatever the server says,
and once an hour all UIDs are compared with the ledger. Trouble closes the connection and is tried again later, with a
growing and jittered pause of at most a quarter of an hour.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from structlog import get_logger

from mailbot.channels import MailboxLedger, Reception
from mailbot.channels.imap_account import CollectionState, ImapAccount, MailboxReport
from mailbot.channels.imap_collection import Collection
from mailbot.channels.imap_session import ImapSession
from mailbot.channels.trouble import describe_error

log = get_logger()
_OF_INTEREST = ("IDLE", "MOVE", "UIDPLUS")


class ImapPoller:
    """``start`` returns at once; ``stop`` lets a running batch finish for ``grace`` seconds, then cuts the line."""

    def __init__(self, accounts: Sequence[ImapAccount], reception: Reception, ledger: MailboxLedger) -> None:
        self._visitors = [_Visitor(account, reception, ledger) for account in accounts]

    def start(self) -> None:
        for visitor in self._visitors:
            visitor.start()

    def stop(self, grace: float = 8.0) -> None:
        for visitor in self._visitors:
            visitor.ask_to_stop()
        deadline = time.monotonic() + grace
        for visitor in self._visitors:
            visitor.wait_until(deadline)

    def states(self) -> tuple[CollectionState, ...]:
        """How it goes with each account, in their order."""
        return tuple(visitor.state for visitor in self._visitors)


def try_login(account: ImapAccount) -> MailboxReport:
    """Log in, open the folder and leave again without a change. Raises whatever is wrong."""
    with ImapSession(account) as session:
        folder = session.select()
        capabilities = session.capabilities()
    return MailboxReport(folder.exists, tuple(word for word in _OF_INTEREST if word in capabilities))


class _Visitor:
    """The thread of one account."""

    def __init__(self, account: ImapAccount, reception: Reception, ledger: MailboxLedger) -> None:
        self.account = account
        self.state = CollectionState(account.name)
        self._collection = Collection(account, reception, ledger, self.state)
        self._stopping = threading.Event()
        self._session: ImapSession | None = None
        self._idling = False
        self._thread = threading.Thread(target=self._run, name=f"imap-{account.name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Nothing is cut that is at work; one that only waits is woken."""
        self._stopping.set()
        session = self._session
        if session is not None and self._idling:
            session.interrupt()

    def wait_until(self, deadline: float) -> None:
        if not self._thread.is_alive():
            return
        self._thread.join(max(0.0, deadline - time.monotonic()))
        if self._thread.is_alive() and self._session is not None:
            self._session.interrupt()
            self._thread.join(1.0)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._attend()
            except Exception as error:  # noqa: BLE001 - one account's trouble of any kind must not end its collection
                if not self._stopping.is_set():
                    self._note_failure(error)
                    self._stopping.wait(self._pause())
        log.info("mailbox left", account=self.account.name)

    def _note_failure(self, error: Exception) -> None:
        self.state.failures += 1
        self.state.last_error = describe_error(error)
        log.warning(
            "mailbox trouble", account=self.account.name, failures=self.state.failures, error=self.state.last_error
        )

    def _pause(self) -> float:
        """Doubling, up to the longest, then half of it by chance: a server that comes back is not stormed."""
        doublings = min(self.state.failures - 1, 20)
        longest = min(self.account.backoff_longest, self.account.backoff_first * 2**doublings)
        return longest * random.uniform(0.5, 1.0)

    def _attend(self) -> None:
        """One connection, from login until something ends it."""
        with ImapSession(self.account) as session:
            self._session = session
            try:
                self._collection.begin(session)
                self._note_visit()
                self._keep_looking(session)
            finally:
                self._session, self.state.connected = None, False

    def _keep_looking(self, session: ImapSession) -> None:
        reconcile_at = time.monotonic() + self.account.reconcile_seconds
        while not self._stopping.is_set():
            self._wait(session)
            if self._stopping.is_set():
                return
            if time.monotonic() >= reconcile_at:
                self._collection.reconcile(session)
                reconcile_at = time.monotonic() + self.account.reconcile_seconds
            else:
                self._collection.look(session)
            self._note_visit()

    def _note_visit(self) -> None:
        self.state.connected, self.state.failures, self.state.last_error = True, 0, ""
        self.state.last_visit = datetime.now(UTC)

    def _wait(self, session: ImapSession) -> None:
        """Until there may be news: announced, or ``poll_seconds`` over."""
        if not session.can_idle():
            self._stopping.wait(self.account.poll_seconds)
            return
        self._idling = True  # first this, then the question: who asks us to stop does it the other way round
        try:
            if not self._stopping.is_set():
                session.wait_for_news(min(self.account.poll_seconds, self.account.reidle_seconds))
        finally:
            self._idling = False
