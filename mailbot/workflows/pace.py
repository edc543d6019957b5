"""How fast mail leaves: many next servers take so many mails in a minute and no more (test R32).

The hands of one process share a pace. A mail counts from the moment when it is taken up until a minute after it was
handed over, so that no minute, wherever it begins, has more of them than are allowed.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

MINUTE = 60.0


class Pace:
    """``per_minute`` 0 is without limit. ``clock`` counts seconds and never goes back."""

    def __init__(self, per_minute: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._taken = 0
        self._left: deque[float] = deque()

    def take(self, wanted: int) -> int:
        """How many mails may be taken up now, of those wanted. Each is to be counted with ``left`` or ``give_back``."""
        if not self.per_minute:
            return wanted
        with self._lock:
            now = self._clock()
            while self._left and now - self._left[0] >= MINUTE:
                self._left.popleft()
            room = max(0, min(wanted, self.per_minute - self._taken - len(self._left)))
            self._taken += room
            return room

    def left(self) -> None:
        """One of those taken up was tried, whatever came of it."""
        if self.per_minute:
            with self._lock:
                self._taken -= 1
                self._left.append(self._clock())

    def give_back(self, mails: int) -> None:
        """So many of those taken up were not tried."""
        if self.per_minute:
            with self._lock:
                self._taken -= mails
