"""Machines that answer machines, floods, and reports that lie: the desk writes little, and never for ever."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage

import pytest

from mailbot.desk.correspondence import Authentication
from mailbot.desk.lifecycle import State
from mailbot.desk.vocabulary import Disposition
from tests.support import desk as support
from tests.support.desk import WorkingDesk

STEPS = 25
PASS = Authentication(dmarc="pass", dmarc_policy="reject", checked_by="mailbot", from_domain="kommun.example")


def _outside(desk: WorkingDesk) -> list[str]:
    """Who of those outside of the desk was written to, once for each mail, the newest first."""
    with desk.office() as office:
        rows = office.work.outbox.list_rows(limit=10_000)
    return [m.recipient for m in rows if not m.recipient.endswith("@desk.example")]


@pytest.mark.parametrize("changes_its_address", [False, True])
def test_a_responder_without_any_mark_that_opens_new_matters(desk: WorkingDesk, changes_its_address: bool) -> None:
    for step in range(STEPS):
        sender = f"crm+{step}@crm.example" if changes_its_address else "crm@crm.example"
        desk.receive(f"Case {step} was updated.", sender=sender, subject=f"Case {step}")
    assert len(_outside(desk)) <= (20 if changes_its_address else 5)


@pytest.mark.parametrize("changes_its_address", [False, True])
def test_a_responder_without_any_mark_that_answers_the_receipt(desk: WorkingDesk, changes_its_address: bool) -> None:
    desk.receive("Case 0 was updated.", sender="crm@crm.example")
    receipt = desk.letter_to("crm@crm.example")
    for step in range(STEPS):
        sender = f"crm+{step}@crm.example" if changes_its_address else "crm@crm.example"
        assert desk.answer(receipt, f"Case {step} was updated.", sender=sender).ticket == 1001
    assert _outside(desk) == ["crm@crm.example"]


def test_a_responder_that_always_refuses_and_accepts_is_stopped_by_the_budget(desk: WorkingDesk) -> None:
    desk.receive("Case 0 was updated.", sender="crm@crm.example")
    for _ in range(STEPS):
        desk.answer(desk.letter_to("crm@crm.example"), "accept", sender="crm@crm.example")
    assert (desk.ticket().state, len(_outside(desk)) <= 6) == (State.NEW, True)


def _other_desk(desk: WorkingDesk, monkeypatch: pytest.MonkeyPatch) -> WorkingDesk:
    folder = desk.folder / "other"
    folder.mkdir()
    monkeypatch.setattr(support, "SETTINGS", support.SETTINGS.replace("desk.example", "other.example"))
    return WorkingDesk(folder, f"sqlite:///{folder}/other.db")


@pytest.mark.parametrize("stripped", [False, True])
def test_two_desks_that_write_to_each_other_fall_silent(
    desk: WorkingDesk, monkeypatch: pytest.MonkeyPatch, stripped: bool
) -> None:
    """``stripped``: a gateway between them takes away every header that says what the mail is."""
    other = _other_desk(desk, monkeypatch)
    other.receive("Hej", sender="support@desk.example", to="support@other.example")
    written = 0
    for _ in range(20):
        written += _carry(other, desk, "support@desk.example", stripped)
        written += _carry(desk, other, "support@other.example", stripped)
    assert 1 <= written <= (12 if stripped else 1)


def _carry(source: WorkingDesk, target: WorkingDesk, address: str, stripped: bool) -> int:
    letters = [letter for letter in source.deliver() if address in str(letter["To"])]
    for letter in letters:
        target.receive_raw(_strip(letter) if stripped else letter.as_bytes(), str(letter["Reply-To"]), address)
    return len(letters)


def _strip(letter: EmailMessage) -> bytes:
    for name in {name for name in letter if name.lower().startswith(("auto-", "x-", "precedence", "list-"))}:
        del letter[name]
    return letter.as_bytes()


def test_a_flood_of_disowned_mail_draws_no_receipt(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk(checked=Authentication(dmarc="fail", dmarc_policy="reject", checked_by="mailbot"))
    raws = [
        desk.write("Hej", sender=f"victim{n}@victim{n % 100}.example", to="support@desk.example", subject=f"Fel {n}")
        for n in range(200)
    ]
    for start in range(0, 200, 100):
        desk.reception.receive_many([(raw, desk.envelope("x@victim.example")) for raw in raws[start : start + 100]])
    desk.work()
    with desk.office() as office:
        counts = office.work.inbox.count_by_disposition()
    assert (counts, _outside(desk)) == ({"ticket": 200}, [])


def test_a_flood_in_one_domains_name_draws_twenty_receipts(desk: WorkingDesk) -> None:
    for n in range(60):
        desk.receive("Hej", sender=f"victim{n}@victim.example", subject=f"Fel {n}")
    assert len(_outside(desk)) == 20


def test_a_flood_in_the_name_of_many_domains_draws_fifty_receipts(desk: WorkingDesk) -> None:
    for n in range(60):
        desk.receive("Hej", sender=f"victim@victim{n}.example", subject=f"Fel {n}")
    assert len(_outside(desk)) == 50
    withheld = [desk.facts(number).count("notice_withheld") for number in range(1001, 1061)]
    assert withheld == [0] * 50 + [1] * 10
    desk.later(hours=1, seconds=1)
    desk.receive("Hej", sender="anna@kommun.example")
    assert _outside(desk)[0] == "anna@kommun.example"


def test_a_bad_morning_of_a_customer_takes_no_receipt_from_its_people(open_desk: Callable[..., WorkingDesk]) -> None:
    customer = '[[customers]]\nname = "kommun"\ndomains = ["kommun.example"]\n'
    desk = open_desk(f"[limits]\nunverified_per_domain_hour = 3\nunverified_per_hour = 5\n{customer}")
    strangers = [f"victim@victim{n}.example" for n in range(7)]
    people = [f"anna{n}@kommun.example" for n in range(7)]
    for sender in strangers + people:
        desk.receive("Hej", sender=sender, subject=f"Fel hos {sender}")
    assert sorted(_outside(desk)) == sorted(strangers[:5] + people)


def test_a_flood_of_forged_mail_takes_no_receipt_from_those_who_are_verified(
    open_desk: Callable[..., WorkingDesk],
) -> None:
    desk = open_desk("[limits]\nunverified_per_hour = 2\n")
    for n in range(4):
        desk.receive("Hej", sender=f"victim@victim{n}.example", subject=f"Fel {n}")
    desk.intake = replace(desk.intake, check_sender=lambda *_: PASS)
    desk.receive("Hej", sender="anna@kommun.example")
    assert _outside(desk) == ["anna@kommun.example", "victim@victim1.example", "victim@victim0.example"]


@pytest.mark.parametrize("result", ["none", "permerror", ""])
def test_a_sender_whom_a_check_does_not_confirm_gets_one_receipt_a_day_and_every_ticket(
    open_desk: Callable[..., WorkingDesk], result: str
) -> None:
    desk = open_desk(checked=Authentication(dmarc=result, dmarc_policy="absent", checked_by="mailbot"))
    for n in range(3):
        assert desk.receive("Hej", sender="anna@kommun.example", subject=f"Fel {n}").ticket == 1001 + n
        desk.later(hours=2)
    assert _outside(desk) == ["anna@kommun.example"]
    assert [desk.facts(number).count("notice_withheld") for number in (1001, 1002, 1003)] == [0, 1, 1]
    with desk.office() as office:
        reasons = [r.details["reason"] for r in office.work.journal.named(1003, ["notice_withheld"])]
    assert reasons == ["1 receipts to this unconfirmed sender within a day"]
    desk.receive("Hej", sender="omar@kommun.example")
    desk.later(hours=18, minutes=1)
    desk.receive("Hej", sender="anna@kommun.example")
    assert _outside(desk) == ["anna@kommun.example", "omar@kommun.example", "anna@kommun.example"]


def test_a_confirmed_sender_gets_every_receipt_though_others_forged_the_address_that_day(
    open_desk: Callable[..., WorkingDesk],
) -> None:
    desk = open_desk(checked=Authentication(dmarc="none", dmarc_policy="absent", checked_by="mailbot"))
    for n in range(3):
        desk.receive("Köp!", sender="anna@kommun.example", subject=f"Köp {n}")
    desk.intake = replace(desk.intake, check_sender=lambda *_: PASS)
    for n in range(3):
        desk.receive("Hej", sender="anna@kommun.example", subject=f"Fel {n}")
    assert [n for n in range(1001, 1007) if ("receipt", "anna@kommun.example") in desk.notices(n)] == [
        *(1001, 1004, 1005, 1006)
    ]


@pytest.mark.parametrize("checked", [None, PASS])
def test_a_second_receipt_of_the_day_comes_where_nobody_checks_and_where_the_check_confirms(
    open_desk: Callable[..., WorkingDesk], checked: Authentication | None
) -> None:
    desk = open_desk(checked=checked)
    desk.receive("Hej", sender="anna@kommun.example", subject="Skrivaren")
    desk.receive("Hej", sender="anna@kommun.example", subject="Skärmen")
    assert _outside(desk) == ["anna@kommun.example"] * 2


def test_a_desk_may_give_unconfirmed_senders_more_receipts_a_day(open_desk: Callable[..., WorkingDesk]) -> None:
    unconfirmed = Authentication(dmarc="none", dmarc_policy="absent", checked_by="mailbot")
    desk = open_desk("[limits]\nunconfirmed_receipts_per_day = 0\n", checked=unconfirmed)
    for n in range(3):
        desk.receive("Hej", sender="anna@kommun.example", subject=f"Fel {n}")
    assert _outside(desk) == ["anna@kommun.example"] * 3


def test_a_receipt_to_the_unverified_is_short_and_says_nothing_of_theirs(desk: WorkingDesk) -> None:
    desk.receive(
        "Ring 0900-1234567 nu! http://evil.example", sender='"You fool" <victim@victim.example>', subject="Idiots"
    )
    letter = desk.letter_to("victim@victim.example")
    text = letter.as_string().lower()
    assert [word for word in ("fool", "0900", "evil.example", "idiots") if word in text] == []
    assert len(letter.as_bytes()) <= 4_096


def _report(recipient: str, message_id: str, to: str = "support@desk.example") -> bytes:
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nSubject: Undelivered Mail\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\n\r\nIt failed.\r\n--b\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\n"
        f"Content-Type: message/rfc822\r\n\r\nMessage-ID: {message_id}\r\nSubject: x\r\n\r\n--b--\r\n"
    ).encode()


def test_forged_reports_change_nothing_and_are_not_answered(desk: WorkingDesk) -> None:
    desk.receive()
    before = (desk.ticket().needs_person, desk.facts(), desk.notices())
    ours = desk.letter_to("anna@kommun.example")["Message-ID"]
    token, _, rest = ours.partition(".")
    broken = f"{token[:-5]}{'a' if token[-5] != 'a' else 'b'}{token[-4:]}.{rest}"
    for named in (broken, "<7@desk.example>", "<first@kommun.example>"):
        row = desk.receive_raw(_report("anna@kommun.example", named), "")
        assert (row.disposition, row.ticket) == (Disposition.BOUNCE, None)
    assert (desk.ticket().needs_person, desk.facts(), desk.notices()) == before


def test_a_flood_of_true_reports_draws_no_mail_outside(desk: WorkingDesk) -> None:
    desk.receive()
    letter = desk.letter_to("anna@kommun.example")
    for n in range(20):
        raw = _report("anna@kommun.example", letter["Message-ID"]).replace(b"It failed.", f"It failed {n}.".encode())
        assert (
            desk.receive_raw(raw, "", str(letter["Reply-To"].addresses[0].addr_spec)).disposition is Disposition.BOUNCE
        )
    assert (_outside(desk), desk.ticket().needs_person) == (["anna@kommun.example"], True)
