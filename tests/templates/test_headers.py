"""Header fields: encoded, folded, and read back by the standard library."""

from email.header import decode_header, make_header

import pytest

from mailbot.desk.correspondence import Mailbox
from mailbot.templates.headers import read_identifiers, write_address, write_identifiers, write_mailboxes, write_text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("[SD-1] Plain", "Subject: [SD-1] Plain"),
        ("[SD-1] Är det löst?", "Subject: [SD-1] =?utf-8?q?=C3=84r_det_l=C3=B6st=3F?="),
        ("[SD-1] Löst nu", "Subject: [SD-1] =?utf-8?q?L=C3=B6st?= nu"),
        ("a\r\nBcc: b@c", "Subject: a Bcc: b@c"),
        ("=?utf-8?q?=0ABcc?=", "Subject: =?utf-8?q?=3D=3Futf-8=3Fq=3F=3D0ABcc=3F=3D?="),
        ("a\u202eb\x00\x1b\x85c", "Subject: ab c"),
        ("漢字" * 4, "Subject: =?utf-8?b?5ryi5a2X5ryi5a2X5ryi5a2X5ryi5a2X?="),
        ("", "Subject: "),
    ],
)
def test_text_is_written(value: str, written: str) -> None:
    assert write_text("Subject", value) == written


@pytest.mark.parametrize(
    "value", ["ärende " * 30, "漢字" * 90, "x" * 250, "word " * 50 + "ö", "😀" * 70, "a" * 70 + " å"]
)
def test_long_text_is_folded_and_reads_back(value: str) -> None:
    written = write_text("Subject", value)
    lines = written.split("\r\n")
    assert [line for line in lines if len(line) > 78] == []
    assert [line for line in lines[1:] if not line.startswith(" ") or not line.strip()] == []
    encoded = [word for word in written.split() if word.startswith("=?")]
    assert [word for word in encoded if len(word) > 75] == []
    read = str(make_header(decode_header(written.removeprefix("Subject: ").replace("\r\n", ""))))
    assert read == " ".join(value.split())[:300].rstrip()


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("", "To: <a@b.example>"),
        ("IT-supporten", "To: IT-supporten <a@b.example>"),
        ("Anna K. Ek", 'To: "Anna K. Ek" <a@b.example>'),
        ('"Q" \\ <x@y>', 'To: "\\"Q\\" \\\\ <x@y>" <a@b.example>'),
        ("Åsa", "To: =?utf-8?q?=C3=85sa?= <a@b.example>"),
        ("a\r\nBcc: x", 'To: "a Bcc: x" <a@b.example>'),
        ("=?utf-8?q?x?=", "To: =?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3F=3D?= <a@b.example>"),
    ],
)
def test_mailbox_is_written(name: str, written: str) -> None:
    assert write_mailboxes("To", (Mailbox("a@b.example", name),)) == written


def test_mailboxes_are_parted_by_commas() -> None:
    boxes = (Mailbox("a@b.example", "A"), Mailbox("c@d.example"))
    assert write_mailboxes("Cc", boxes) == "Cc: A <a@b.example>, <c@d.example>"


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("a+b.c=d@x.example", "a+b.c=d@x.example"),
        ("a..b.@docomo.example", "a..b.@docomo.example"),
        ('"a b"@x.example', '"a b"@x.example'),
        ("a@[192.0.2.1]", "a@[192.0.2.1]"),
        ("a@localhost", "a@localhost"),
        ("a@räksmörgås.example", "a@xn--rksmrgs-5wao1o.example"),
        ("ö@räksmörgås.example", "ö@räksmörgås.example"),
    ],
)
def test_address_is_written(address: str, written: str) -> None:
    assert write_address(address) == written


@pytest.mark.parametrize(
    "address", ["a@b@c d", "a\n@b", "a@b\n", '"a"b"@c', "a@b.", "a@.b", f"{'a' * 320}@b", "a@\ud800b"]
)
def test_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError):
        write_address(address)


def test_identifiers_are_kept_once_in_their_latest_place() -> None:
    assert read_identifiers(("a@x", "<b@x>", " <a@x> ", "c d@x")) == ("b@x", "a@x")


def test_identifiers_are_folded() -> None:
    long = tuple(f"{letter * 60}@x" for letter in "abc")
    assert write_identifiers("References", long).split("\r\n") == [
        f"References: <{long[0]}>",
        f" <{long[1]}>",
        f" <{long[2]}>",
    ]
