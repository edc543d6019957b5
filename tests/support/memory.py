"""Where the files of tests lie: in memory, where there is enough of it.

Every commit of SQLite waits for the disk, which is right for a desk and wasted on a database that lives for a second.
Nothing that tests show depends on it: they end processes, and what the kernel has taken outlives a process. What a
power cut leaves is asked of a real disk by ``bench.crashes``.
"""

from __future__ import annotations

import os

MEMORY = "/dev/shm"
ENOUGH = 3 * 1024**3


def use_memory() -> None:
    """Let pytest's folders and all temporary files of tests lie in memory, unless the caller has named a place."""
    if has_room():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", MEMORY)
        os.environ.setdefault("TMPDIR", MEMORY)


def has_room() -> bool:
    """Whether memory can hold what a run of all tests writes, and programs may be started from there."""
    try:
        found = os.statvfs(MEMORY)
        memory = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return False
    no_programs = bool(found.f_flag & getattr(os, "ST_NOEXEC", 0))
    return os.access(MEMORY, os.W_OK) and not no_programs and min(found.f_bavail * found.f_frsize, memory) >= ENOUGH
