"""Golden pairs: each ``mail.eml`` of the corpus is read to exactly what stands in ``mail.json`` beside it."""

import json
from pathlib import Path

import pytest

from mailbot.desk.correspondence import InboundMail, Mailbox
from mailbot.parsers.limits import DEPTH, PARTS
from mailbot.parsers.message import read_message
from tests.support.golden import BROKEN, as_json

MAILS = sorted(BROKEN.glob("*.eml"))


@pytest.mark.parametrize("path", MAILS, ids=[path.stem for path in MAILS])
def test_mail_is_read_as_its_golden_pair_says(path: Path) -> None:
    assert as_json(read_message(path.read_bytes())) == json.loads(path.with_suffix(".json").read_text("utf-8"))


def test_golden_pairs_are_pairs() -> None:
    assert MAILS and {path.stem for path in BROKEN.glob("*.json")} == {path.stem for path in MAILS}


def test_headers_keep_name_and_order_and_are_decoded() -> None:
    mail = read_message(b"X-b: 1\nSubject: =?utf-8?Q?=C3=A5?=\n folded\nX-B: two\n words\n\n")
    assert mail.headers == (("X-b", "1"), ("Subject", "å folded"), ("X-B", "two words"))
    assert mail.header_all("x-b") == ("1", "two words")


def test_encoded_word_in_a_field_of_tokens_stays_as_it_is() -> None:
    word = 'x.example; dmarc=fail header.from="=?utf-8?Q?a=3B_dmarc=3Dpass?="'
    mail = read_message(f"Authentication-Results: {word}\nARC-Seal: =?utf-8?Q?a?=\nX-Note: =?utf-8?Q?a?=\n\n".encode())
    assert mail.headers == (("Authentication-Results", word), ("ARC-Seal", "=?utf-8?Q?a?="), ("X-Note", "a"))


@pytest.mark.parametrize(
    "head",
    [
        b"From: a@one.example\nFrom: b@two.example\n",
        b"From: a@one.example\nFrom : b@two.example\n",
        b" From: a@one.example\nFrom: b@two.example\n",
        b"From: a@one.example\nX: y\nfrom:\n b@two.example\n",
        b"From: a@one.example, b@two.example\n",
        b"From: a@one.example\x00@two.example\n",
        b"From: a\x00@one.example\n",
        b"From: =?utf-8?Q?a=40one.example?=\n",
        b"From: a@one.example\n b@two.example\n",
        b"From: <@two.example:a@one.example>\n",
        b"From: \n",
        b"Sender: a@one.example\n",
    ],
)
def test_author_is_nobody_where_from_can_be_read_in_two_ways(head: bytes) -> None:
    assert read_message(head + b"Subject: x\n\nPay now\n").author is None


def test_author_is_nobody_where_there_are_two_from_fields() -> None:
    mail = read_message(b"From: a@one.example\nFrom: b@two.example\n\n")
    assert mail.from_ == (Mailbox("a@one.example"), Mailbox("b@two.example"))
    assert mail.author is None


def test_same_bytes_give_the_same_mail() -> None:
    for path in MAILS:
        assert read_message(path.read_bytes()) == read_message(bytearray(path.read_bytes()))  # type: ignore[arg-type]


def _multiparts(depth: int) -> bytes:
    opening = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(depth)
    )
    return b"Subject: deep\n" + opening + b"\nbottom\n" + b"".join(b"--b%d--\n" % level for level in range(depth)[::-1])


def test_multiparts_nested_to_the_cap_are_read_in_full() -> None:
    mail = read_message(_multiparts(DEPTH))
    assert (mail.fully_read, mail.text, mail.defects) == (True, "bottom", ())


@pytest.mark.parametrize("depth", [DEPTH + 1, 1_000, 10_000])
def test_multiparts_nested_over_the_cap_are_not_read_in_full(depth: int) -> None:
    mail = read_message(_multiparts(depth))
    assert (mail.subject, mail.fully_read, mail.defects[0]) == ("deep", False, f"nested deeper than {DEPTH}")


def test_mails_in_mails_are_listed_outermost_first() -> None:
    raw = (
        b"Subject: 0\n"
        + b"".join(b"Content-Type: message/rfc822\n\nSubject: %d\n" % number for number in (1, 2, 3))
        + b"\nhi"
    )
    mail = read_message(raw)
    assert [nested.subject for nested in mail.nested] == ["1", "2", "3"]
    assert [nested.subject for nested in mail.nested[0].nested] == ["2", "3"]
    assert mail.nested[2].text == "hi"
    assert [each.filename for each in mail.attachments] == ["1.eml"]
    assert mail.attachments[0].content == raw.partition(b"\n\n")[2]


@pytest.mark.parametrize("count", [DEPTH + 2, 5_000])
def test_mails_in_mails_over_the_cap_are_not_read_in_full(count: int) -> None:
    mail = read_message(b"Subject: top\n" + b"Content-Type: message/rfc822\n\n" * count + b"Subject: bottom\n\nhi\n")
    assert (mail.subject, mail.fully_read, len(mail.nested)) == ("top", False, DEPTH)
    assert len(mail.attachments) == 1


