"""Writers of one process go in the order in which they came."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from mailbot.store.turns import Turns


def waiting(turns: Turns, count: int) -> Callable[[], bool]:
    return lambda: len(turns._queue) == count


def until(true: Callable[[], bool]) -> None:
    clock = threading.Event()
    for _ in range(1000):
        if true():
            return
        clock.wait(0.005)
    raise TimeoutError


def test_turns_are_given_in_the_order_of_asking() -> None:
    turns, order = Turns(), list[int]()

    def write(number: int) -> None:
        with turns:
            order.append(number)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(5)]
    with turns:
        for number, thread in enumerate(threads, 1):
            thread.start()
            until(waiting(turns, number))
        order.append(-1)
    for thread in threads:
        thread.join(5)
    assert order == [-1, 0, 1, 2, 3, 4]


def test_one_at_a_time_with_many_threads() -> None:
    turns, inside, most = Turns(), [0], [0]

    def write() -> None:
        for _ in range(200):
            with turns:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (most, inside) == ([1], [0])


def test_a_turn_that_fails_gives_way() -> None:
    turns = Turns()
    with pytest.raises(ValueError, match="no"), turns:
        raise ValueError("no")
    with turns:
        pass
