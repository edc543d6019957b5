"""Small mails for the tests, each unlike the others."""

from __future__ import annotations


def make_mail(number: int | str, *, to: str = "help@desk.example", body: bytes = b"Hej!\r\n") -> bytes:
    """A complete mail (CRLF line ends) with ``number`` in its subject and Message-ID."""
    head = (
        f"From: Anna Berg <anna@customer.example>\r\nTo: {to}\r\nSubject: Mail {number}\r\n"
        f"Message-ID: <{number}@customer.example>\r\nDate: Sun, 22 Nov 2026 07:00:00 +0100\r\n\r\n"
    )
    return head.encode() + body


def subjects(raws: list[bytes]) -> list[str]:
    """The subjects of raw mails, in their order."""
    lines = [line for raw in raws for line in raw.split(b"\r\n\r\n")[0].split(b"\r\n") if line.startswith(b"Subject: ")]
    return [line.removeprefix(b"Subject: ").decode() for line in lines]
