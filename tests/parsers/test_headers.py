"""Header blocks whole and broken; dates and ids."""

from datetime import UTC, datetime

import pytest

from mailbot.parsers.headers import clean_line, read_date, read_fields, read_message_ids


def _read(block: bytes) -> tuple[list[tuple[str, str]], bytes]:
    fields = read_fields(block, 0, len(block))
    return list(fields.entries), block[fields.body_start :]


@pytest.mark.parametrize(
    ("block", "entries", "body"),
    [
        (b"A: 1\nB: 2\n\nbody", [("A", "1"), ("B", "2")], b"body"),
        (b"A: 1\r\nB:2\r\n\r\nbody", [("A", "1"), ("B", "2")], b"body"),
        (b"A: one\r\n\ttwo\r\n  three\r\n\r\n", [("A", "one two three")], b""),
        (b"A: 1\r\r\nB: 2\r\r\n\r\r\nbody", [("A", "1"), ("B", "2")], b"body"),
        (b"A : 1\nB\t: 2\n\nbody", [("A", "1"), ("B", "2")], b"body"),
        (b"\nbody", [], b"body"),
        (b"\r\nbody", [], b"body"),
        (b"A: 1", [("A", "1")], b""),
        (b"A: 1\nwords without a colon\nTo: b\n\nbody", [("A", "1 words without a colon"), ("To", "b")], b"body"),
        (b"A: 1\nHello you,\nsee this: it\n\nbody", [("A", "1")], b"Hello you,\nsee this: it\n\nbody"),
        (b"A: 1\n   \nHello\n\nbody", [("A", "1")], b"Hello\n\nbody"),
        (b"A: 1\n   \nB: 2\n\nbody", [("A", "1"), ("B", "2")], b"body"),
        (b"A: 1\n--delimiter\nTo: b\n\nbody", [("A", "1")], b"--delimiter\nTo: b\n\nbody"),
        (b"A: 1\n: no name\nTo: b\n\n", [("A", "1 : no name"), ("To", "b")], b""),
        (b"A: nul \x00 here\n\n", [("A", "nul \ufffd here")], b""),
        (b"A: a\x00b\xe5\n\n", [("A", "aï¿½bå")], b""),
        (b"A: caf\xc3\xa9\nB: caf\xe9\n\n", [("A", "café"), ("B", "café")], b""),
    ],
)  # fmt: skip
def test_header_block_is_split(block: bytes, entries: list[tuple[str, str]], body: bytes) -> None:
    assert _read(block) == (entries, body)


def test_fields_are_found_whatever_their_case() -> None:
    block = b"SUBJECT: 1\nsubject: 2\n\n"
    fields = read_fields(block, 0, len(block))
    assert (fields.get("subject"), fields.get_all("subject"), fields.get("to")) == ("1", ["1", "2"], "")


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("Tue, 3 Mar 2026 09:15:00 +0100", datetime(2026, 3, 3, 8, 15, tzinfo=UTC)),
        ("3 Mar 26 09:15 GMT", datetime(2026, 3, 3, 9, 15, tzinfo=UTC)),
        ("Tue, 3 Mar 2026 09:15:00 -0000", datetime(2026, 3, 3, 9, 15, tzinfo=UTC)),
        ("Tue, 3 Mar 2026 09:15:00.123456 +0100", datetime(2026, 3, 3, 8, 15, tzinfo=UTC)),
        ("Tue, 3 Mar 2026 09:15:00 +01:00", datetime(2026, 3, 3, 8, 15, tzinfo=UTC)),
        ("2026-03-03T09:15:00+02:00", datetime(2026, 3, 3, 7, 15, tzinfo=UTC)),
        ("Fri, 31 Dec 99999 25:61:00 +9900", None),
        ("Fri, 31 Dec 9999 23:00:00 -1400", None),
        ("Tue, 3 Mar 2026 09:15:00 +9999999999999", None),
        ("yesterday", None),
        ("", None),
        ("\x00", None),
        ("1 " * 100_000, None),
    ],
)
def test_date_is_read_in_utc_or_not_at_all(value: str, moment: datetime | None) -> None:
    assert read_date(value) == moment


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("<a@b.example>", ("a@b.example",)),
        ("<a@b.example><c@d.example>\t<a@b.example>", ("a@b.example", "c@d.example")),
        ("<folded@ b.example>", ("folded@b.example",)),
        ("<no-at-sign>", ("no-at-sign",)),
        ("bare@b.example", ("bare@b.example",)),
        ("your message of Tuesday", ()),
        ("<>", ()),
        ("<" * 200_000, ()),
        ("", ()),
    ],
)
def test_message_ids_come_without_brackets_and_repeats(value: str, ids: tuple[str, ...]) -> None:
    assert read_message_ids(value) == ids


def test_cleaned_line_has_no_line_breaks_or_controls() -> None:
    assert clean_line(" a\r\nBcc: x\x00\x1b[31m\u2028b\x85c ") == "a Bcc: x [31m b c"
