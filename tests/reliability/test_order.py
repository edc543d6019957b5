"""What one person sent first is worked through first, and what they are told first leaves first, whoever does it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from mailbot.courier import Outcome, OutgoingMail
from mailbot.desk.vocabulary import DeliveryStatus
from mailbot.store.outbox import Settlement
from mailbot.workflows import resolution
from mailbot.workflows.intake import Intake
from tests.support.desk import ADDRESS, LISA, WITHOUT_LIMITS, ReadHere, WorkingDesk, read_letter

SENDERS, FOLLOW_UPS = 8, 3
RELAYED = Outcome(DeliveryStatus.RELAYED, 250, "2.0.0", "ok")
DELAYED = Outcome(DeliveryStatus.DELAYED, 451, "4.7.1", "greylisted")
FAILED = Outcome(DeliveryStatus.FAILED, 550, "5.1.1", "user unknown")


def _matter(n: int) -> str:
    return f"<matter{n}@kommun{n}.example>"


def _arrive(desk: WorkingDesk, senders: int) -> None:
    """Each writes about a matter, and at once some more about it: one conversation that no receipt has reached yet."""
    mails = []
    for turn in range(1 + FOLLOW_UPS):
        for n in range(senders):
            sender = f"anna{n}@kommun{n}.example"
            thread = {"In_Reply_To": _matter(n)} if turn else {"message_id": _matter(n)}
            raw = desk.write(f"Del {turn}", sender=sender, to=ADDRESS, subject=f"Fel {n}", **thread)
            mails.append((raw, desk.envelope(sender)))
    desk.reception.receive_many(mails)


def _words(desk: WorkingDesk, number: int) -> list[str]:
    return [e.words.strip() for e in desk.entries(number)]


def test_a_mail_waits_for_the_one_before_it_that_another_worker_has(desk: WorkingDesk) -> None:
    _arrive(desk, 2)
    with desk.office() as office:
        held = office.work.inbox.claim("other", office.now, timedelta(minutes=2), 1)
    desk.work()
    with desk.office() as office:
        assert office.work.inbox.count_by_disposition() == {"received": 1 + FOLLOW_UPS, "ticket": 1, "held": FOLLOW_UPS}
        office.work.inbox.give_back([r.id for r in held], "other", office.now + timedelta(seconds=5))
    desk.work()
    assert _words(desk, 1001) == [f"Del {turn}" for turn in range(1 + FOLLOW_UPS)]
    desk.later(seconds=6)
    desk.work()
    assert _words(desk, 1002) == [f"Del {turn}" for turn in range(1 + FOLLOW_UPS)]


def test_a_mail_that_cannot_be_worked_through_holds_nobody_up(
    desk: WorkingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(self: Intake, office: object, row: object, *_: object) -> None:
        if row.id == 1:  # type: ignore[attr-defined]
            self._fail(office, row, None, "poison")  # type: ignore[arg-type]
        else:
            settle(self, office, row, *_)  # type: ignore[arg-type]

    settle = Intake._settle
    monkeypatch.setattr(Intake, "_settle", stumble)
    _arrive(desk, 1)
    desk.work()
    with desk.office() as office:
        assert office.work.inbox.count_by_disposition() == {"received": 1, "ticket": FOLLOW_UPS}


def test_workers_keep_the_order_of_each_sender(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk(WITHOUT_LIMITS + "[intake]\nbatch = 3\n")
    _arrive(desk, SENDERS)
    workers = [Intake(desk.desk.open_office, desk.desk.policy, ReadHere(), f"w{w}", lambda: None) for w in range(3)]
    threads = [threading.Thread(target=_persist, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    desk.later(minutes=3)
    desk.work()
    with desk.office() as office:
        assert office.work.inbox.count_by_disposition() == {"ticket": SENDERS, "held": SENDERS * FOLLOW_UPS}
    for number in range(1001, 1001 + SENDERS):
        assert _words(desk, number) == [f"Del {turn}" for turn in range(1 + FOLLOW_UPS)]


def _persist(intake: Intake) -> None:
    idle = 0
    while idle < 5:
        try:
            idle = 0 if intake.run_once() else idle + 1
        except Exception:  # noqa: BLE001 - as the loop does
            idle = 0


class Answering:
    """A next server that gives its answers in turn, the last one for ever, and keeps whom it was asked about."""

    def __init__(self, *answers: Outcome) -> None:
        self.answers, self.asked = list(answers), []

    def relay(self, mail: OutgoingMail) -> Mapping[str, Outcome]:
        self.asked.append((mail.recipients[0], str(read_letter(mail.raw)["Subject"])))
        return {mail.recipients[0]: self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]}

    def try_connect(self) -> str:
        return "answers"

    def close(self) -> None: ...


ANNA, RECEIPT, ASKED = "anna@kommun.example", "Vi har tagit emot", "Är det löst?"


def _owe_two_letters(desk: WorkingDesk) -> None:
    """A receipt and a resolution for Anna, neither of which has left."""
    desk.receive()
    with desk.office() as office:
        resolution.propose(office, office.work.tickets.get(1001, lock=True), LISA, "Lagat.")


def _to_anna(courier: Answering) -> list[str]:
    return [ASKED if ASKED in subject else RECEIPT for recipient, subject in courier.asked if recipient == ANNA]


def test_a_letter_waits_for_the_one_before_it_that_is_delayed(desk: WorkingDesk) -> None:
    courier = Answering(DELAYED, RELAYED)
    desk.delivery = replace(desk.delivery, courier=courier)
    _owe_two_letters(desk)
    desk.deliver()
    assert (_to_anna(courier), len(courier.asked)) == ([RECEIPT], 2)
    desk.later(minutes=7)
    desk.deliver()
    assert _to_anna(courier) == [RECEIPT, RECEIPT, ASKED]


def test_a_letter_waits_for_the_one_before_it_that_another_worker_is_sending(desk: WorkingDesk) -> None:
    _owe_two_letters(desk)
    with desk.office() as office:
        (sending,) = office.work.outbox.claim("other", office.now, timedelta(minutes=20), 1)
    courier = Answering(RELAYED)
    desk.delivery = replace(desk.delivery, courier=courier)
    desk.deliver()
    assert [recipient for recipient, _ in courier.asked] == ["lisa@desk.example"]
    with desk.office() as office:
        office.work.outbox.settle("other", office.now, Settlement(sending.id, DeliveryStatus.RELAYED))
    desk.deliver()
    assert _to_anna(courier) == [ASKED]


def test_a_letter_that_is_put_off_for_hours_holds_the_others_no_longer(desk: WorkingDesk) -> None:
    courier = Answering(DELAYED, RELAYED, DELAYED, RELAYED)
    desk.delivery = replace(desk.delivery, courier=courier)
    _owe_two_letters(desk)
    desk.deliver()
    desk.later(hours=5)
    desk.deliver()
    assert _to_anna(courier) == [RECEIPT, RECEIPT, ASKED]


def test_a_letter_that_failed_holds_nobody_up(desk: WorkingDesk) -> None:
    courier = Answering(FAILED, RELAYED)
    desk.delivery = replace(desk.delivery, courier=courier)
    _owe_two_letters(desk)
    desk.deliver()
    assert _to_anna(courier) == [RECEIPT, ASKED]
