"""What kind of trouble an exception of the store is, and how it may be written in a log. Knows no driver by name."""

from __future__ import annotations

import errno
from collections.abc import Iterator

_NO_ROOM_ERRNO = {errno.ENOSPC, errno.EDQUOT}


def is_out_of_room(error: BaseException) -> bool:
    """Is the disk full, or the quota spent? Looks through what a library wrapped around the first exception."""
    return any(_says_full(cause) for cause in _causes(error))


def describe_error(error: BaseException) -> str:
    """``"IntegrityError: UNIQUE constraint failed: inbox.key"``: one bounded line, without a statement's parameters.

    The outer exceptions of a database library print the values they were given, which are mails; the innermost is the
    driver's own, and its first line names the fault alone.
    """
    innermost = list(_causes(error))[-1]
    first_line = next(iter(str(innermost).splitlines()), "")
    return f"{type(error).__name__}: {first_line[:200]}"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        behind = None if error.__suppress_context__ else error.__context__
        error = getattr(error, "orig", None) or error.__cause__ or behind


def _says_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in _NO_ROOM_ERRNO:
        return True
    # sqlite3 names its result code, PostgreSQL drivers give the SQLSTATE (disk_full)
    return getattr(error, "sqlite_errorname", "") == "SQLITE_FULL" or getattr(error, "sqlstate", "") == "53100"
