"""Many desks at once: whatever time brings to a ticket, it brings once; and a deed beside it is never lost."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from mailbot.desk.errors import Conflict
from mailbot.workflows import resolution
from mailbot.workflows.timers import run
from tests.support.desk import LISA, WorkingDesk

TICKETS = 6
EXTRA = '[service_levels]\nescalate_to = ["chief@desk.example"]\n'


def at_once(*acts: Callable[[], object]) -> None:
    start = threading.Barrier(len(acts))

    def go(act: Callable[[], object]) -> None:
        start.wait()
        act()

    threads = [threading.Thread(target=go, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_four_workers_bring_each_thing_once(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk(extra=EXTRA)
    for number in range(TICKETS):
        desk.receive("Hej", sender=f"p{number}@k{number}.example")
    for hours in (3.0, 0.7, 0.4, 2.5):
        desk.later(hours=hours)
        at_once(*[lambda: run(desk.desk.open_office)] * 4)
    for number in range(1001, 1001 + TICKETS):
        assert Counter(desk.facts(number) + desk.promises(number)) == {
            "ticket_registered": 1,
            "response_warned": 1,
            "response_breached": 1,
            "escalated_to_management": 1,
            "promise_made": 1,
            "promise_renewed": 1,
            "promise_missed": 1,
        }


def test_an_answer_and_the_breach_of_the_same_moment_both_stand(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk(extra=EXTRA)
    for number in range(TICKETS):
        desk.receive("Hej", sender=f"p{number}@k{number}.example")
    desk.later(hours=4.01)

    def answer() -> None:
        for number in range(1001, 1001 + TICKETS):
            for _ in range(5):
                try:
                    with desk.office() as office:
                        resolution.answer(office, office.work.tickets.get(number, lock=True), LISA, "Hej!")
                    break
                except Conflict:
                    continue

    at_once(answer, lambda: run(desk.desk.open_office))
    run(desk.desk.open_office)
    for number in range(1001, 1001 + TICKETS):
        counted = Counter(desk.facts(number) + desk.promises(number))
        assert (counted["agent_replied"], counted["response_breached"], counted["promise_missed"]) == (1, 1, 1)
        assert desk.ticket(number).promised_by is None
        with desk.office() as office:
            (timer,) = office.work.timers.list_rows(ticket=number)
        # Fifteen of the twenty hours for the solution: Tuesday at two.
        assert timer.due_at == datetime(2026, 11, 24, 13, tzinfo=UTC)
