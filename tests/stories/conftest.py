"""The running program with a real database and a real next mail server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

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
