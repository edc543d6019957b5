"""The running program with a real database and a real next mail server; a desk behind real doors with a set clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.support.doors import DeskBehindDoors
from tests.support.running import RunningMailbot
from tests.support.scripted_smtp import ScriptedSmtp


@pytest.fixture
def sink() -> Iterator[ScriptedSmtp]:
    with ScriptedSmtp() as server:
        yield server


@pytest.fixture
def mailbot(tmp_path: Path, store_url: str, sink: ScriptedSmtp) -> Iterator[RunningMailbot]:
    with RunningMailbot(tmp_path, store_url, sink) as running:
        yield running


@pytest.fixture
def open_desk(tmp_path: Path, store_url: str, sink: ScriptedSmtp) -> Iterator[Callable[..., DeskBehindDoors]]:
    """Makes a desk with settings of the story's own; in stories mail comes and goes through sockets."""
    with ExitStack() as opened:

        def make(extra: str = "", **fields: object) -> DeskBehindDoors:
            desk = DeskBehindDoors(tmp_path, store_url, extra, sink=sink, **fields)  # type: ignore[arg-type]
            return opened.enter_context(closing(desk))

        yield make
