"""The same mail again, and mail that only looks the same: neither lost nor doubled."""

from __future__ import annotations

import smtplib
import socket
from pathlib import Path

import pytest

from mailbot.desk.vocabulary import Disposition
from tests.support.desk import ADDRESS, ANNA, WorkingDesk
from tests.support.running import RunningMailbot, wait_until
from tests.support.scripted_smtp import ScriptedSmtp

HELP = "help@desk.example"


def _talk(port: int, raw: bytes, *, leaves: bool) -> None:
    """Hand a mail in; with ``leaves``, cut the connection when the last dot is out, whatever is answered."""
    with socket.create_connection(("127.0.0.1", port), 10) as client, client.makefile("rb") as answers:
        answers.readline()
        for line in ("HELO x", "MAIL FROM:<anna@kommun.example>", f"RCPT TO:<{ADDRESS}>", "DATA"):
            client.sendall(line.encode() + b"\r\n")
            answers.readline()
        client.sendall(raw + b"\r\n.\r\n")
        if not leaves:
            assert answers.readline().startswith(b"250")


def test_a_connection_cut_after_the_dot_and_the_mail_sent_again(tmp_path: Path, store_url: str) -> None:
    raws = [f"From: anna{n}@kommun{n}.example\r\nSubject: Fel {n}\r\n\r\nHej".encode() for n in range(10)]
    with ScriptedSmtp() as sink, RunningMailbot(tmp_path, store_url, sink) as mailbot:
        for raw in raws:
            for _ in range(3):
                _talk(mailbot.port, raw, leaves=True)
            _talk(mailbot.port, raw, leaves=False)
        wait_until(lambda: mailbot.json("audit")["inbox"].get("ticket") == 10, mailbot.log)
        wait_until(lambda: mailbot.json("audit")["outbox"] == {"relayed": 20}, mailbot.log)
        audit = mailbot.json("audit")
    assert (audit["tickets"], set(audit["inbox"]), audit["findings"]) == ({"new": 10}, {"ticket", "duplicate"}, [])


@pytest.mark.parametrize("first", [ADDRESS, HELP])
def test_one_mail_to_two_own_addresses_in_one_transaction_is_one_ticket(desk: WorkingDesk, first: str) -> None:
    second = HELP if first == ADDRESS else ADDRESS
    envelope = desk.envelope(ANNA)
    both = type(envelope)(envelope.reverse_path, (first, second), envelope.received_at, "smtp")
    desk.reception.receive(desk.write("Hej", sender=ANNA, to=f"{ADDRESS}, {HELP}", subject="Fel"), both)
    desk.work()
    assert (desk.ticket(1001).desk_address, desk.notices(None).count(("receipt", "anna@kommun.example"))) == (first, 1)
    with desk.office() as office:
        assert office.work.inbox.count_by_disposition() == {"ticket": 1}


@pytest.mark.parametrize("order", [(ADDRESS, HELP), (HELP, ADDRESS)])
def test_one_mail_to_two_own_addresses_in_two_transactions_is_a_ticket_for_each(
    desk: WorkingDesk, order: tuple[str, str]
) -> None:
    raw = desk.write("Hej", sender=ANNA, to=f"{ADDRESS}, {HELP}", subject="Fel")
    rows = [desk.receive_raw(raw, ANNA, to) for to in order]
    again = [desk.receive_raw(raw, ANNA, to).disposition for to in order]
    assert [desk.ticket(row.ticket or 0).desk_address for row in rows] == list(order)
    assert again == [Disposition.DUPLICATE, Disposition.DUPLICATE]


def test_the_same_message_id_with_other_words_is_another_mail(desk: WorkingDesk) -> None:
    rows = [desk.receive(f"Hej {n}", message_id="<same@kommun.example>") for n in range(3)]
    assert [row.disposition is Disposition.DUPLICATE for row in rows] == [False] * 3
    assert sorted(e.words.strip() for e in [e for n in {r.ticket for r in rows} for e in desk.entries(n or 0)]) == [
        "Hej 0",
        "Hej 1",
        "Hej 2",
    ]


@pytest.mark.parametrize(
    "line", [b"", b"Message-ID:\r\n", b"Message-ID: <" + b"x" * 10_000 + b"@x>\r\n", b"Message-ID: <\xe5@x>\r\n"]
)
def test_mails_without_a_usable_message_id_are_as_many_as_came(desk: WorkingDesk, line: bytes) -> None:
    raws = [b"From: anna@kommun.example\r\nSubject: Fel\r\n" + line + b"\r\nHej %d" % n for n in range(15)]
    desk.reception.receive_many([(raw, desk.envelope(ANNA)) for raw in raws])
    desk.work()
    with desk.office() as office:
        assert office.work.inbox.count_by_disposition() == {"ticket": 15}


def test_a_message_id_taken_in_advance_suppresses_and_steals_nothing(desk: WorkingDesk) -> None:
    theirs = desk.receive("Före", sender="eve@evil.example", message_id="<next@kommun.example>")
    hers = desk.receive("Hej", message_id="<next@kommun.example>")
    assert (theirs.disposition, hers.disposition, theirs.ticket == hers.ticket) == (
        Disposition.TICKET,
        Disposition.TICKET,
        False,
    )
    assert ("receipt", "anna@kommun.example") in desk.notices(hers.ticket)


def test_the_same_bytes_through_two_doors_at_once_are_one_mail(tmp_path: Path, store_url: str) -> None:
    raw = b"From: anna@kommun.example\r\nSubject: Fel\r\n\r\nHej"
    with ScriptedSmtp() as sink, RunningMailbot(tmp_path, store_url, sink) as mailbot:
        clients = [smtplib.SMTP("127.0.0.1", mailbot.port) for _ in range(8)]
        for client in clients:
            client.ehlo()
            client.mail("anna@kommun.example")
            client.rcpt(ADDRESS)
            client.putcmd("DATA")
            client.getreply()
        for client in clients:
            client.send(raw + b"\r\n.\r\n")
        assert [client.getreply()[0] for client in clients] == [250] * 8
        wait_until(lambda: mailbot.json("audit")["inbox"] == {"ticket": 1, "duplicate": 7}, mailbot.log)
        for client in clients:
            client.close()
