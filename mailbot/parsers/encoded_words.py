"""Encoded-words of header fields, as RFC 2047 has them and as mailers write them. Linear, never raises."""

from __future__ import annotations

import binascii
import re

from mailbot.parsers.charsets import decode_text, find_codec
from mailbot.parsers.limits import ENCODED_WORDS


def decode_words(value: str, limit: int = ENCODED_WORDS) -> str:
    """Encoded-words of RFC 2047 decoded, tolerant of what mailers write; at most ``limit`` words.

    Adjacent words of one charset are joined as bytes before they are decoded, because characters get split.
    """
    if "=?" not in value:
        return value
    out: list[str] = []
    run: list[tuple[str, str]] = []
    charset = ""
    position = 0
    for start, end, label, kind, content in _words(value, limit):
        between = value[position:start]
        if run and (between.strip() or label != charset):
            out.append(_decode_run(run, charset))
            run = []
        if between.strip() or not (out or run):
            out.append(between)
        charset, position = label, end
        run.append((kind, content))
    if run:
        out.append(_decode_run(run, charset))
    out.append(value[position:])
    return "".join(out)


def find_charset(value: str) -> str:
    """The label of the first encoded-word, or the empty string."""
    return next((label for _, _, label, _, _ in _words(value[:2000], 1)), "")


def _words(value: str, limit: int) -> list[tuple[int, int, str, str, str]]:
    """(start, end, charset, b or q, encoded text) of each encoded-word."""
    words: list[tuple[int, int, str, str, str]] = []
    position = 0
    while len(words) < limit:
        start = value.find("=?", position)
        if start < 0:
            break
        mark = value.find("?", start + 2, start + 82)
        kind = value[mark + 1 : mark + 2].lower()
        if mark < 0 or kind not in ("b", "q") or value[mark + 2 : mark + 3] != "?":
            position = start + 2
            continue
        end = _word_end(value, mark + 3, kind)
        if end < 0:
            break
        label = value[start + 2 : mark].partition("*")[0].strip().lower()
        words.append((start, end + 2, label, kind, value[mark + 3 : end]))
        position = end + 2
    return words


def _decode_run(run: list[tuple[str, str]], charset: str) -> str:
    """Words of one charset side by side. Some senders cut base64 within a group of four: then the text is joined."""
    text, wrong = decode_text(b"".join(_read_word(kind, content, charset) for kind, content in run), charset)
    if wrong and len(run) > 1 and all(kind == "b" for kind, _ in run):
        joined, still_wrong = decode_text(_read_b("".join(content for _, content in run)), charset)
        text = text if still_wrong else joined
    return text


def _read_word(kind: str, content: str, charset: str) -> bytes:
    return _read_b(content) if kind == "b" else _read_q(content, charset)


def _word_end(value: str, position: int, kind: str) -> int:
    """Offset of the closing ``?=``. In Q text a bare question mark before an escape (``?=20``) looks like one."""
    end = value.find("?=", position)
    while end >= 0 and kind == "q" and _is_hex(value[end + 2 : end + 4]):
        further = value.find("?=", end + 2, end + 200)
        if further < 0 or " " in value[end:further]:
            break
        end = further
    return end


def _is_hex(pair: str) -> bool:
    return len(pair) == 2 and all(letter in "0123456789ABCDEFabcdef" for letter in pair)


def _read_b(content: str) -> bytes:
    kept = re.sub(r"[^A-Za-z0-9+/]", "", content.replace("-", "+").replace("_", "/"))
    if len(kept) % 4 == 1:
        kept = kept[:-1]
    try:
        return binascii.a2b_base64(kept + "=" * (-len(kept) % 4))
    except binascii.Error:
        return content.encode("utf-8", "replace")


def _read_q(content: str, label: str) -> bytes:
    """Letters beyond ASCII, which do not belong here, were read already: back to bytes of the word's charset."""
    raw = content.encode("ascii" if content.isascii() else find_codec(label) or "utf-8", "replace")
    return binascii.a2b_qp(raw.replace(b"\n", b" "), header=True)
