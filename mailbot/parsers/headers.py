"""Header fields: the block split, unfolded, decoded; words, parameters, dates and ids read from it.

RFC 5322, 2.2 and 3.6; RFC 2047; RFC 2231. Nothing here raises: a broken field yields what can be read of it. All work
is linear in the block, and the block is cut at ``limits.HEADER_BYTES`` and ``limits.HEADER_LINES``.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from mailbot.parsers.charsets import decode_text, find_codec
from mailbot.parsers.limits import ENCODED_WORDS, HEADER_BYTES, HEADER_LINES

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_KNOWN = re.compile(
    rb"(?:from|to|cc|bcc|date|subject|sender|reply-to|message-id|in-reply-to|references|received|return-path|"
    rb"mime-version|content-[a-z-]+|x-[a-z0-9_-]+|list-[a-z-]+|resent-[a-z-]+|arc-[a-z-]+|dkim-signature|precedence|"
    rb"auto-submitted|user-agent|delivered-to|thread-[a-z]+|importance|priority|organization|errors-to|"
    rb"authentication-results|received-spf|status|lines|comments|keywords|feedback-id)[ \t]*:",
    re.IGNORECASE,
)
_BLANK_LINE = re.compile(rb"\n\r*(?:\n|\Z)")
_CONTROL = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]+")
_MESSAGE_ID = re.compile(r"<([^<>]{1,998})>")
_CHARSET_PARAMETER = re.compile(rb"charset\s{0,4}\*?=\s{0,4}\"?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one header block: (name as written, unfolded value with its encoded-words as they came)."""

    entries: tuple[tuple[str, str], ...] = ()
    body_start: int = 0
    defects: tuple[str, ...] = ()
    complete: bool = True

    def get(self, name: str) -> str:
        """Value of the first field of that (lower-case) name, or the empty string."""
        for key, value in self.entries:
            if len(key) == len(name) and key.lower() == name:
                return value
        return ""

    def get_all(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self.entries if len(key) == len(name) and key.lower() == name)


def read_fields(source: bytes, start: int, end: int) -> Fields:
    """Header block that begins at ``start``; ``body_start`` is the offset of what follows its blank line.

    Junk between fields continues the field before it; junk that no known field follows is the start of the body
    (a sender that forgot the blank line).
    """
    if source[start : start + 1] == b"\n" or source[start : start + 2] == b"\r\n":
        return Fields((), source.index(b"\n", start) + 1)
    blank = _BLANK_LINE.search(source, start, end)
    block_end, body_start = (blank.start() + 1, blank.end()) if blank else (end, end)
    complete = block_end - start <= HEADER_BYTES
    lines = source[start : min(block_end, start + HEADER_BYTES)].split(b"\n")
    if len(lines) > HEADER_LINES + 1:
        lines, complete = lines[:HEADER_LINES], False
    fields, stop, defects = _gather(lines)
    if stop is not None:
        body_start = start + stop
    if not complete:
        defects.append("header is over the limit and was cut")
    return Fields(_decode_block(fields), body_start, tuple(defects), complete)


def is_field(line: bytes) -> bool:
    """Does the line begin like a header field, ``Name:``?"""
    return _FIELD.match(line) is not None


def _gather(lines: list[bytes]) -> tuple[list[list[bytes]], int | None, list[str]]:
    """Physical lines to fields; and the offset where the body begins if that is before the blank line."""
    fields: list[list[bytes]] = []
    defects: list[str] = []
    offset = 0
    last_known: int | None = None
    for number, line in enumerate(lines):
        match = _FIELD.match(line)
        if match:
            fields.append([match[1], line[match.end() :]])
        elif line[:1] in (b" ", b"\t"):
            if not line.strip() and number + 1 < len(lines) and not _continues(lines[number + 1]):
                return fields, offset + len(line) + 1, [*defects, "blank line of the header holds spaces"]
            if fields:
                fields[-1].append(line)
        elif line.strip():
            if line.startswith(b"--") and fields:  # a delimiter; no field and no folding begins so
                return fields, offset, [*defects, "no blank line after the header"]
            if last_known is None:
                last_known = _last_known(lines)
            if number > last_known:
                return fields, offset, [*defects, "no blank line after the header"]
            if not line.startswith((b"From ", b">From ")):
                defects = defects or ["junk inside the header"]
                if fields:
                    fields[-1].append(line)
        offset += len(line) + 1
    return fields, None, defects


def _continues(line: bytes) -> bool:
    return line[:1] in (b" ", b"\t") or bool(_FIELD.match(line)) or not line.strip()


def _last_known(lines: list[bytes]) -> int:
    return next((number for number in range(len(lines) - 1, -1, -1) if _KNOWN.match(lines[number])), -1)


