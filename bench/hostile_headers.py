"""Compose many mails with hostile subjects, names, identifiers and file names, and read each back.

    python bench/hostile_headers.py [COUNT] [SEED]

Prints how many headers did not hold exactly the fields that were meant (it must be 0), and the time of one composition.
"""

from __future__ import annotations

import random
import sys
import time
from datetime import UTC, datetime
from email import message_from_bytes

from mailbot.desk.correspondence import Attachment, Mailbox
from mailbot.templates.catalogue import Rendered
from mailbot.templates.compose import NoticeHead, compose_notice

PIECES = (
    *("\r\n", "\n", "\r", "\0", "\x85", "\u2028", "\u2029", "\u202e", "\ud800", "\x1b", "\x7f", "\U000e0041"),
    *("Bcc: v@victim.example", "\r\n\r\n<html>", "=?utf-8?q?=0ABcc:_x?=", "=?utf-8?b?Cg==?=", "=?", "?=", "=?x?q?y?="),
    *(" ", "  ", "\t", "<", ">", '"', "\\", ",", ";", ":", "@", "(", ")", "=", "_", "."),
    *("a", "Z", "å", "€", "😀", "[SD-1]", "x" * 90, "é" * 40, "漢字" * 20),
)
ALWAYS = ["Date", "From", "Reply-To", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type"]
SOMETIMES = {"In-Reply-To", "References", "Auto-Submitted", "X-Auto-Response-Suppress", "X-Mailbot-Desk"}
SOMETIMES |= {"Content-Language", "Content-Transfer-Encoding"}


def main(count: int = 100_000, seed: int = 1) -> None:
    chance = random.Random(seed)
    wrong, spent = 0, 0.0
    for number in range(count):
        rendered, head = hostile_notice(chance, number)
        began = time.perf_counter()
        raw = compose_notice(rendered, head, strict=True)
        spent += time.perf_counter() - began
        wrong += not is_sound(raw)
    print(f"{count} mails, {wrong} unsound, {spent / count * 1e3:.3f} ms each, Python {sys.version.split()[0]}")
    raise SystemExit(bool(wrong))


def hostile_notice(chance: random.Random, number: int) -> tuple[Rendered, NoticeHead]:
    def text(most: int) -> str:
        return "".join(chance.choices(PIECES, k=chance.randrange(most)))

    head = NoticeHead(
        message_id=f"{number}@desk.example",
        from_=Mailbox("desk@desk.example", text(6)),
        to=Mailbox("a@b.example", text(8)),
        date=datetime(2026, 1, 1, tzinfo=UTC),
        desk_id=chance.choice(("desk", text(3))),
        reply_to=Mailbox("desk+x@desk.example", text(3)),
        in_reply_to=text(5),
        references=tuple(text(4) for _ in range(chance.randrange(20))),
        language=text(2),
        attachments=(Attachment(text(8), text(3), b"x", text(3)),) if number % 4 == 0 else (),
    )
    return Rendered(f"S{text(25)}", text(20), text(9), "sv", "packaged"), head


def is_sound(raw: bytes) -> bool:
    """Only the fields that were meant, only CRLF line ends, 7-bit, no long lines, and as many parts as were put in."""
    mail = message_from_bytes(raw)
    names = mail.keys()
    lines = raw.split(b"\r\n")
    parts = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]
    return (
        [name for name in names if name not in SOMETIMES] == ALWAYS
        and len(set(names)) == len(names)
        and raw.isascii()
        and not any(b"\n" in line or b"\r" in line or len(line) > 300 for line in lines)
        and parts[0] == "text/plain"
        and len(parts) <= 3
        and not any(part.defects for part in mail.walk())
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
