"""What goes out: the list, the page of a mail, retry and cancel."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from mailbot.desk.vocabulary import DeliveryStatus
from tests.console.test_mail import as_reader
from tests.console.test_tickets import words_of
from tests.support.console import Console, open_console
from tests.support.desk import WorkingDesk


@pytest.fixture
def console(sqlite_desk: WorkingDesk) -> Iterator[Console]:
    with open_console(sqlite_desk) as console:
        console.sign_in("lisa@desk.example")
        yield console


def receipt(console: Console) -> int:
    """The number of the receipt that the first ticket's requester is sent, still queued."""
    console.desk.receive("Skrivaren är trasig.")
    with console.desk.office() as office:
        return next(m.id for m in office.work.outbox.list_rows() if m.notice.value == "receipt")


def fail(console: Console, number: int) -> None:
    with console.desk.desk.engine.begin() as db:
        db.execute(
            text(
                "UPDATE outbox SET status = 'failed', last_code = 550, last_reply = '5.1.1 no such user' WHERE id = :n"
            ),
            {"n": number},
        )


def status(console: Console, number: int) -> DeliveryStatus:
    with console.desk.office() as office:
        mail = office.work.outbox.find(number)
    assert mail
    return mail.status


def test_failed_mail_is_told_first_with_the_reply(console: Console) -> None:
    number = receipt(console)
    fail(console, number)
    page = words_of(console.get("/outbox").text)
    assert "1 brev gick inte fram" in page
    assert "550 5.1.1 no such user" in page
    assert re.findall(r'href="/outbox/(\d+)"', console.get("/outbox?state=failed").text) == [str(number)]


def test_failed_mail_is_tried_again_and_waiting_mail_stopped(console: Console) -> None:
    number = receipt(console)
    page = f"/outbox/{number}"
    seen = [status(console, number)]
    for verb in ("cancel", "retry"):
        assert console.post(f"{page}/{verb}", {}, page=page).status_code == 303
        seen.append(status(console, number))
    console.desk.deliver()
    answer = console.post(f"{page}/cancel", {}, page=page)
    seen.append(status(console, number))
    assert answer.status_code == 303
    assert "kan inte stoppas längre" in console.get(page).text
    assert seen == [DeliveryStatus.QUEUED, DeliveryStatus.CANCELLED, DeliveryStatus.QUEUED, DeliveryStatus.RELAYED]


def test_reader_sees_the_mail_and_no_buttons(console: Console) -> None:
    number = receipt(console)
    as_reader(console)
    page = console.get(f"/outbox/{number}").text
    assert ("<iframe" in page, f"/outbox/{number}/cancel" in page) == (True, False)


def test_mail_is_shown_without_what_lets_one_answer_as_its_recipient(console: Console) -> None:
    desk = console.desk
    desk.receive()
    letter = desk.resolve()
    secret = re.search(r"\d+-\d+-\d+-[a-z0-9]{27}", letter["Reply-To"])
    with desk.office() as office:
        number = next(m.id for m in office.work.outbox.list_rows() if m.notice.value == "resolution")
    assert secret and secret[0] in letter.as_string()
    for path in (f"/outbox/{number}?view={view}" for view in ("mail", "text", "headers")):
        assert secret[0] not in console.get(path).text
    frame = console.get(f"/outbox/{number}/frame").text
    assert (secret[0] in frame, "href" in frame, "Drivrutinen är bytt." in frame) == (False, False, True)


def test_letter_that_signs_in_is_shown_to_nobody(console: Console) -> None:
    as_reader(console)
    with console.desk.office() as office:
        mail = next(m for m in office.work.outbox.list_rows() if m.notice.value == "sign_in_link")
    link = re.search(rb"/sign-in/([\w-]{20,})", mail.content.replace(b"=\r\n", b""))
    assert link
    console.sign_in("lisa@desk.example")
    for path in ("", "?view=mail", "?view=text", "?view=headers", "/frame"):
        assert link[1].decode() not in console.get(f"/outbox/{mail.id}{path}").text
    assert "Innehållet visas inte" in console.get(f"/outbox/{mail.id}").text
    assert "Hej" not in console.get(f"/outbox/{mail.id}/frame").text
