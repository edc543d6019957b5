"""A working desk on each database, and one on SQLite alone for what no database can change."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.desk import WorkingDesk


@pytest.fixture
def open_desk(store_url: str, tmp_path: Path) -> Callable[..., WorkingDesk]:
    """Makes a desk with settings of the test's own."""

    def make(extra: str = "", **fields: object) -> WorkingDesk:
        return WorkingDesk(tmp_path, store_url, extra, **fields)  # type: ignore[arg-type]

    return make


@pytest.fixture
def desk(open_desk: Callable[..., WorkingDesk]) -> WorkingDesk:
    return open_desk()


@pytest.fixture
def sqlite_desk(sqlite_template: Path, tmp_path: Path) -> WorkingDesk:
    copy = tmp_path / "mailbot.db"
    shutil.copyfile(sqlite_template, copy)
    return WorkingDesk(tmp_path, f"sqlite:///{copy}")
