"""Content after DATA, in pieces of every size: what ends a mail, and that nothing else does."""

import pytest

from mailbot.channels.smtp_content import ContentReader


def read_all(octets: bytes, piece: int, limit: int = 1000) -> tuple[bytes | None, bytes]:
    """The mail and what followed it, fed ``piece`` octets at a time."""
    reader = ContentReader(limit)
    at = 0
    while not reader.feed(octets[at : at + piece]):
        at += piece
        assert at < len(octets), "the end was not found"
    return reader.take(), reader.rest + octets[at + piece :]


MAILS = {
    "empty": (b".\r\n", b""),
    "one empty line": (b"\r\n.\r\n", b"\r\n"),
    "a line": (b"Hello\r\n.\r\n", b"Hello\r\n"),
    "dots unstuffed": (b"..\r\n...\r\n..x\r\n\r\n..\r\n.\r\n", b".\r\n..\r\n.x\r\n\r\n.\r\n"),
    "bare LF around a dot": (b"a\n.\nb\r\n.\r\n", b"a\n.\nb\r\n"),
    "bare CR around a dot": (b"a\r.\rb\r\n.\r\n", b"a\r.\rb\r\n"),
    "LF dot CRLF": (b"a\n.\r\nMAIL FROM:<x@y>\r\n.\r\n", b"a\n.\r\nMAIL FROM:<x@y>\r\n"),
    "bare LF and dots beside stuffed ones": (b"..\r\na\n..b\r..c\r\n.\r\n", b".\r\na\n..b\r..c\r\n"),
    "CR LF dot LF": (b"a\r\n.\nb\r\n.\r\n", b"a\r\n\nb\r\n"),
    "CR LF NUL dot CR LF": (b"a\r\n\0.\r\nb\r\n.\r\n", b"a\r\n\0.\r\nb\r\n"),
    "CR CR LF dot CR LF is an end": (b"a\r\r\n.\r\n", b"a\r\r\n"),
    "8-bit, NUL and From line": (b"From x\r\n\xff\0\x80\r\n.\r\n", b"From x\r\n\xff\0\x80\r\n"),
}


@pytest.mark.parametrize("piece", [1, 2, 3, 4, 5, 7, 100])
@pytest.mark.parametrize(("wire", "content"), MAILS.values(), ids=MAILS.keys())
def test_content_is_kept_octet_for_octet_whatever_the_pieces(wire: bytes, content: bytes, piece: int) -> None:
    assert read_all(wire + b"QUIT\r\n", piece) == (content, b"QUIT\r\n")


@pytest.mark.parametrize("excess", [-1, 0, 1, 5000])
def test_content_over_the_limit_is_too_big_to_the_octet(excess: int) -> None:
    content = b"x" * (1000 + excess - 2) + b"\r\n"
    assert read_all(content + b".\r\nQUIT\r\n", 64) == (content if excess <= 0 else None, b"QUIT\r\n")


def test_content_of_dots_may_be_a_third_longer_on_the_wire() -> None:
    content = b".\r\n" * 300
    assert read_all(b"..\r\n" * 300 + b".\r\n", 64, limit=900) == (content, b"")


@pytest.mark.parametrize("discards", [False, True])
def test_discarded_or_oversize_content_takes_no_memory(discards: bool) -> None:
    reader = ContentReader(1000)
    if discards:
        reader.discard()
    for _ in range(100):
        assert not reader.feed(b"y" * 1000 + b"\r\n")
    assert len(reader._buffer) <= 4
    assert reader.feed(b".\r\nNOOP\r\n")
    assert reader.rest == b"NOOP\r\n"
