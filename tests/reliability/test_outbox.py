"""What is to leave leaves: whichever moment the store, the next server or the desk itself chooses to go away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from mailbot.app import make_policy
from mailbot.courier import Outcome, OutgoingMail
from mailbot.desk.lifecycle import State
from mailbot.desk.vocabulary import DeliveryStatus, Disposition
from mailbot.settings import load_settings
from mailbot.workflows import notification
from mailbot.workflows.delivery import Delivery
from mailbot.workflows.intake import Intake
from mailbot.workflows.office import Office
from tests.support.desk import ReadHere, WorkingDesk


@dataclass
class Courier:
    """Takes every mail; the first answers are ``first``."""

    first: list[DeliveryStatus] = field(default_factory=list)
    taken: list[bytes] = field(default_factory=list)

    def relay(self, mail: OutgoingMail) -> dict[str, Outcome]:
        self.taken.append(mail.raw)
        status = self.first.pop(0) if self.first else DeliveryStatus.RELAYED
        return {mail.recipients[0]: Outcome(status, 250, "", "ok")}

    def close(self) -> None:
        return None


@dataclass
class Flaky:
    """A store that is away at the n-th opening, for the given n."""

    desk: WorkingDesk
    away_at: set[int]
    opened: int = 0

    @contextmanager
    def __call__(self, *, reads_only: bool = False) -> Iterator[Office]:
        self.opened += 1
        if self.opened in self.away_at:
            raise OperationalError("SELECT 1", {}, Exception("the server closed the connection"))
        with self.desk.desk.open_office(reads_only=reads_only) as office:
            yield office


def _outbox(desk: WorkingDesk) -> list[tuple[DeliveryStatus, int]]:
    with desk.office() as office:
        return [(m.status, m.attempts) for m in reversed(office.work.outbox.list_rows(limit=100))]


@pytest.mark.parametrize("away_at", [{1}, {2}, {3}, {2, 3, 4}, {3, 4, 5, 6}])
def test_a_store_that_goes_away_between_relaying_and_writing_down(desk: WorkingDesk, away_at: set[int]) -> None:
    for n in range(2):
        desk.receive(f"Hej {n}")
    courier = Courier()
    delivery = Delivery(Flaky(desk, away_at), desk.desk.policy, courier, "test#d")
    for _ in range(len(away_at)):
        with pytest.raises(OperationalError):
            delivery.run_once()
    while delivery.run_once():
        pass
    assert [status for status, _ in _outbox(desk)] == [DeliveryStatus.RELAYED] * 4
    assert len(courier.taken) == len(set(courier.taken)) == 4


@pytest.mark.parametrize("away_at", [{2}, {3}, {3, 4}, {3, 4, 5}])
def test_a_store_that_goes_away_while_mail_is_worked_on_costs_no_attempt(desk: WorkingDesk, away_at: set[int]) -> None:
    desk.reception.receive(desk.write("Hej", sender="a@b.example", to="x", subject="Fel"), desk.envelope("a@b.example"))
    intake = Intake(Flaky(desk, away_at), desk.desk.policy, ReadHere(), "test#i", lambda: None)
    for _ in range(len(away_at) + 1):
        with suppress(OperationalError):
            intake.run_once()
        desk.later(seconds=6)
    while intake.run_once():
        pass
    assert (desk.row(1).disposition, desk.row(1).attempts) == (Disposition.TICKET, 1)


@pytest.mark.parametrize("breaks_at", [1, 2, 3])
def test_a_ticket_and_its_notices_are_written_together_or_not_at_all(
    desk: WorkingDesk, monkeypatch: pytest.MonkeyPatch, breaks_at: int
) -> None:
    """The n-th notice cannot be composed: nothing of that mail stays; afterwards all of it is there, once."""
    desk.receive()
    letter = desk.resolve()
    before = (desk.facts(), desk.notices(), len(desk.entries()))
    compose, calls = notification._compose, iter(range(1, 100))

    def broken(*arguments: object) -> object:
        if next(calls) in {breaks_at, breaks_at + 3}:
            raise RuntimeError("the composer is ill")
        return compose(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(notification, "_compose", broken)
    row = desk.answer(letter, "Fungerar inte")
    if breaks_at <= 2:
        assert (row.disposition, before) == (Disposition.RECEIVED, (desk.facts(), desk.notices(), len(desk.entries())))
    monkeypatch.setattr(notification, "_compose", compose)
    desk.later(minutes=5)
    desk.work()
    assert (desk.row(row.id).disposition, desk.ticket().state) == (Disposition.REPLY, State.IN_PROGRESS)
    assert desk.notices()[3:] == [("reopened", "anna@kommun.example"), ("agent_new_reply", "lisa@desk.example")]
    assert desk.facts().count("ticket_reopened") == 1


def test_silence_after_the_dot_repeats_no_receipt_and_the_solution_once(desk: WorkingDesk) -> None:
    desk.receive()
    uncertain = Courier([DeliveryStatus.UNCERTAIN] * 9)
    delivery = replace(desk.delivery, courier=uncertain)
    for _ in range(5):
        delivery.run_once()
        desk.later(hours=2)
    # the receipt is automatic, the agent's notice is not
    assert [len([c for c in uncertain.taken if c == content]) for content in dict.fromkeys(uncertain.taken)] == [1, 2]
    assert [status for status, _ in _outbox(desk)] == [DeliveryStatus.UNCERTAIN] * 2


@dataclass
class Slow(Courier):
    """Each mail takes nearly half of the lease; ``meanwhile`` is what another worker finds to claim then."""

    desk: WorkingDesk | None = None
    meanwhile: list[int] = field(default_factory=list)

    def relay(self, mail: OutgoingMail) -> dict[str, Outcome]:
        assert self.desk is not None
        lease = self.desk.desk.policy.sending_lease
        self.desk.later(seconds=lease.total_seconds() * 0.45)
        with self.desk.office() as office:
            self.meanwhile.append(len(office.work.outbox.claim("other#d", office.now, lease, 20)))
        return super().relay(mail)


def test_a_slow_next_server_lets_nobody_else_send_the_same(desk: WorkingDesk) -> None:
    for n in range(4):
        desk.receive(f"Hej {n}")
    courier = Slow(desk=desk)
    assert replace(desk.delivery, courier=courier).run_once() == 8
    assert (courier.meanwhile, len(set(courier.taken))) == ([0] * 8, 8)
    assert _outbox(desk) == [(DeliveryStatus.RELAYED, 1)] * 8


def test_the_lease_of_a_worker_that_is_gone_for_ever_ends_within_hours(desk: WorkingDesk) -> None:
    file = desk.folder / "settings.toml"
    file.write_text(file.read_text().replace("[delivery]\n", '[delivery]\nmode = "smtp"\nhost = "mx.example"\n'))
    assert make_policy(load_settings(file, {})).sending_lease < timedelta(minutes=90)
