"""Programs that a test needs from the system. Without one the test is skipped visibly, or fails if none may be.

``./check`` sets ``REQUIRE_ALL=1`` after installing the programs, so a test that silently never runs cannot exist there.
"""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest


def require_program(name: str, package: str) -> str:
    """The path of the program ``name``; where it is missing, skip (or fail) and name the Debian package that has it."""
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/sbin")
    if path is None:
        missing(f"{name} is missing: apt-get install -y --no-install-recommends {package}")
    return path


def missing(why: str) -> NoReturn:
    """Skip the running test with ``why``, or fail it under ``REQUIRE_ALL=1``."""
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(why, pytrace=False)
    pytest.skip(why)
