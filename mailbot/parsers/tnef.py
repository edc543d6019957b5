"""winmail.dat taken apart (MS-OXTNEF): the files and bodies that Outlook put into application/ms-tnef.

An own reader because counts in this format are 32-bit and believed by the one library there is: a hundred bytes keep
it busy for hours. Here every count is held against the bytes that are left. Nothing raises; what is broken ends the
reading, and what was found until then stands.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailbot.parsers.charsets import decode_text

_SIGNATURE = b"\x78\x9f\x3e\x22"
_BODY, _TITLE, _FILE, _RENDERING = 0x800C, 0x8010, 0x800F, 0x9002
_MESSAGE_PROPERTIES, _FILE_PROPERTIES, _CODE_PAGE, _MESSAGE_CLASS = 0x9003, 0x9005, 0x9007, 0x8008
_PR_BODY, _PR_RTF, _PR_HTML, _PR_CODE_PAGE, _PR_SUBJECT = 0x1000, 0x1009, 0x1013, 0x3FDE, 0x0037
_PR_DATA, _PR_SHORT_NAME, _PR_LONG_NAME, _PR_TYPE, _PR_CONTENT_ID = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712
_EMBEDDED = bytes.fromhex("0703020000000000c000000000000046")
_STRING, _UNICODE, _OBJECT, _BINARY, _MANY = 0x1E, 0x1F, 0x0D, 0x102, 0x1000
_SIZES = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16, 1: 0}
_ATTRIBUTES, _PROPERTIES, _NESTED = 5_000, 20_000, 5
_RTF_LARGEST = 20_000_000


@dataclass(slots=True)
class TnefFile:
    name: str = ""
    content: bytes = b""
    content_type: str = "application/octet-stream"
    content_id: str = ""
    message: TnefMessage | None = None
    """Set where the file is a whole message."""


@dataclass(slots=True)
class TnefMessage:
    message_class: str = ""
    """What Outlook holds it for, e.g. IPM.Note, or REPORT.IPM.Note.IPNRN for a read receipt."""
    subject: str = ""
    text: str = ""
    html: str = ""
    rtf: bytes = b""
    files: list[TnefFile] = field(default_factory=list)


def read_tnef(raw: bytes, depth: int = 0) -> TnefMessage | None:
    """Content of a TNEF stream, as far as it can be read, or None where it is none."""
    if not raw.startswith(_SIGNATURE) or depth > _NESTED:
        return None
    message = TnefMessage()
    page, name = "cp1252", 0
    for name, content in _attributes(raw):
        if name == _CODE_PAGE:
            page = _code_page(content)
        elif name == _MESSAGE_PROPERTIES:
            _read_message_properties(message, content, page)
        elif name == _MESSAGE_CLASS:
            message.message_class = _text(content, page)
        elif name == _BODY:
            message.text = message.text or _text(content, page)
        elif name == _RENDERING:
            message.files.append(TnefFile())
        elif message.files:
            _read_file_attribute(message.files[-1], name, content, page, depth)
    message.files = [file for file in message.files if file.content or file.message or file.name]
    return message if name else None


def _attributes(raw: bytes) -> Iterator[tuple[int, bytes]]:
    position = 6
    for _ in range(_ATTRIBUTES):
        if position + 11 > len(raw):
            return
        name, length = struct.unpack_from("<xHxxI", raw, position)
        yield name, raw[position + 9 : position + 9 + length]
        position += 11 + length


def _read_message_properties(message: TnefMessage, content: bytes, page: str) -> None:
    values = dict(_properties(content, page))
    inner = values.get(_PR_CODE_PAGE)
    page = _code_page(inner) if isinstance(inner, bytes) and inner else page
    message.subject = _as_text(values.get(_PR_SUBJECT), page)
    message.text = _as_text(values.get(_PR_BODY), page) or message.text
    message.html = _as_text(values.get(_PR_HTML), page, html=True)
    rtf = values.get(_PR_RTF)
    message.rtf = unpack_rtf(rtf) if isinstance(rtf, bytes) else b""


def _read_file_attribute(file: TnefFile, name: int, content: bytes, page: str, depth: int) -> None:
    if name == _TITLE:
        file.name = file.name or _text(content, page)
    elif name == _FILE:
        file.content = content
    elif name == _FILE_PROPERTIES:
        values = dict(_properties(content, page))
        long_name, short_name = (_as_text(values.get(each), page) for each in (_PR_LONG_NAME, _PR_SHORT_NAME))
        file.name = long_name or file.name or short_name
        file.content_type = _as_text(values.get(_PR_TYPE), page).lower() or file.content_type
        file.content_id = _as_text(values.get(_PR_CONTENT_ID), page).strip("<>")
        held = values.get(_PR_DATA)
        if isinstance(held, bytes) and len(held) > 16:
            file.content = file.content or held[16:]
            if held.startswith(_EMBEDDED):
                file.message = read_tnef(held[16:], depth + 1)


def _properties(content: bytes, page: str) -> Iterator[tuple[int, bytes | str]]:
    """(property id, first value): text of strings, bytes of all else."""
    if len(content) < 4:
        return
    position = 4
    for _ in range(min(_PROPERTIES, int.from_bytes(content[:4], "little"))):
        if position + 4 > len(content):
            return
        kind, name = struct.unpack_from("<HH", content, position)
        position += 4
        if name >= 0x8000:
            position = _after_name(content, position)
        start, length, position = _value(content, position, kind)
        if start < 0:
            return
        value = content[start : start + length]
        yield name, _text(value, "utf-16-le" if kind == _UNICODE else page) if kind in (_STRING, _UNICODE) else value


def _after_name(content: bytes, position: int) -> int:
    """Past the GUID and the number or name of a named property."""
    by_number = content[position + 16 : position + 20] == b"\0\0\0\0"
    if by_number:
        return position + 24
    return position + 24 + _padded(int.from_bytes(content[position + 20 : position + 24], "little"))


def _value(content: bytes, position: int, kind: int) -> tuple[int, int, int]:
    """(start, length) of the first value and the offset after the last; start is -1 where that cannot be told."""
    base = kind & ~_MANY
    many = bool(kind & _MANY) or base in (_STRING, _UNICODE, _OBJECT, _BINARY)
    count = int.from_bytes(content[position : position + 4], "little") if many else 1
    position += 4 * many
    if base in _SIZES:
        size = {2: 2, 0x0B: 2}.get(base, _SIZES[base]) if kind & _MANY else _SIZES[base]
        return position, size, position + _padded(size * count)
    if base not in (_STRING, _UNICODE, _OBJECT, _BINARY):
        return -1, 0, position
    start, length = position, 0
    for number in range(count):
        if position + 4 > len(content):
            break
        size = int.from_bytes(content[position : position + 4], "little")
        if number == 0:
            start, length = position + 4, size
        position += 4 + _padded(size)
    return start, length, position


def _padded(size: int) -> int:
    return size + (-size % 4)


def _code_page(content: bytes) -> str:
    number = int.from_bytes(content[:4], "little")
    return {65001: "utf-8", 20127: "us-ascii", 28591: "iso-8859-1", 50220: "iso-2022-jp", 51949: "euc-kr"}.get(
        number, f"cp{number}"
    )


def _text(value: bytes, page: str) -> str:
    return decode_text(value, page)[0].rstrip("\x00\ufffd").replace("\r\n", "\n")


def _as_text(value: bytes | str | None, page: str, *, html: bool = False) -> str:
    if isinstance(value, bytes):
        return decode_text(value.rstrip(b"\x00"), page, html=html)[0].replace("\r\n", "\n")
    return value or ""


_RTF_START = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


def unpack_rtf(packed: bytes) -> bytes:
    """RTF out of its compressed form (MS-OXRTFCP), as far as it can be unpacked."""
    if len(packed) < 16:
        return b""
    size, kind = int.from_bytes(packed[4:8], "little"), packed[8:12]
    if kind == b"MELA":
        return packed[16 : 16 + size]
    if kind != b"LZFu":
        return b""
    out = bytearray(_RTF_START)
    position, end = 16, len(packed)
    limit = min(size, _RTF_LARGEST) + len(_RTF_START)
    while position < end and len(out) < limit:
        flags = packed[position]
        position += 1
        for bit in range(8):
            if position >= end:
                break
            if not flags >> bit & 1:
                out.append(packed[position])
                position += 1
                continue
            reference = int.from_bytes(packed[position : position + 2], "big")
            position += 2
            if not _copy(out, reference >> 4, (reference & 15) + 2):
                return bytes(out[len(_RTF_START) : limit])
    return bytes(out[len(_RTF_START) : limit])


def _copy(out: bytearray, offset: int, length: int) -> bool:
    """Repeats what stands at an offset of the 4,096-byte ring; False where that is its end."""
    distance = (len(out) - offset) % 4096
    start = len(out) - (distance or 4096)
    if distance == 0 or start < 0:
        return False
    for number in range(length):
        out.append(out[start + number])
    return True
