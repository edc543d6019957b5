"""Errors of a store: which mean a full disk, and what of them may stand in a log."""

import errno
import sqlite3

import pytest

from mailbot.channels.trouble import describe_error, is_out_of_room


class Wrapped(Exception):
    """As a database library wraps its driver's error: the statement's parameters are in the text."""

    def __init__(self, orig: BaseException) -> None:
        super().__init__(f"{orig} [parameters: (b'Subject: secret')]")
        self.orig = orig


class DriverError(Exception):
    sqlstate = "53100"


def full_database() -> sqlite3.Error:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorname = "SQLITE_FULL"
    return error


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(errno.ENOSPC, "x"), True),
        (OSError(errno.EDQUOT, "x"), True),
        (full_database(), True),
        (Wrapped(full_database()), True),
        (Wrapped(DriverError("could not extend file")), True),
        (OSError(errno.EIO, "x"), False),
        (sqlite3.OperationalError("database is locked"), False),
        (ValueError("x"), False),
    ],
)
def test_full_disk_is_recognised_behind_what_wraps_it(error: Exception, full: bool) -> None:
    assert is_out_of_room(error) is full


def test_description_names_the_fault_without_the_values() -> None:
    locked = sqlite3.OperationalError("database is locked\nDETAIL: secret")
    assert describe_error(Wrapped(locked)) == "Wrapped: database is locked"
    assert describe_error(ValueError("")) == "ValueError: "
    assert len(describe_error(ValueError("x" * 1000))) <= 220


def test_cause_that_goes_in_a_circle_ends() -> None:
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    assert describe_error(first) == "ValueError: second"
