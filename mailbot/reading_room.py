"""Where mail is read: child processes that can be killed, bounded in time and memory a mail.

A parser cannot promise to be quick on every input, and a mail is written by strangers. So reading is done by a worker
that the kernel stops when one mail takes over ``seconds`` of processor time (ten times that by the clock, because a
loaded machine is no fault of the mail) or lets the process grow by over ``megabytes``. The mail being read is then
answered with ``Unread``; the mails beside it are read by the next worker.

The worker is a fresh interpreter, not a fork, so the room works in a process with threads. It ends when its pipe
closes, thus also when the parent dies in whatever way, and ignores the signals a terminal or service manager sends to
the whole group: the parent decides. The room knows nothing of mail: it is given a function and calls it.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from mailbot.reading_worker import CLOCK_FACTOR, Terms, Unread, name_of, read_frame, write_frame

__all__ = ["ReadingRoom", "RoomError", "Unread"]

T = TypeVar("T")

_GRACE_SECONDS = 5.0
_START_SECONDS = 60.0
_MISSING = Unread("not read")
_CHUNK_JOBS = 64
_CHUNK_BYTES = 4_000_000
_BOOT = "import sys; sys.path[:] = sys.argv[1:]; from mailbot.reading_worker import serve; serve()"


class RoomError(RuntimeError):
    """No worker could be started, or the room is closed. Nothing is wrong with the mail: try again later."""


class ReadingRoom(Generic[T]):
    """``job`` is a top-level function that pickles by name; what it is given and gives back pickles too.

    Workers start at the first mail; ``prepare``, a top-level function, is called in each before the first job and
    outside of the bounds, for what the job will want loaded. Any thread may call; a call takes one worker,
    ``read_many`` as many as are useful.
    """

    def __init__(
        self,
        job: Callable[..., T],
        *,
        workers: int = 1,
        seconds: float = 2.0,
        megabytes: int = 256,
        prepare: Callable[[], object] | None = None,
    ) -> None:
        self._terms = Terms(name_of(job), name_of(prepare) if prepare else "", seconds, megabytes * 1024 * 1024)
        self._workers = workers
        self._free: queue.LifoQueue[_Worker] = queue.LifoQueue()
        self._all = [_Worker(self._terms) for _ in range(workers)]
        for worker in self._all:
            self._free.put(worker)
        self._closed = False
        self._closing = threading.Lock()
        self._finalizer = weakref.finalize(self, _stop_all, self._all)

    def read(self, *arguments: Any) -> T | Unread:
        """``job(*arguments)``, or ``Unread`` where that had to be stopped. ``RoomError`` if there is no worker."""
        return self.read_many([arguments])[0]

    def read_many(self, jobs: Sequence[tuple[Any, ...]]) -> list[T | Unread]:
        """``job(*arguments)`` for each, in order. A job that is stopped does not touch the others."""
        hands = min(self._workers, -(-len(jobs) // 4))
        if hands <= 1:
            return self._read_with_one(jobs) if jobs else []
        shares = [jobs[start::hands] for start in range(hands)]
        results: list[T | Unread] = [_MISSING] * len(jobs)
        with ThreadPoolExecutor(hands) as pool:
            for start, answers in enumerate(pool.map(self._read_with_one, shares)):
                results[start::hands] = answers
        return results

    def close(self) -> None:
        """Ends the workers, after the reading that goes on. Further calls raise ``RoomError``."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            with contextlib.suppress(queue.Empty):  # whoever reads that long is stopped with its worker
                for _ in self._all:
                    self._free.get(timeout=60)
            self._finalizer()
            self._free.put(_Worker(self._terms))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read_with_one(self, jobs: Sequence[tuple[Any, ...]]) -> list[T | Unread]:
        worker = self._free.get()
        try:
            if self._closed:
                raise RoomError("the reading room is closed")
            return [answer for chunk in _chunks(jobs) for answer in worker.read_chunk(chunk)]
        finally:
            self._free.put(worker)


