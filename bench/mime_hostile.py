"""What mail written to be dear costs: bombs in the reading room, and the growth of time as a pattern gets longer.

    python bench/mime_hostile.py              every bomb is answered within 2 s and 256 MB, or stopped by the room;
                                              every pattern of 1 MB takes under 1 s and grows at most 2.3 x a doubling
    python bench/mime_hostile.py --only uu    those whose name holds a word

The room's child keeps the bounds itself, so a bomb that is stopped shows its reason. Growth is the mean of
the last three doublings, each the best of three runs; under twenty milliseconds in all it is noise and shown as 0.
"""

from __future__ import annotations

import argparse
import base64
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from mailbot.parsers.message import read_message
from mailbot.reading_room import ReadingRoom, Unread

HEAD = b"From: a@x.example\nSubject: s\n"
MIXED = HEAD + b'Content-Type: multipart/mixed; boundary="x"\n\n'
Maker = Callable[[int], bytes]


def _text(kind: bytes) -> bytes:
    return HEAD + b"Content-Type: " + kind + b"\n\n"


def _nested(depth: int) -> bytes:
    return HEAD + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth))


def _encoded_nest(depth: int) -> bytes:
    mail = HEAD + b"\nhi"
    for _ in range(depth):
        mail = _text(b"message/rfc822\nContent-Transfer-Encoding: base64") + base64.encodebytes(mail)
    return mail


BOMBS: dict[str, Callable[[], bytes]] = {
    "20 nested multiparts": lambda: _nested(20),
    "1,000 nested multiparts": lambda: _nested(1_000),
    "10,000 nested multiparts": lambda: _nested(10_000),
    "5,000 mails in mails": lambda: HEAD + b"Content-Type: message/rfc822\n\n" * 5_000,
    "20 mails in base64 in mails": lambda: _encoded_nest(20),
    "29 mails around 30 MB": lambda: HEAD
    + b"Content-Type: message/rfc822\n\n" * 29 + b"\n" + b"some words\n" * 2_700_000,
    "100,000 parts": lambda: MIXED + b"--x\n\na\n" * 100_000,
    "5,000,000 lines like delimiters": lambda: MIXED + b"--xy\n" * 5_000_000,
    "100,000 header fields": lambda: b"X: a\n" * 100_000 + b"\nhi",
    "10 MB header field": lambda: b"X: " + b"a" * 10_000_000 + b"\n\nhi",
    "20,000 encoded-words": lambda: b"Subject: " + b"=?utf-8?Q?abc?= " * 20_000 + b"\n\nhi",
    "3,000 nested comments": lambda: b"From: " + b"(" * 3_000 + b")" * 3_000 + b" a@x.example\n\nhi",
    "10,000 addresses": lambda: b"To: " + b"Anna <a@x.example>, " * 10_000 + b"\n\nhi",
    "25 MB attachment": lambda: MIXED + b"--x\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n"
    + base64.encodebytes(b"\x01\x02\x03\x04\xff" * 5_000_000) + b"--x--\n",
    "49 MB of text": lambda: HEAD + b"\n" + b"hello world, this is a line of text\n" * 1_360_000,
    "40 MB without a charset": lambda: HEAD + b"\n" + b"\xe5\xe4\xf6 \n" * 8_000_000,
    "40 MB of line breaks": lambda: b"\r\n" * 20_000_000,
    "60 MB": lambda: HEAD + b"\n" + b"a" * 60_000_000,
}  # fmt: skip

