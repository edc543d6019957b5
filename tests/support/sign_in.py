"""The links that a desk has really mailed: read from what its courier wrote, for the store does not have them."""

from __future__ import annotations

import re

from tests.support.desk import WorkingDesk, read_letter


def mailed_links(desk: WorkingDesk, address: str) -> list[str]:
    """``/sign-in/…`` of every mail to this address, oldest first; what is due is sent before."""
    desk.deliver()
    files = sorted((desk.folder / "out").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    letters = [read_letter(file.read_bytes()) for file in files]
    texts = [_text(letter) for letter in letters if letter["To"].addresses[0].addr_spec.lower() == address.lower()]
    return [found[0] for text in texts if (found := re.search(r"/sign-in/[\w-]{43}(?=>)", text))]


def _text(letter: object) -> str:
    return letter.get_body(("plain",)).get_content()  # type: ignore[attr-defined, no-any-return]
