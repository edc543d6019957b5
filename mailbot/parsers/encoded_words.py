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
    run: list[bytes] = []
    charset = ""
    position = 0
    for start, end, label, content in _words(value, limit):
        between = value[position:start]
        if run and (between.strip() or label != charset):
            out.append(decode_text(b"".join(run), charset)[0])
            run = []
        if between.strip() or not (out or run):
            out.append(between)
        charset, position = label, end
        run.append(content)
    if run:
        out.append(decode_text(b"".join(run), charset)[0])
    out.append(value[position:])
    return "".join(out)


def _words(value: str, limit: int) -> list[tuple[int, int, str, bytes]]:
    """(start, end, charset, bytes) of each encoded-word."""
    words: list[tuple[int, int, str, bytes]] = []
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
        content = value[mark + 3 : end]
        words.append((start, end + 2, label, _read_b(content) if kind == "b" else _read_q(content, label)))
        position = end + 2
    return words


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
