"""What the template studio keeps between two requests: previews for their frames, and how many may be tried at once.

In memory, for minutes: what is here is typed and looked at, never saved. A preview is given only to the session that
asked for it. Wordings are tried one after another in one bounded child, so visitors who wait for it are few by rule:
whoever comes when it is taken is told so, and the console's threads stay free.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LIVES = timedelta(minutes=10)
MOST_PREVIEWS, MOST_OCTETS = 400, 24_000_000
AT_ONCE = 3


class Busy(Exception):
    """Others are trying wordings; try again in a moment."""


@dataclass(frozen=True, slots=True)
class _Kept:
    session: str
    until: datetime
    squeezed: bytes


@dataclass
class Studio:
    _kept: OrderedDict[str, _Kept] = field(default_factory=OrderedDict)
    _octets: int = 0
    _secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _turns: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))

    def keep(self, session: str, html: str, now: datetime) -> str:
        """Keep a preview for a session; the name by which its frame asks for it. The oldest make room for it.

        The same HTML has the same name, so a frame need not be loaded again for a change that does not show.
        """
        squeezed = zlib.compress(html.encode("utf-8", "replace"), 1)
        name = hashlib.blake2b(session.encode() + squeezed, key=self._secret, digest_size=18).hexdigest()
        kept = _Kept(session, now + LIVES, squeezed)
        with self._lock:
            if before := self._kept.pop(name, None):
                self._octets -= len(before.squeezed)
            self._kept[name] = kept
            self._octets += len(kept.squeezed)
            while len(self._kept) > 1 and (
                len(self._kept) > MOST_PREVIEWS
                or self._octets > MOST_OCTETS
                or next(iter(self._kept.values())).until < now
            ):
                self._octets -= len(self._kept.popitem(last=False)[1].squeezed)
        return name

    def find(self, session: str, name: str, now: datetime) -> str | None:
        """The HTML of a preview; None where it is too old, unknown, or somebody else's."""
        kept = self._kept.get(name)
        if kept is None or kept.session != session or kept.until < now:
            return None
        return zlib.decompress(kept.squeezed).decode("utf-8")

    @contextmanager
    def turn(self, patience: float = 0.0) -> Iterator[None]:
        """A turn at the child that tries wordings. Raises ``Busy`` where there is none within ``patience`` seconds."""
        if not self._turns.acquire(timeout=patience) if patience else not self._turns.acquire(blocking=False):
            raise Busy
        try:
            yield
        finally:
            self._turns.release()