def test_files_in_deep_mails_are_not_copied_at_every_level() -> None:
    body = b"Content-Type: application/octet-stream; name=a.bin\n\n" + b"x" * 10_000
    mail = read_message(b"Subject: top\n" + b"Content-Type: message/rfc822\n\n" * 20 + body)
    kept = sum(len(each.content) for nested in mail.nested for each in nested.attachments)
    assert kept <= len(body) + 20 * 40
    assert mail.attachments[0].content.endswith(body)


@pytest.mark.parametrize(
    ("kind", "size", "shown"), [("plain", 90_000, True), ("plain", 110_000, False), ("html", 110_000, True)]
)
def test_large_text_with_a_file_name_is_a_file_only(kind: str, size: int, shown: bool) -> None:
    head = f"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/{kind}; name=a.{kind}\n\n"
    mail = read_message(head.encode() + b"y" * size + b"\n--x--\n")
    assert [(each.filename, len(each.content)) for each in mail.attachments] == [(f"a.{kind}", size)]
    assert (mail.text + mail.html == "y" * size) is shown


def test_parts_over_the_cap_are_left_unread() -> None:
    mail = read_message(b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\na\n" * 100_000 + b"--x--\n")
    assert (mail.fully_read, mail.text) == (False, "\n".join(["a"] * PARTS))


def test_header_over_the_cap_keeps_its_beginning_and_the_body() -> None:
    mail = read_message(b"Subject: first\n" + b"X-Filler: a\n" * 100_000 + b"To: late@x.example\n\nbody\n")
    assert (mail.subject, mail.to, mail.text, mail.fully_read) == ("first", (), "body\n", False)


def test_long_text_without_a_header_is_no_long_header() -> None:
    words = b"only words, line after line\n" * 20_000
    bare = read_message(words)
    part = read_message(b"Content-Type: multipart/mixed; boundary=x\n\n--x\n" + words + b"--x--\n")
    assert (bare.text, bare.fully_read) == (words.decode(), True)
    assert (part.text, part.fully_read) == (words.decode().removesuffix("\n"), True)


def test_encoded_words_over_the_cap_stay_as_they_are() -> None:
    mail = read_message(b"Subject: " + b" ".join([b"=?utf-8?Q?a?="] * 1_500) + b"\n\nbody\n")
    assert mail.subject.startswith("a" * 1_000 + " =?utf-8?Q?a?=")
    assert not mail.fully_read


def test_mail_over_the_largest_size_gives_its_header() -> None:
    mail = read_message(b"Subject: huge\n\n" + b"x" * (51 * 1024 * 1024))
    assert mail == InboundMail(
        subject="huge", headers=(("Subject", "huge"),), defects=("larger than 50 MB",), fully_read=False
    )


@pytest.mark.parametrize(
    ("charset", "subject"),
    [("UTF-7", "Blåbär & co"), ("us-ascii", "Bl+AOU-b+AOQ-r & co")],
)
def test_subject_in_bare_utf_7_is_read_where_the_mail_says_that_it_writes_so(charset: str, subject: str) -> None:
    raw = f"Subject: Bl+AOU-b+AOQ-r & co\nContent-Type: text/plain; charset={charset}\n\nhej\n"
    assert read_message(raw.encode()).subject == subject


def test_subject_in_encoded_words_is_not_read_as_bare_utf_7() -> None:
    raw = b"Subject: =?UTF-7?Q?Bl+AOU-b=E4r?= 1+1\nContent-Type: text/plain; charset=utf-7\n\nhej\n"
    assert read_message(raw).subject.endswith(" 1+1")


@pytest.mark.parametrize("blank", ["\x0b", "\x1c", "\u2003"])
def test_transfer_encoding_of_odd_blanks_alone_is_none(blank: str) -> None:
    raw = f"Subject: x\nContent-Transfer-Encoding: {blank}\n\nhej\n".encode()
    assert read_message(raw).text == "hej\n"


LOST_DELIMITER = (
    b"Subject: x\nContent-Type: multipart/alternative; boundary=b\nContent-Type: text/plain; charset=utf-8\n\n"
    b"Skrivaren st\xc3\xa5r still.\n\n--b\nContent-Type: text/html; charset=utf-8\n\n<p>Skrivaren</p>\n--b--\n"
)


def test_first_part_whose_delimiter_was_lost_is_read() -> None:
    mail = read_message(LOST_DELIMITER)
    assert (mail.text, mail.html) == ("Skrivaren står still.\n\n", "<p>Skrivaren</p>")
    assert mail.defects == ("the delimiter before the first part is missing",)


def test_second_content_type_above_an_empty_preamble_is_no_part() -> None:
    mail = read_message(LOST_DELIMITER.replace("Skrivaren står still.".encode(), b""))
    assert (mail.text, mail.html) == ("", "<p>Skrivaren</p>")