PATTERNS: dict[str, Maker] = {
    "comments": lambda n: b"From: " + b"(" * n + b"\n\n",
    "quotes": lambda n: b"From: " + b'"' * n + b"\n\n",
    "escapes": lambda n: b'From: "' + b'\\"' * (n // 2) + b"\n\n",
    "angles": lambda n: b"From: " + b"<" * n + b"\n\n",
    "colons": lambda n: b"To: " + b":" * n + b"\n\n",
    "at signs": lambda n: b"To: " + b"a@" * (n // 2) + b"\n\n",
    "open words": lambda n: b"Subject: " + b"=?utf-8?Q?" * (n // 10) + b"\n\n",
    "word ends": lambda n: b"Subject: =?utf-8?Q?" + b"?=20" * (n // 4) + b"\n\n",
    "message-ids": lambda n: b"References: " + b"<" * n + b"\n\n",
    "parameters": lambda n: b"Content-Type: text/plain" + b"; a=b" * (n // 5) + b"\n\n",
    "parameter quotes": lambda n: b"Content-Type: text/plain" + b'; a="\\' * (n // 6) + b"\n\n",
    "parameter pieces": lambda n: b"Content-Type: a/b" + b"; n*1*=%41'" * (n // 11) + b"\n\n",
    "folds": lambda n: b"Subject: a" + b"\n b" * (n // 3) + b"\n\n",
    "junk lines": lambda n: b"A: 1\n" + b"junk\n" * (n // 5) + b"To: b\n\n",
    "CR run": lambda n: b"A: 1\n" + b"\r" * n + b"\n\n",
    "LF CR run": lambda n: b"A: 1" + b"\n\r\r\r\rX" * (n // 6),
    "boundaries declared": lambda n: HEAD + b"\n" + b'boundary="' * (n // 10),
    "no boundaries": lambda n: HEAD
    + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\nContent-Type: multipart/mixed\n\n--   \n" * (n // 40),
    "delimiters": lambda n: MIXED + b"--xy\n" * (n // 5),
    "nested delimiters": lambda n: _nested(25) + b"--b24x\n" * (n // 7),
    "uuencode begins": lambda n: HEAD + b"\n" + b"begin 644 a\n" * (n // 12),
    "uuencode": lambda n: HEAD + b"\nbegin 644 a\n" + (b"M" + b"!" * 60 + b"\n") * (n // 62) + b"`\nend\n",
    "yEnc": lambda n: HEAD + b"\n=ybegin name=a\n" + b"=" * n + b"\n=yend\n",
    "base64 padding": lambda n: HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"QQ==\n" * (n // 5),
    "base64 junk": lambda n: HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"=QQ!!Q\n" * (n // 7),
    "quoted-printable": lambda n: HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n" + b"= \t" * (n // 3),
    "flowed": lambda n: _text(b"text/plain; format=flowed") + b"> \n" * (n // 3),
    "flowed marks": lambda n: _text(b"text/plain; format=flowed") + b">" * n,
    "calendar": lambda n: _text(b"text/calendar") + b"BEGIN:VEVENT\nSUMMARY" + b';A="b"' * (n // 6),
    "calendar folds": lambda n: _text(b"text/calendar") + b"BEGIN:VEVENT\nSUMMARY:a" + b"\n b" * (n // 3),
    "enriched": lambda n: _text(b"text/enriched") + b"<param>" * (n // 7),
    "rich text groups": lambda n: _text(b"text/rtf") + b"{\\rtf1 " + b"{" * n,
    "rich text escapes": lambda n: _text(b"text/rtf") + b"{\\rtf1 " + b"\\u1 \\'e5" * (n // 8),
    "html charset": lambda n: _text(b"text/html") + b"\xff<meta " * (n // 7),
    "ISO-2022-JP": lambda n: _text(b"text/plain; charset=iso-2022-jp") + b"\x1b$B-!\x1b(B" * (n // 8),
    "file name": lambda n: HEAD + b"Content-Disposition: attachment; filename=" + b"\xe2\x80\xae/" * (n // 4) + b"\n\n",
    "TNEF": lambda n: _text(b"application/ms-tnef") + b"\x78\x9f\x3e\x22\0\0" + b"\1\2\x90\6\0\0\0\0\0\0\0" * (n // 11),
    "CMS": lambda n: _text(b"application/pkcs7-mime") + b"0\x80" * (n // 2),
}  # fmt: skip


def measure_bombs(only: str) -> bool:
    """Prints a line a bomb; True if one was not answered in time."""
    late = False
    with ReadingRoom(read_message) as room:
        room.read(b"")
        for name, make in BOMBS.items():
            if only in name:
                raw = make()
                started = time.perf_counter()
                answer = room.read(raw)
                taken = time.perf_counter() - started
                late |= isinstance(answer, Unread)
                said = answer.reason if isinstance(answer, Unread) else ", ".join(answer.defects) or "read in full"
                print(f"{name:32} {len(raw) / 1e6:6.1f} MB {taken:6.2f} s  {said[:90]}")
    return late


def measure_patterns(only: str) -> bool:
    """Prints a line a pattern; True if one is over a second or grows faster than 2.3 x a doubling."""
    failed = False
    for name, make in PATTERNS.items():
        if only not in name:
            continue
        times = [_best_of_three(make(2**power)) for power in range(14, 21)]
        growth = (times[-1] / times[-4]) ** (1 / 3) if times[-1] > 0.02 else 0.0
        bad = times[-1] > 1 or growth > 2.3
        failed |= bad
        print(f"{name:32} 1 MB {times[-1] * 1e3:7.1f} ms, x {growth:.1f} a doubling{'  FAILS' if bad else ''}")
    return failed


def _best_of_three(raw: bytes) -> float:
    taken = []
    for _ in range(3):
        started = time.process_time()
        read_message(raw)
        taken.append(time.process_time() - started)
    return min(taken)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="")
    only = parser.parse_args().only
    late, steep = measure_bombs(only), measure_patterns(only)
    return int(late or steep)


if __name__ == "__main__":
    sys.exit(main())
