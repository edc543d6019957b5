"""Kept as it came and as it went: every mail in and out, byte for byte, whatever its language and its faults.

Row 19 of what the desk is for, as far as it is built: Swedish and English, and every document kept. Export, erasure and
retention of personal data are not there yet.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.doors import DeskBehindDoors

SWEDISH = (
    b"From: Anna Berg <anna@kommun.example>\r\nTo: support@desk.example\r\nSubject: Skrivaren p\xe5 plan 3\r\n"
    b"Message-ID: <1@kommun.example>\r\nX-Folded: a\r\n\t b  \r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
    b"\r\nHej!\r\n\r\nDen \xe4r trasig.  \r\n.\r\n\r\n"
)
ENGLISH = (
    b"From: Bob <bob@firm.example>\r\nTo: support@desk.example\r\nSubject: The screen\r\n"
    b"\r\nHello, my screen is black and I can not work at all, please help me with it."
)


@pytest.mark.parametrize(("raw", "speaks"), [(SWEDISH, "sv"), (ENGLISH, "en")])
def test_bytes_in_and_out(open_desk: Callable[..., DeskBehindDoors], raw: bytes, speaks: str) -> None:
    desk = open_desk()
    desk.hand_in([raw], "sender@kommun.example")
    desk.work()
    desk.deliver()
    assert desk.ticket().language == speaks
    with desk.office() as office:
        (mail,) = office.work.inbox.list_rows()
        kept = office.work.inbox.raw_of([mail.id])[mail.id]
        outgoing = {m.recipient: m.content for m in office.work.outbox.list_rows(limit=10)}
    assert kept == raw if raw.endswith(b"\n") else kept == raw + b"\r\n", (
        "SMTP ends the last line of all that it carries"
    )
    assert desk.sink is not None
    assert {m.recipients[0]: m.content for m in desk.sink.mails} == outgoing
    assert len(outgoing) == 2
