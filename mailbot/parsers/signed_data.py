"""What an opaque S/MIME signature wraps (RFC 8551, 3.5.2; RFC 5652, 5). It needs no key, and nothing is verified."""

from __future__ import annotations

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_SEQUENCE, _SET, _OBJECT_ID, _OCTETS, _OCTETS_IN_PARTS, _EXPLICIT = 0x30, 0x31, 0x06, 0x04, 0x24, 0xA0
_PIECES = 100_000

_Element = tuple[int, int, int]
"""(tag, start of the content, end of the content); the end is the end of the bytes where the length is indefinite."""


def find_signed_content(raw: bytes) -> bytes | None:
    """The MIME entity inside a CMS SignedData, or None where it is something else (enveloped, detached, broken)."""
    outer = _open(raw, 0, len(raw), _SEQUENCE)
    kind = _open(raw, outer[1], outer[2], _OBJECT_ID) if outer else None
    if not outer or not kind or raw[kind[1] : kind[2]] != _SIGNED_DATA:
        return None
    explicit = _open(raw, kind[2], outer[2], _EXPLICIT)
    signed = _open(raw, explicit[1], explicit[2], _SEQUENCE) if explicit else None
    if not signed:
        return None
    position = signed[1]
    for _ in range(2):  # version, digest algorithms
        element = _element(raw, position, signed[2])
        if not element:
            return None
        position = _after(raw, element)
    wrapped = _open(raw, position, signed[2], _SEQUENCE)
    kind = _open(raw, wrapped[1], wrapped[2], _OBJECT_ID) if wrapped else None
    explicit = _open(raw, kind[2], wrapped[2], _EXPLICIT) if wrapped and kind else None
    return _octets(raw, explicit) if explicit else None


def _octets(raw: bytes, holder: _Element) -> bytes | None:
    element = _element(raw, holder[1], holder[2])
    if element and element[0] == _OCTETS:
        return raw[element[1] : element[2]]
    if not element or element[0] != _OCTETS_IN_PARTS:
        return None
    pieces = []
    position = element[1]
    for _ in range(_PIECES):
        piece = _open(raw, position, element[2], _OCTETS)
        if not piece:
            break
        pieces.append(raw[piece[1] : piece[2]])
        position = piece[2]
    return b"".join(pieces)


def _open(raw: bytes, position: int, end: int, tag: int) -> _Element | None:
    element = _element(raw, position, end)
    return element if element and element[0] == tag else None


def _element(raw: bytes, position: int, end: int) -> _Element | None:
    if position + 2 > end:
        return None
    tag, length = raw[position], raw[position + 1]
    position += 2
    if length == 0x80:
        return tag, position, end
    if length > 0x80:
        count = length & 0x7F
        if count > 4 or position + count > end:
            return None
        length = int.from_bytes(raw[position : position + count], "big")
        position += count
    return tag, position, min(end, position + length)


def _after(raw: bytes, element: _Element) -> int:
    """Offset after an element. Inside an indefinite one (a set of digest algorithms) the next end mark is it."""
    tag, start, end = element
    if tag == _SET and raw[start - 1] == 0x80:
        mark = raw.find(b"\0\0", start, start + 500)
        return end if mark < 0 else mark + 2 + (raw[mark + 2 : mark + 4] == b"\0\0") * 2
    return end
