"""Plain text out of RTF (RTF 1.9), also out of RTF that wraps HTML or text as Outlook stores it (MS-OXRTFEX).

Only words and line breaks are kept. Linear, never raises; a text of over two million bytes is read to there.
"""

from __future__ import annotations

import re

from mailbot.parsers.charsets import decode_text

_LARGEST = 2_000_000
_DEEPEST = 1_000
_TOKEN = re.compile(rb"\\'([0-9A-Fa-f]{2})|\\([A-Za-z]{1,32})(-?[0-9]{1,10})? ?|\\(.)|([{}])|([^\\{}\r\n]+)", re.DOTALL)
_UNSEEN = frozenset(
    b"fonttbl colortbl stylesheet info pict object header footer headerl headerr footerl footerr listtable themedata "
    b"listoverridetable rsidtbl generator datastore latentstyles xmlnstbl mmathpr fldinst".split()
)
_BREAKS = {b"par": b"\n", b"line": b"\n", b"sect": b"\n", b"row": b"\n", b"tab": b"\t", b"cell": b"\t"}
_SIGNS = {b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”",
          b"bullet": "•", b"emspace": " ", b"enspace": " "}  # fmt: skip


def read_rich_text(raw: bytes) -> str:
    """The text of an RTF document, or the empty string where it is none."""
    if not raw.lstrip().startswith(b"{\\rtf"):
        return ""
    reader = _Reader()
    for match in _TOKEN.finditer(raw[:_LARGEST]):
        reader.take(*match.groups())
    return reader.text()


class _Reader:
    def __init__(self) -> None:
        self.stack: list[tuple[bool, int]] = []
        self.unseen = False
        self.skip_after_unicode = 1
        self.skip = 0
        self.in_html_rtf = False
        self.page = "cp1252"
        self.out: list[str] = []
        self.run: list[bytes] = []

    def take(
        self, code: bytes | None, word: bytes | None, number: bytes | None, sign: bytes | None, brace: bytes | None,
        words: bytes | None,
    ) -> None:  # fmt: skip
        if brace == b"{":
            if len(self.stack) < _DEEPEST:
                self.stack.append((self.unseen, self.skip_after_unicode))
        elif brace == b"}":
            self.unseen, self.skip_after_unicode = self.stack.pop() if self.stack else (False, 1)
        elif word is not None:
            self._take_word(word.lower(), int(number) if number else None)
        elif code is not None:
            self._add(bytes.fromhex(code.decode("ascii")))
        elif sign is not None:
            self._take_sign(sign)
        elif words is not None:
            self._add(words)

    def text(self) -> str:
        self._flush()
        text = "".join(self.out)
        if not text.isascii():  # \\u writes halves of characters beyond the first 65,536
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return text.rstrip("\ufffd").strip("\n ")

    def _take_word(self, word: bytes, number: int | None) -> None:
        if word == b"htmlrtf":  # what stands up to \htmlrtf0 repeats the HTML as RTF
            self.in_html_rtf = number != 0
        elif word in _UNSEEN:
            self.unseen = True
        elif word == b"ansicpg" and number:
            self.page = f"cp{number}" if number != 65001 else "utf-8"
        elif word == b"uc":
            self.skip_after_unicode = min(number or 0, 8)
        elif word == b"u" and number is not None:
            self._add_text(chr(number % 65_536))
            self.skip = self.skip_after_unicode
        elif word in _BREAKS:
            self._add(_BREAKS[word])
        elif word in _SIGNS:
            self._add_text(_SIGNS[word])

    def _take_sign(self, sign: bytes) -> None:
        if sign == b"*":
            self.unseen = True
        elif sign in b"\\{}":
            self._add(sign)
        elif sign == b"~":
            self._add(b" ")
        elif sign in b"\r\n":
            self._add(b"\n")

    def _add(self, words: bytes) -> None:
        if self.skip and not self.unseen:
            words, self.skip = words[self.skip :], max(0, self.skip - len(words))
        if words and not self.unseen and not self.in_html_rtf:
            self.run.append(words)

    def _add_text(self, text: str) -> None:
        if not self.unseen and not self.in_html_rtf:
            self._flush()
            self.out.append(text)

    def _flush(self) -> None:
        if self.run:
            self.out.append(decode_text(b"".join(self.run), self.page)[0])
            self.run = []
