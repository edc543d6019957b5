"""The child of the reading room: one job after the other, each within bounds that the kernel keeps.

It talks in frames, eight bytes of length and a pickle, on the pipes that were its standard input and output; whatever
a library prints goes to standard error. It ends when its input closes.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import resource
import select
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

CLOCK_FACTOR = 10
_RETIRE_BYTES = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Unread:
    """The answer for a mail whose reading had to be stopped; ``reason`` is a short English sentence."""

    reason: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What a child is told first: functions by name (module:qualified name), bounds in seconds and bytes."""

    job: str
    prepare: str
    seconds: float
    growth: int


def name_of(function: Callable[..., Any]) -> str:
    return f"{function.__module__}:{function.__qualname__}"


def serve() -> None:
    """The child: reads frames of jobs from its standard input until that closes, answers each job on the old stdout."""
    source, target = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    _settle_signals()
    frame = read_frame(source)
    if frame is None:
        return
    terms: Terms = pickle.loads(frame)
    job = _find_function(terms.job)
    if terms.prepare:
        _find_function(terms.prepare)()
    gc.freeze()
    base = _virtual_bytes()
    write_frame(target, b"ready")
    while (frame := read_frame(source)) is not None:
        jobs = pickle.loads(frame)
        del frame
        for number, arguments in enumerate(jobs):
            jobs[number] = None
            answer = _read_bounded(job, arguments, terms)
            retired = number + 1 == len(jobs) and _virtual_bytes() > base + _RETIRE_BYTES
            try:
                write_frame(target, pickle.dumps((answer, retired), protocol=5))
            except BrokenPipeError:
                return


def _find_function(name: str) -> Callable[..., Any]:
    module, _, path = name.partition(":")
    found: Any = importlib.import_module(module)
    for attribute in path.split("."):
        found = getattr(found, attribute)
    return cast(Callable[..., Any], found)


def _settle_signals() -> None:
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    for deadly in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(deadly, signal.SIG_DFL)


def _read_bounded(job: Callable[..., Any], arguments: tuple[Any, ...], terms: Terms) -> Any:
    """The kernel keeps the bounds: it ends the process at the time limit, even inside a C library."""
    _limit_memory(_virtual_bytes() + terms.growth)
    signal.setitimer(signal.ITIMER_PROF, terms.seconds)
    signal.setitimer(signal.ITIMER_REAL, terms.seconds * CLOCK_FACTOR)
    try:
        return job(*arguments)
    except MemoryError:
        return Unread(f"reading took over {terms.growth // 1024 // 1024} MB")
    except Exception as error:  # noqa: BLE001 - the wall between a stranger's mail and the desk
        return Unread(f"reading failed: {type(error).__name__}: {error}"[:300])
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _limit_memory(None)


def _limit_memory(size: int | None) -> None:
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]  # a container may have set one
    soft = hard if size is None or (hard != resource.RLIM_INFINITY and size > hard) else size
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _virtual_bytes() -> int:
    try:
        with open("/proc/self/statm", "rb") as statm:
            return int(statm.read().split()[0]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def write_frame(descriptor: int, content: bytes) -> None:
    view = memoryview(len(content).to_bytes(8, "big") + content)
    while view:
        view = view[os.write(descriptor, view) :]


def read_frame(descriptor: int, seconds: float | None = None) -> bytes | None:
    """The next frame, or None where the other end closed or sent nothing for so long."""
    header = _read_exactly(descriptor, 8, seconds)
    return None if header is None else _read_exactly(descriptor, int.from_bytes(header, "big"), seconds)


def _read_exactly(descriptor: int, count: int, seconds: float | None) -> bytes | None:
    pieces: list[bytes] = []
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    while count:
        if seconds is not None and not poll.poll(seconds * 1000):
            return None
        piece = os.read(descriptor, min(count, 1 << 20))
        if not piece:
            return None
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)
