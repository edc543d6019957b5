"""A next server that takes so many mails in a minute: a backlog leaves within it, people's mails first, in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from mailbot.courier import Outcome, OutgoingMail
from mailbot.desk.vocabulary import DeliveryStatus, NoticeKind
from mailbot.store.outbox import Outgoing
from mailbot.workflows import resolution
from mailbot.workflows.delivery import Delivery
from mailbot.workflows.pace import Pace
from tests.reliability.test_outbox import Flaky
from tests.support.desk import LISA, WITHOUT_LIMITS, WorkingDesk

MOST = 30
RELAYED = Outcome(DeliveryStatus.RELAYED, 250, "2.0.0", "ok")


@dataclass
class SlowServer:
    """Takes a second for each mail; notes when each was handed over."""

    seconds: float = 1.0
    now: float = 1000.0
    taken: list[tuple[float, str, bytes]] = field(default_factory=list)

    def relay(self, mail: OutgoingMail) -> Mapping[str, Outcome]:
        self.now += self.seconds
        self.taken.append((self.now, mail.recipients[0], mail.raw))
        return dict.fromkeys(mail.recipients, RELAYED)

    def try_connect(self) -> str:
        return "answers"

    def close(self) -> None: ...


def _most_in_a_minute(moments: list[float]) -> int:
    return max(sum(start <= moment < start + 60 for moment in moments) for start in moments)


def _drain(server: SlowServer, *hands: Delivery) -> None:
    """The hands take turns until nothing is left, and a second passes whenever none of them finds anything."""
    idle = 0
    while idle < 61:
        busy = sum(hand.run_once() for hand in hands)
        idle = 0 if busy else idle + 1
        server.now += 0 if busy else 1


def _owe(desk: WorkingDesk, tickets: int) -> list[bytes]:
    """For each ticket a receipt, a mail to an agent, and the question whether it works; the mails, oldest first."""
    for n in range(tickets):
        desk.receive("Hej", sender=f"anna{n}@kommun.example", subject=f"Fel {n}")
        with desk.office() as office:
            resolution.propose(office, office.work.tickets.get(1001 + n, lock=True), LISA, "Klart.")
    return [m.content for m in _outbox(desk)]


def _outbox(desk: WorkingDesk) -> list[Outgoing]:
    with desk.office() as office:
        return office.work.outbox.list_rows(limit=1000)[::-1]


def _hand(desk: WorkingDesk, server: SlowServer, pace: Pace, number: int = 0) -> Delivery:
    return Delivery(desk.desk.open_office, desk.desk.policy, server, f"test#d{number}", pace=pace)


@pytest.mark.parametrize("seconds", [0.0, 0.5, 7.0])
def test_a_backlog_leaves_within_the_pace_whole_and_in_order(
    open_desk: Callable[..., WorkingDesk], seconds: float
) -> None:
    desk = open_desk(WITHOUT_LIMITS)
    queued = _owe(desk, 20)
    server = SlowServer(seconds)
    pace = Pace(MOST, lambda: server.now)
    _drain(server, _hand(desk, server, pace, 0), _hand(desk, server, pace, 1))
    left = [raw for _, _, raw in server.taken]
    assert (len(left), sorted(left)) == (60, sorted(queued))
    moments = [moment for moment, _, _ in server.taken]
    assert _most_in_a_minute(moments) == (MOST if seconds < 2 else 9)
    for n in range(20):
        to_anna = [raw for _, recipient, raw in server.taken if recipient == f"anna{n}@kommun.example"]
        assert to_anna == sorted(to_anna, key=queued.index)


def test_what_people_wait_for_leaves_before_what_is_sent_to_many(desk: WorkingDesk) -> None:
    _owe(desk, 1)
    sample = _outbox(desk)[0]
    with desk.office() as office:
        for n in range(4):
            mail = replace(
                sample, key=f"event/{n}", message_id=f"<{n}@desk.example>", recipient=f"all{n}@kommun.example"
            )
            earlier = office.now - timedelta(minutes=10)
            office.work.outbox.add(replace(mail, ticket=None, notice=NoticeKind.EVENT_ANNOUNCED, queued_at=earlier))
    server = SlowServer()
    hand = _hand(desk, server, Pace(2, lambda: server.now))
    left = []
    for _ in range(5):
        left.append(hand.run_once())
        server.now += 60
    assert left == [2, 2, 2, 1, 0]
    assert [recipient for _, recipient, _ in server.taken] == [
        *("anna0@kommun.example", "lisa@desk.example", "anna0@kommun.example"),
        *(f"all{n}@kommun.example" for n in range(4)),
    ]


@pytest.mark.parametrize("away_at", [{1}, {2}, {3}, {4}, {2, 3, 4}])
def test_a_store_that_goes_away_takes_no_room_for_good(desk: WorkingDesk, away_at: set[int]) -> None:
    _owe(desk, 2)
    server = SlowServer()
    pace = Pace(3, lambda: server.now)
    delivery = Delivery(Flaky(desk, away_at), desk.desk.policy, server, "test#d", pace=pace)
    for _ in range(7):
        with suppress(OperationalError):
            delivery.run_once()
        server.now += 61
    assert (pace.take(9), len(server.taken)) == (3, 6)


def test_without_a_pace_all_that_may_leave_does_at_once(desk: WorkingDesk) -> None:
    _owe(desk, 2)
    server = SlowServer(0)
    hand = _hand(desk, server, Pace(0, lambda: server.now))
    assert [hand.run_once() for _ in range(3)] == [4, 2, 0]
