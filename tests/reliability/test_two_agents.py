"""Two agents press at the same moment: one is obeyed, the other is told, and the requester is asked once."""

from __future__ import annotations

from collections import Counter

from tests.support.desk import WorkingDesk
from tests.support.races import register
from tests.support.two_agents import count_wrong, resolve_at_once

PAIRS = 8


def test_of_two_who_resolve_at_once_one_is_obeyed_and_one_is_told(desk: WorkingDesk) -> None:
    numbers = register(desk, PAIRS)
    answers = resolve_at_once(desk, [f"SD-{n}" for n in numbers])
    assert count_wrong(desk, numbers, answers) == Counter()