def _decode_block(fields: list[list[bytes]]) -> tuple[tuple[str, str], ...]:
    entries = []
    label: str | None = None
    for name, *pieces in fields:
        value = b" ".join(piece.strip() for piece in pieces) if len(pieces) > 1 else pieces[0].strip()
        try:
            text = value.decode("utf-8")
        except UnicodeDecodeError:
            if label is None:
                label = _charset_of(fields)
            text = decode_text(value, label)[0]
        entries.append((name.decode("ascii"), text.replace("\x00", "\ufffd")))
    return tuple(entries)


def _charset_of(fields: list[list[bytes]]) -> str:
    """The charset that the body declares: raw 8-bit fields, against RFC 5322, are most often in it."""
    for name, *pieces in fields:
        if name.lower() == b"content-type":
            match = _CHARSET_PARAMETER.search(b"".join(pieces)[:2000])
            label = match[1].decode("ascii") if match else ""
            return "" if find_codec(label) == "utf-8" else label
    return ""


def clean_line(text: str) -> str:
    """One line of text: controls and line breaks, which a decoded value may smuggle in, become a space."""
    return _CONTROL.sub(" ", text).strip() if not text.isprintable() else text.strip()


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


def read_parameters(value: str) -> tuple[str, dict[str, str]]:
    """``text/plain; name*0*=utf-8''a; name*1=b`` -> ("text/plain", {"name": "ab"}): RFC 2045, 5.1 and RFC 2231.

    The first word in lower case and the parameters decoded; missing semicolons, comments and broken quotes are borne.
    """
    value = value[:8192]
    match = re.match(r"\s*([^\s;,()\"]{0,200})", value)
    main = match[1].lower() if match else ""
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, text, quoted in _raw_parameters(value, match.end() if match else 0):
        base, star, rest = name.partition("*")
        if not star:
            plain.setdefault(base, text if quoted else _without_comment(text))
        else:
            number = rest.rstrip("*")
            extended = rest.endswith("*") or not rest
            pieces.setdefault(base, {}).setdefault(int(number) if number.isdecimal() else 0, (text, extended))
    for base, numbered in pieces.items():
        plain[base] = _join_pieces([numbered[key] for key in sorted(numbered)])
    return main, {name: decode_words(text) if "=?" in text else text for name, text in plain.items()}


_PARAMETER = re.compile(r"[;,\s]*([A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,80})\s{0,20}=\s{0,20}")


def _raw_parameters(value: str, position: int) -> list[tuple[str, str, bool]]:
    found: list[tuple[str, str, bool]] = []
    while position < len(value) and len(found) < 200:
        match = _PARAMETER.match(value, position)
        if not match:
            following = value.find(";", position)
            if following < 0:
                break
            position = following + 1
            continue
        position = match.end()
        if value[position : position + 1] == '"':
            text, position = _read_quoted(value, position + 1)
            found.append((match[1].lower(), text, True))
        else:
            end = value.find(";", position)
            end = len(value) if end < 0 else end
            found.append((match[1].lower(), value[position:end].strip(), False))
            position = end
    return found


def _read_quoted(value: str, position: int) -> tuple[str, int]:
    """A quoted-string's text. Only ``\\"`` and ``\\\\`` are escapes: Windows paths come with bare backslashes."""
    match = re.compile(r'((?:[^"\\]|\\.)*)"').match(value, position)
    if not match:
        end = value.find(";", position)
        end = len(value) if end < 0 else end
        return value[position:end].strip(' "'), end
    text = match[1]
    return re.sub(r'\\(["\\])', r"\1", text) if "\\" in text else text, match.end()


def _without_comment(text: str) -> str:
    head, mark, _ = text.partition(" (")
    return head.rstrip() if mark else text


def _join_pieces(pieces: list[tuple[str, bool]]) -> str:
    charset = ""
    raw = b""
    for number, (text, extended) in enumerate(pieces):
        if number == 0 and extended and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        raw += unquote_to_bytes(text) if extended else text.encode("utf-8", "replace")
    return decode_text(raw, charset)[0]


def read_date(value: str) -> datetime | None:
    """Aware UTC time of a Date field (RFC 5322, 3.3), or None where it holds none. No zone means UTC."""
    value = value[:200].strip()
    if not value:
        return None
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(value)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
            continue
    return None


def read_message_ids(value: str) -> tuple[str, ...]:
    """msg-ids of a field in order, without angle brackets and repeats; a bare ``left@right`` counts if alone."""
    found = ["".join(each.split()) for each in _MESSAGE_ID.findall(value)]
    if not found:
        found = [word.strip("<>,;") for word in value[:2000].split() if "@" in word]
    return tuple(dict.fromkeys(each for each in found if each))
