"""A mail arrives and is kept: raw bytes and envelope, before anybody reads them (rule D1)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from mailbot.desk.correspondence import Envelope
from mailbot.desk.imap_key import read_imap_key
from mailbot.desk.policy import Policy
from mailbot.store.engine import WON_BY_ANOTHER
from mailbot.store.inbox import Arrival, Received
from mailbot.workflows.office import OpenOffice


class Reception:
    """What the doors call. Safe to use from several threads; ``is_ours`` never blocks."""

    def __init__(self, open_office: OpenOffice, policy: Policy, wake_intake: Callable[[], None]) -> None:
        self._open_office = open_office
        self._policy = policy
        self._wake_intake = wake_intake

    def receive(self, raw: bytes, envelope: Envelope) -> Received:
        """Keep one mail; durable when this returns. Raises whatever went wrong: then nothing was kept."""
        return self.receive_many([(raw, envelope)])[0]

    def receive_many(self, mails: Sequence[tuple[bytes, Envelope]]) -> list[Received]:
        """Keep all of them with one commit, or none."""
        arrivals = [self._arrival(raw, envelope) for raw, envelope in mails]
        try:
            received = self._keep(arrivals)
        except WON_BY_ANOTHER:
            # The same mail came in by another process at this very moment: now it is known.
            received = self._keep(arrivals)
        self._wake_intake()
        return received

    def is_ours(self, address: str) -> bool:
        return self._policy.queue_of(address) != ""

    def _keep(self, arrivals: Sequence[Arrival]) -> list[Received]:
        with self._open_office() as office:
            return office.work.inbox.add_many(arrivals)

    def _arrival(self, raw: bytes, envelope: Envelope) -> Arrival:
        own = [self._policy.queue_of(path) for path in envelope.forward_paths]
        queue = next(filter(None, own), self._policy.main_address)
        return Arrival(raw, envelope, queue, hashlib.sha256(raw).hexdigest(), read_imap_key(envelope.source_key))
