"""A real mailbox on a real Dovecot: collected by IDLE, answered, and safe when the server forgets its UIDs.

Row 1 of what the desk is for: any number of mailboxes, one register.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.dovecot import Dovecot
from tests.support.mails import make_mail
from tests.support.running import RunningMailbot, wait_until
from tests.support.scripted_smtp import ScriptedSmtp

pytestmark = pytest.mark.system

ACCOUNT = """
[[imap]]
name = "helpdesk"
host = "127.0.0.1"
port = {port}
tls = "none"
username = "{user}"
password = "secret"
address = "support@desk.example"
start = "{start}"
poll_seconds = 2
"""


@pytest.fixture
def collecting(
    tmp_path: Path, store_url: str, sink: ScriptedSmtp, dovecot: Dovecot, mailbox: str
) -> Iterator[RunningMailbot]:
    account = ACCOUNT.format(port=dovecot.imap_port, user=mailbox, start="now")
    dovecot.deliver(mailbox, make_mail("old", to="support@desk.example"))
    with RunningMailbot(tmp_path, store_url, sink, account) as running:
        wait_until(lambda: '"account": "helpdesk"' in running.log(), running.log)
        yield running


def test_a_mail_in_the_mailbox_becomes_a_ticket_and_old_mail_does_not(
    collecting: RunningMailbot, dovecot: Dovecot, mailbox: str
) -> None:
    dovecot.deliver(mailbox, make_mail("new", to="support@desk.example"))
    receipt = collecting.letter_to("anna@customer.example", 1)
    assert receipt["Subject"].startswith("[SD-1001] ")
    assert [m["subject"] for m in collecting.json("mail", "list")] == ["Mail new"]
    assert len(dovecot.files(mailbox)) == 2


def test_a_uidvalidity_reset_registers_nothing_twice(
    collecting: RunningMailbot, dovecot: Dovecot, mailbox: str
) -> None:
    dovecot.deliver(mailbox, *(make_mail(n, to="support@desk.example") for n in range(5)))
    wait_until(lambda: collecting.json("audit")["inbox"] == {"ticket": 5}, collecting.log)
    collecting.terminate()
    dovecot.reset_uidvalidity(mailbox)
    dovecot.deliver(mailbox, *(make_mail(n, to="support@desk.example") for n in range(5, 8)))
    collecting.start()
    wait_until(lambda: collecting.json("audit")["tickets"] == {"new": 8}, collecting.log)
    assert len(collecting.letters("anna@customer.example")) == 5
