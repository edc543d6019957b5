"""What the doors ask before they take a mail, and in which queue it is kept."""

from __future__ import annotations

import pytest

from mailbot.desk.vocabulary import Disposition
from tests.support.desk import ADDRESS, WorkingDesk


@pytest.mark.parametrize("to", ["Postmaster", "postmaster@desk.example"])
def test_mail_for_the_postmaster_is_taken_and_becomes_a_ticket(desk: WorkingDesk, to: str) -> None:
    assert desk.reception.is_ours(to)
    row = desk.receive(to=to)
    assert (row.queue, row.disposition) == (ADDRESS, Disposition.TICKET)


@pytest.mark.parametrize("to", ["postmaster@elsewhere.example", "nobody@desk.example", "nobody"])
def test_mail_for_others_is_not_taken(desk: WorkingDesk, to: str) -> None:
    assert not desk.reception.is_ours(to)
