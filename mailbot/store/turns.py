"""A lock that is given in the order in which it was asked for.

SQLite lets one write, and lets the others sleep and try again: for longer than there is need for, and whoever comes at
the right moment goes first. Within one process this lock wakes the next one at once, so that a mail at the door waits
for one transaction of intake, and never for a row of them. Not to be entered twice by one thread.
"""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType


class Turns:
    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._queue: deque[threading.Lock] = deque()

    def __enter__(self) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            mine = threading.Lock()
            mine.acquire()
            self._queue.append(mine)
        mine.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._guard:
            if self._queue:
                # It stays taken: whoever comes now must not overtake the one that is woken.
                self._queue.popleft().release()
            else:
                self._taken = False
