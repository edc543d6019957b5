"""Two agents press at the same moment: one is obeyed, the other is told, and the requester is asked once."""

from __future__ import annotations

from collections import Counter

from tests.support.desk import WorkingDesk
from tests.support.two_agents import count_wrong, resolve_at_once

PAIRS = 8


def test_of_two_who_resolve_at_once_one_is_obeyed_and_one_is_told(desk: WorkingDesk) -> None:
    for n in range(PAIRS):
        desk.receive("Hej", sender=f"anna{n}@kommun{n}.example", subject=f"Fel {n}")
    numbers = range(1001, 1001 + PAIRS)
    answers = resolve_at_once(desk, [f"SD-{n}" for n in numbers])
    assert count_wrong(desk, numbers, answers) == Counter()