def _chunks(jobs: Sequence[tuple[Any, ...]]) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Jobs that share a round trip: few enough that one pickle of them is small."""
    start = size = 0
    for number, arguments in enumerate(jobs):
        size += sum(len(each) for each in arguments if isinstance(each, bytes))
        if number - start >= _CHUNK_JOBS - 1 or size > _CHUNK_BYTES:
            yield jobs[start : number + 1]
            start, size = number + 1, 0
    if start < len(jobs):
        yield jobs[start:]


class _Worker:
    """The parent's end of one child process, which is started when there is something to read."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._child: subprocess.Popen[bytes] | None = None

    def read_chunk(self, jobs: Sequence[tuple[Any, ...]]) -> list[Any]:
        answers: list[Any] = []
        tries = 0
        while len(answers) < len(jobs):
            before = len(answers)
            child = self._child or self._start()
            if self._ask(child, jobs[before:], answers):
                break
            tries = tries + 1 if len(answers) == before else 1
            reason, surely = self._bury(child)
            if surely or tries > 1:
                answers.append(Unread(reason))
                tries = 0
        return answers

    def _ask(self, child: subprocess.Popen[bytes], jobs: Sequence[tuple[Any, ...]], answers: list[Any]) -> bool:
        """Appends answers as they come; False if the child did not give them all."""
        try:
            write_frame(_fileno(child.stdin), pickle.dumps(list(jobs), protocol=5))
        except OSError:
            return False
        retired = False
        for _ in jobs:
            frame = read_frame(_fileno(child.stdout), self._terms.seconds * CLOCK_FACTOR + _GRACE_SECONDS)
            if frame is None:
                return False
            answer, retired = pickle.loads(frame)
            answers.append(answer)
        if retired:
            self.stop()
        return True

    def _start(self) -> subprocess.Popen[bytes]:
        # A session of its own: the terminal's Ctrl-C must not reach it before it can ignore it.
        child = subprocess.Popen(
            [sys.executable, "-c", _BOOT, *(path or os.getcwd() for path in sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
        self._child = child
        try:
            write_frame(_fileno(child.stdin), pickle.dumps(self._terms, protocol=5))
            ready = read_frame(_fileno(child.stdout), _START_SECONDS)
        except OSError:
            ready = None
        if ready is None:
            reason, _ = self._bury(child)
            raise RoomError(f"a reader did not start: {reason}")
        return child

    def _bury(self, child: subprocess.Popen[bytes]) -> tuple[str, bool]:
        """Why the child ended, and whether the mail it read is surely to blame."""
        code = _wait(child, 1.0)
        late = code is None
        if late:
            child.kill()
            code = child.wait()
        self._forget(child)
        if late or code == -signal.SIGALRM:
            return f"reading took over {self._terms.seconds * CLOCK_FACTOR:g} s", True
        if code == -signal.SIGPROF:
            return f"reading took over {self._terms.seconds:g} s of processor time", True
        return f"the reader ended with code {code}", False

    def stop(self) -> None:
        """Closes the pipe, at which the child ends; kills it if it does not within a second."""
        child = self._child
        if child is None:
            return
        if child.stdin:
            child.stdin.close()
        if _wait(child, 1.0) is None:
            child.kill()
            child.wait()
        self._forget(child)

    def _forget(self, child: subprocess.Popen[bytes]) -> None:
        for pipe in (child.stdin, child.stdout):
            if pipe:
                pipe.close()
        self._child = None


def _stop_all(workers: list[_Worker]) -> None:
    for worker in workers:
        worker.stop()


def _wait(child: subprocess.Popen[bytes], seconds: float) -> int | None:
    try:
        return child.wait(seconds)
    except subprocess.TimeoutExpired:
        return None


def _fileno(pipe: Any) -> int:
    return int(pipe.fileno())
