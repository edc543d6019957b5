"""Outgoing mail: the same bytes at every attempt; later, again, or give up; the desk is told what did not arrive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from mailbot.courier import Outcome, OutgoingMail
from mailbot.desk.vocabulary import DeliveryStatus
from mailbot.workflows.housekeeping import release_dead
from tests.support.desk import WorkingDesk


class Answering:
    """A next server that answers as told, in turn, and keeps what it was given."""

    def __init__(self, *answers: Outcome) -> None:
        self.answers = list(answers)
        self.given: list[bytes] = []

    def relay(self, mail: OutgoingMail) -> Mapping[str, Outcome]:
        self.given.append(mail.raw)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return dict.fromkeys(mail.recipients, answer)

    def try_connect(self) -> str:
        return "answers"

    def close(self) -> None: ...


RELAYED = Outcome(DeliveryStatus.RELAYED, 250, "2.0.0", "ok")
DELAYED = Outcome(DeliveryStatus.DELAYED, 451, "4.7.1", "greylisted")
FAILED = Outcome(DeliveryStatus.FAILED, 550, "5.1.1", "user unknown")
UNCERTAIN = Outcome(DeliveryStatus.UNCERTAIN, 0, "4.4.2", "no answer after the dot")


def deliver_with(desk: WorkingDesk, *answers: Outcome) -> Answering:
    courier = Answering(*answers)
    desk.delivery = replace(desk.delivery, courier=courier)
    return courier


def statuses(desk: WorkingDesk) -> list[tuple[str, str, int]]:
    with desk.office() as office:
        rows = office.work.outbox.list_rows(limit=100)
    return [(m.notice.value, m.status.value, m.attempts) for m in reversed(rows)]


def test_a_delayed_mail_goes_out_later_with_the_same_bytes(desk: WorkingDesk) -> None:
    courier = deliver_with(desk, DELAYED, RELAYED)
    desk.receive(sender="anna@kommun.example", subject="x")
    desk.deliver()
    assert statuses(desk)[0] == ("receipt", "delayed", 1)
    desk.later(minutes=3)
    desk.deliver()
    assert statuses(desk)[0] == ("receipt", "delayed", 1)
    desk.later(minutes=4)
    desk.deliver()
    assert statuses(desk)[0] == ("receipt", "relayed", 2)
    assert courier.given[0] == courier.given[2]


def test_a_refused_mail_fails_at_once_and_the_desk_is_told(desk: WorkingDesk) -> None:
    deliver_with(desk, FAILED)
    desk.receive()
    desk.deliver()
    assert {s for _, s, _ in statuses(desk)} == {"failed"}
    assert desk.facts().count("delivery_failed") == 2
    assert desk.ticket().needs_person is True


def test_after_four_hours_of_delay_the_desk_is_told_once(desk: WorkingDesk) -> None:
    deliver_with(desk, DELAYED)
    desk.receive()
    for hours, told in ((0, 0), (3.5, 0), (1, 2), (4, 2)):
        desk.later(hours=hours)
        desk.deliver()
        assert (desk.facts().count("delivery_delayed"), desk.ticket().needs_person) == (told, told > 0)


def test_a_next_server_that_is_away_marks_no_ticket(desk: WorkingDesk) -> None:
    deliver_with(desk, Outcome(DeliveryStatus.DELAYED, 0, "4.4.0", "connection refused"))
    desk.receive()
    for _ in range(3):
        desk.deliver()
        desk.later(hours=4)
    assert (desk.facts(), desk.ticket().needs_person) == (["ticket_registered"], False)


def test_after_five_days_of_delay_the_desk_gives_up(desk: WorkingDesk) -> None:
    deliver_with(desk, DELAYED)
    desk.receive()
    for _ in range(200):
        desk.deliver()
        desk.later(hours=1)
    assert {s for _, s, _ in statuses(desk)} == {"failed"}


def test_an_uncertain_receipt_is_not_sent_again(desk: WorkingDesk) -> None:
    courier = deliver_with(desk, UNCERTAIN)
    desk.receive()
    desk.deliver()
    desk.later(days=1)
    desk.deliver()
    assert statuses(desk)[0] == ("receipt", "uncertain", 1)
    assert len([g for g in courier.given if b"anna@kommun.example" in g.split(b"\r\n\r\n")[0]]) == 1


def test_an_uncertain_resolution_is_sent_once_more(desk: WorkingDesk) -> None:
    desk.receive()
    desk.deliver()
    courier = deliver_with(desk, UNCERTAIN)
    desk.resolve()
    for _ in range(3):
        desk.later(hours=1)
        desk.deliver()
    assert statuses(desk)[-1] == ("resolution", "uncertain", 2)
    assert courier.given[0] == courier.given[1]


def test_mail_of_a_worker_that_died_goes_out_with_the_same_message_id(desk: WorkingDesk) -> None:
    desk.receive()
    with desk.office() as office:
        claimed = office.work.outbox.claim("dead", office.now, timedelta(minutes=20), 10)
    assert len(claimed) == 2
    assert release_dead(desk.desk.open_office, lambda worker: worker == "dead") == 2
    courier = deliver_with(desk, RELAYED)
    desk.deliver()
    assert courier.given == [m.content for m in claimed]


def test_the_same_occasion_is_never_queued_twice(desk: WorkingDesk) -> None:
    desk.receive()
    with desk.office() as office:
        mail = office.work.outbox.list_rows()[0]
        assert office.work.outbox.add(replace(mail, message_id="another@desk.example")) is False
    assert len(desk.notices()) == 2


def test_a_zombie_cannot_settle_what_another_has_taken(desk: WorkingDesk) -> None:
    from mailbot.store.outbox import Settlement

    desk.receive()
    with desk.office() as office:
        first = office.work.outbox.claim("zombie", office.now, timedelta(minutes=1), 10)
    desk.later(minutes=2)
    with desk.office() as office:
        assert len(office.work.outbox.claim("living", office.now, timedelta(minutes=1), 10)) == 2
        late = office.work.outbox.settle("zombie", office.now, Settlement(first[0].id, DeliveryStatus.FAILED))
        good = office.work.outbox.settle("living", office.now, Settlement(first[0].id, DeliveryStatus.RELAYED))
    assert (late, good) == (False, True)


@pytest.mark.parametrize("cancelled", [True, False])
def test_a_cancelled_mail_does_not_leave(desk: WorkingDesk, cancelled: bool) -> None:
    courier = deliver_with(desk, RELAYED)
    desk.receive()
    with desk.office() as office:
        if cancelled:
            for mail in office.work.outbox.list_rows():
                office.work.outbox.cancel(mail.id, office.now)
    desk.deliver()
    assert len(courier.given) == (0 if cancelled else 2)
