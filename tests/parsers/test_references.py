"""Where a mail says that it belongs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailbot.desk.correspondence import Envelope, InboundMail, Mailbox, ThreadHints
from mailbot.desk.reading_rules import ReadingRules
from mailbot.parsers.references import find_detail, is_own_address, read_hints
from tests.support.automatic_mail import RECEIVED_AT, RULES, list_pairs, read_expectations, read_pair

ENVELOPE = Envelope("eva@kommun.example", ("desk@help.example",), RECEIVED_AT)
OWN = RULES.own_addresses


def tags(subject: str, prefix: str = "SD") -> tuple[str, ...]:
    return read_hints(InboundMail(subject=subject), ENVELOPE, ReadingRules(ticket_prefix=prefix)).subject_references


@pytest.mark.parametrize("name", list_pairs("hints"))
def test_read_hints_of_golden_mail(name: str) -> None:
    hints = read_hints(*read_pair(name), RULES)
    told = {field: list(getattr(hints, field)) for field in ("reply_details", "message_ids", "subject_references")}
    assert told == read_expectations(name)["hints"]


def test_read_hints_of_empty_mail() -> None:
    assert read_hints(InboundMail(), ENVELOPE, RULES) == ThreadHints()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("desk+1042.k7@help.example", "1042.k7"),
        ("DESK+1042.K7@Help.Example", "1042.K7"),
        ("<desk+a+b@help.example>", "a+b"),
        ("desk@help.example", None),
        ("desk+@help.example", None),
        ("+x@help.example", None),
        ("desk+1042@elsewhere.example", None),
        ("desk+" + "x" * 201 + "@help.example", None),
        ("desk+1042", None),
        ("", None),
    ],
)
def test_find_detail(address: str, expected: str | None) -> None:
    assert find_detail(address, OWN) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [("desk@help.example", True), ("Desk+x@HELP.example", True), ("desk@help.example.org", False), ("", False)],
)
def test_is_own_address(address: str, expected: bool) -> None:
    assert is_own_address(address, OWN) is expected


def test_read_hints_envelope_before_headers() -> None:
    mail = InboundMail(
        to=(Mailbox("desk+to@help.example"),),
        cc=(Mailbox("desk+cc@help.example"),),
        headers=(("X-Original-To", "desk+orig@help.example"), ("Delivered-To", "desk+deliv@help.example")),
    )
    envelope = replace(ENVELOPE, forward_paths=("desk+cc@help.example", "desk+env@help.example"))
    assert read_hints(mail, envelope, RULES).reply_details == ("cc", "env", "to", "deliv", "orig")


def test_read_hints_message_ids_newest_first_without_repeats() -> None:
    mail = InboundMail(in_reply_to=("<c@x>", "b@x"), references=("a@x", "b@x", "", "d@x", "c@x"))
    assert read_hints(mail, ENVELOPE, RULES).message_ids == ("c@x", "b@x", "d@x", "a@x")


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Re: [SD-1042] Skrivaren", ("SD-1042",)),
        ("sv: sd-1042: skrivaren", ("SD-1042",)),
        ("SD-1042, SD-1043 och SD-1042", ("SD-1042", "SD-1043")),
        ("SD\u20111042 SD\u20131043", ("SD-1042", "SD-1043")),
        ("USD-1042 XSD-7 A-SD-8", ()),
        ("SD-1042a SD-10_2", ()),
        ("SD-" + "1" * 13, ()),
        ("SD- 1042 SD1042", ()),
        ("SD-١٠٤٢", ()),
        ("x" * 1_000 + " SD-1", ()),
        ("", ()),
    ],
)
def test_read_hints_subject_tags(subject: str, expected: tuple[str, ...]) -> None:
    assert tags(subject) == expected


def test_read_hints_tag_prefix_is_no_pattern() -> None:
    assert tags("a.b-7 axb-8 A.B-9", prefix="A.B") == ("A.B-7", "A.B-9")


def test_read_hints_are_bounded() -> None:
    mail = InboundMail(
        subject=" ".join(f"SD-{number}" for number in range(100)),
        references=tuple(f"{number}@x" for number in range(1_000)),
        to=tuple(Mailbox(f"desk+{number}@help.example") for number in range(100)),
    )
    hints = read_hints(mail, ENVELOPE, RULES)
    assert (len(hints.subject_references), len(hints.message_ids), len(hints.reply_details)) == (10, 200, 20)
    assert hints.message_ids[0] == "999@x"
