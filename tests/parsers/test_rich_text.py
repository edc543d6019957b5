"""Words out of RTF."""

import random

import pytest

from mailbot.parsers.rich_text import read_rich_text

HTML = (
    b"{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 {\\fonttbl{\\f0 Arial;}}{\\*\\htmltag64 <p>}\\htmlrtf {\\b\\htmlrtf0 "
    b"Hello {\\*\\htmltag84 <b>}you{\\*\\htmltag92 </b>}\\htmlrtf }\\htmlrtf0 {\\*\\htmltag72 </p>}}"
)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"{\\rtf1\\ansi one\\par two\\line three\\tab four}", "one\ntwo\nthree\tfour"),
        (b"{\\rtf1{\\fonttbl{\\f0 Arial;}}{\\colortbl;}{\\*\\generator x;}{\\info{\\author a}}words}", "words"),
        (b"{\\rtf1\\ansicpg1251 \\'cf\\'f0\\'e8}", "При"),
        (b"{\\rtf1\\ansicpg932 \\'93\\'fa\\'96\\'7b}", "日本"),
        (b"{\\rtf1\\uc1 a\\u229?b\\u-10179?\\u-8704?c}", "aåb\U0001f600c"),
        (b"{\\rtf1\\uc0 a\\u229 b{\\uc2 \\u228??c}}", "aåbäc"),
        (b"{\\rtf1 a\\\\b\\{c\\}d\\~e\\ldblquote f\\rdblquote}", "a\\b{c}d e“f”"),
        (b"{\\rtf1 {\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt link}}}", "link"),
        (HTML, "Hello you"),
        (b"{\\rtf1 never closed {\\b bold", "never closed bold"),
        (b"{\\rtf1 }}}} over closed", "over closed"),
        (b"plain words", ""),
        (b"", ""),
    ],
)
def test_words_are_read(raw: bytes, text: str) -> None:
    assert read_rich_text(raw) == text


def test_damaged_document_never_raises() -> None:
    chance = random.Random(2)
    pieces = [b"{", b"}", b"\\", b"\\u", b"\\u99999999", b"\\'", b"\\'e5", b"\\uc9", b"\\uc", b"a", b"\\ansicpg0 ",
              b"\\*", b"\xff", b"\\htmlrtf", b"\\ansicpg65001 "]  # fmt: skip
    for _ in range(5_000):
        text = read_rich_text(b"{\\rtf1 " + b"".join(chance.choice(pieces) for _ in range(30)))
        text.encode("utf-8")
