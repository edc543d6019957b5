"""The caps, counted without understanding the mail."""

import pytest

from mailbot.parsers.limits import DEPTH, ENCODED_WORDS, HEADER_LINES, PARTS, TOTAL_BYTES, check_limits


def _parts(count: int, boundary: bytes = b"x") -> bytes:
    return (
        b'Content-Type: multipart/mixed; BOUNDARY = "' + boundary + b'"\n\n' + (b"--" + boundary + b"\n\na\n") * count
    )


def _nested(depth: int) -> bytes:
    return b"Subject: x\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth)
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Subject: x\n\nbody\n",
        b"X: y\n" * (HEADER_LINES - 1) + b"\nbody",
        b"Subject: x\n\n" + b"line\n" * 100_000,
        b"Subject: x\n\n" + b"=?utf-8?Q?a?= " * 5_000,
        b"Subject: x\n\n" + b"--x\n" * 5_000,
        _parts(PARTS),
        _nested(DEPTH),
        (_nested(2) + b"\n\nhi\n--b1--\n--b0--\n") * 100,
    ],
    ids=["empty", "plain", "lines", "long body", "words in body", "dashes", "parts", "depth", "side by side"],
)
def test_mail_within_the_caps_has_no_reasons(raw: bytes) -> None:
    assert check_limits(raw) == ()


@pytest.mark.parametrize(
    ("raw", "reasons"),
    [
        (b"Subject: x\n\n" + b"a" * TOTAL_BYTES, ("larger than 50 MB",)),
        (b"X: " + b"a" * 300_000 + b"\n\nbody", ("header over 256 kB",)),
        (b"X: y\n" * (HEADER_LINES + 1) + b"\nbody", ("header over 1000 lines",)),
        (b"X: y\r" * (HEADER_LINES * 2 + 1) + b"\rbody", ("header over 1000 lines",)),
        (b"Subject: " + b"=?utf-8?Q?a?=" * (ENCODED_WORDS + 1) + b"\n\nbody", ("over 1000 encoded-words",)),
        (_parts(PARTS + 1), ("over 1000 parts",)),
        (_nested(DEPTH + 1), ("nested deeper than 30",)),
        (b"Subject: x\n" + b"Content-Type: message/rfc822\n\n" * 1_001, ("over 1000 parts",)),
        (_parts(1) + b"--xy\n" * 200_001, ("over 200000 lines that look like delimiters",)),
    ],
    ids=["size", "header bytes", "header lines", "CR only", "words", "parts", "depth", "mails in mails", "dashes"],
)
def test_mail_over_a_cap_gives_the_reason(raw: bytes, reasons: tuple[str, ...]) -> None:
    assert check_limits(raw) == reasons
