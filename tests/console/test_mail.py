"""What came in: the list, the page of a mail, its frame, the quarantine."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from mailbot.console.mail_frame import frame_size
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.vocabulary import Disposition
from mailbot.workflows.sign_in import invite
from tests.console.test_tickets import words_of
from tests.support.console import Console, open_console
from tests.support.desk import WorkingDesk


@pytest.fixture
def console(sqlite_desk: WorkingDesk) -> Iterator[Console]:
    with open_console(sqlite_desk) as console:
        console.sign_in("lisa@desk.example")
        yield console


def subjects(console: Console, path: str) -> list[str]:
    answer = console.get(path)
    assert answer.status_code == 200, answer.text[:3000]
    return re.findall(r'<td[^>]*class="lead"[^>]*>\s*<a href="/mail/\d+">([^<]*)</a>', answer.text)


def quarantine(desk: WorkingDesk, number: int) -> None:
    with desk.office() as office:
        office.work.inbox.settle(number, desk.now, Disposition.QUARANTINED, ["the reader ended three times"])


def as_reader(console: Console) -> None:
    with console.desk.office() as office:
        invite(office, Mailbox("reader@desk.example", "Rut"), "reader", Mailbox("", "x"), "http://127.0.0.1")
    console.sign_in("reader@desk.example")


def test_list_is_newest_first_and_narrowed_by_what_became_of_it(console: Console) -> None:
    desk = console.desk
    desk.receive(subject="Ett")
    desk.receive(subject="Två", Auto_Submitted="auto-replied")
    desk.answer(desk.letter_to("anna@kommun.example"), "Mer om saken")
    assert subjects(console, "/mail")[1:] == ["Två", "Ett"]
    assert subjects(console, "/mail?state=ticket") == ["Ett"]
    assert subjects(console, "/mail?state=automatic") == ["Två"]
    assert len(subjects(console, "/mail?ticket=SD-1001")) == 2
    assert subjects(console, "/mail?state=bounce") == []


def test_quarantine_is_told_first_and_replayed(console: Console) -> None:
    desk = console.desk
    row = desk.receive(subject="Konstigt")
    quarantine(desk, row.id)
    assert "1 brev är i karantän" in console.get("/mail").text
    page = console.get(f"/mail/{row.id}").text
    assert "the reader ended three times" in page
    answer = console.post(f"/mail/{row.id}/replay", {}, page=f"/mail/{row.id}")
    assert (answer.status_code, desk.row(row.id).disposition) == (303, Disposition.RECEIVED)
    again = console.client.post(
        f"/mail/{row.id}/replay",
        data={"csrf": (re.search(r'name="csrf" value="([0-9a-f]{64})"', page) or [""])[1]},
        headers={"Origin": console.url},
    )
    assert again.status_code == 303
    assert "Bara brev i karantän" in console.get(f"/mail/{row.id}").text


def test_mail_says_what_became_of_it_and_why(console: Console) -> None:
    desk = console.desk
    desk.receive("Skrivaren är trasig.")
    row = desk.answer(desk.resolve(), "Tack, det fungerar nu!\n\nOn Mon Lisa wrote:\n> Drivrutinen är bytt.")
    page = words_of(console.get(f"/mail/{row.id}?view=reading").text)
    assert row.reasons[0] == "belongs to the ticket by: signed reply address"
    why = ("Hör till ärendet: det kom till vår signerade svarsadress.", *row.reasons[1:-1])
    done = "Lösningen godkändes och ärendet stängdes."
    for said in ("Brevet är ett svar i ett ärende.", *why, done, "Nytt", "svar på vårt brev", "Inte kontrollerad"):
        assert re.sub(r"\s+", " ", said) in page
    assert "<mark>" in console.get(f"/mail/{row.id}?view=reading").text


def test_headers_and_text_do_not_show_what_lets_one_answer(console: Console) -> None:
    desk = console.desk
    desk.receive()
    letter = desk.resolve()
    row = desk.answer(letter, f"Se {letter['Message-ID']}")
    secret = re.search(r"\d+-\d+-\d+-[a-z0-9]{27}", letter["Reply-To"])
    assert secret and secret[0].encode() in console.get(f"/mail/{row.id}/raw").content
    for view in ("text", "headers", "reading"):
        page = console.get(f"/mail/{row.id}?view={view}").text
        assert (secret[0] in page, row.subject[:20] in page) == (False, True), view


def test_raw_mail_is_the_bytes_as_a_file_and_for_agents(console: Console) -> None:
    row = console.desk.receive(subject="Bytes")
    with console.desk.office() as office:
        raw = office.work.inbox.raw_of([row.id])[row.id]
    answer = console.get(f"/mail/{row.id}/raw")
    assert (answer.content, answer.headers["content-type"]) == (raw, "application/octet-stream")
    assert answer.headers["content-disposition"].startswith('attachment; filename="mail-1.eml"')
    as_reader(console)
    assert console.get(f"/mail/{row.id}/raw").status_code == 403
    page = console.get(f"/mail/{row.id}?view=source").text
    assert ("Källan visas bara för handläggare" in page, "Message-ID:" in page) == (True, False)


def test_frame_has_the_policy_that_lets_nothing_out(console: Console) -> None:
    row = console.desk.receive()
    headers = console.get(f"/mail/{row.id}/frame").headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox"
    )


def test_copy_shows_the_first_of_its_kind(console: Console) -> None:
    desk = console.desk
    raw = desk.write("Hej", sender="a@k.example", to="support@desk.example", subject="Samma")
    first = desk.receive_raw(raw, "a@k.example")
    copy = desk.receive_raw(raw, "a@k.example")
    page = console.get(f"/mail/{copy.id}").text
    assert (f'href="/mail/{first.id}"' in page, "Samma brev hade redan kommit." in page) == (True, True)


@pytest.mark.parametrize("path", ["/mail/999", "/mail/x", "/mail/99999999999999999", "/mail/999/frame", "/outbox/999"])
def test_mail_that_does_not_exist_is_missing(console: Console, path: str) -> None:
    assert console.get(path).status_code == 404


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff" * 1000,
        b"Content-Type: text/html\r\n\r\n" + b"<div>" * 60_000,
        b"Content-Type: text/html\r\n\r\n<p " + b"a=b " * 80_000 + b">",
        b"Content-Type: text/html\r\n\r\n" + b"<p>stort</p>" * 120_000,
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * 5_000,
        b"Subject: =?utf-8?b?" + b"A" * 9_000 + b"?=\r\n\r\nx",
    ],
    ids=["empty", "noise", "deep", "attributes", "large", "parts", "subject"],
)
def test_mail_that_is_hard_to_read_has_a_page(console: Console, raw: bytes) -> None:
    row = console.desk.reception.receive(raw, console.desk.envelope("a@k.example"))
    for view in ("", "mail", "text", "reading", "headers", "source"):
        assert console.get(f"/mail/{row.id}?view={view}").status_code == 200
    assert console.get(f"/mail/{row.id}/frame").status_code == 200


def test_frame_is_as_high_as_a_short_mail_needs() -> None:
    line = "<p>Skrivaren på plan tre krånglar igen.</p>"
    sizes = [frame_size(body) for body in ("<p>Hej</p>", line * 4, line * 9, line * 30, "<p>Hej</p><img>", "<" * 9_000)]
    assert sizes == ["tiny", "short", "middle", "", "", ""]
