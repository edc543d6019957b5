"""Content-transfer-encodings undone: base64, quoted-printable (RFC 2045, 6), uuencode and yEnc, as CTE or inline.

Nothing raises; what does not decode comes back as it stood, with a note. All of it is linear.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from itertools import islice

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]")
_INNER_SPACE = re.compile(rb"[^\s] +[^\s]")
_AFTER_PADDING = re.compile(rb"=[=\s]*(?=[^=\s])")
_RULE = re.compile(rb"[_*~#.-]{2,200}[ \t]*\r?(?:\n|\Z)")
"""A line of one sign, as lists draw above their footer."""
_SOFT_BREAK = re.compile(rb"=[ \t]+(\r?\n)")
_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,255})\r?$", re.MULTILINE)
_Y_BEGIN = re.compile(rb"^=ybegin [^\r\n]{0,300}?name=([^\r\n]{1,255})\r?$", re.MULTILINE)
_INLINE_FILES = 100
_BEGINS = 1_000
_Y_UNSHIFT = bytes((value - 42) % 256 for value in range(256))


@dataclass(frozen=True, slots=True)
class InlineFile:
    """A file that stood inside a text, encoded: its name as written, its bytes, where it stood."""

    name: bytes
    content: bytes
    start: int
    end: int


def undo_transfer_encoding(body: bytes, encoding: str) -> tuple[bytes, str]:
    """Decoded bytes, and a note of what was broken ("" where nothing was). ``encoding`` is the field as written."""
    name = _encoding_name(encoding)
    if name == "base64":
        return _undo_base64(body)
    if name == "quoted-printable":
        if b"= " in body or b"=\t" in body:
            body = _SOFT_BREAK.sub(rb"=\1", body)
        return binascii.a2b_qp(body), ""
    if name in ("x-uuencode", "uuencode", "x-uue", "uue"):
        files = find_uuencoded(body)
        return (files[0].content, "") if files else (body, "no uuencoded file where one is declared")
    if name in ("x-yencode", "yenc", "x-yenc"):
        files = find_yencoded(body)
        return (files[0].content, "") if files else (body, "no yEnc file where one is declared")
    return body, "" if name in _IDENTITY else f"transfer encoding {name[:40]!a} is not known"


_DECODED = frozenset(
    ("base64", "quoted-printable", "x-uuencode", "uuencode", "x-uue", "uue", "x-yencode", "yenc", "x-yenc")
)
_IDENTITY = frozenset(("", "7bit", "8bit", "binary", "7-bit", "8-bit", "none", "ascii", "text"))
_MISSPELT = {
    "quoted_printable": "quoted-printable", "quotedprintable": "quoted-printable", "qp": "quoted-printable",
    "quoted/printable": "quoted-printable", "base-64": "base64", "b64": "base64", "x-base64": "base64",
}  # fmt: skip


def _encoding_name(encoding: str) -> str:
    name = encoding[:200].partition("(")[0].partition(";")[0].strip(" \t\"',").lower()
    name = next(iter(name.split(None, 1)), "")
    return _MISSPELT.get(name, name)


def is_identity(encoding: str) -> bool:
    """Does this Content-Transfer-Encoding leave the bytes as they are?"""
    name = _encoding_name(encoding)
    return name in _IDENTITY or name not in _DECODED


def _undo_base64(body: bytes) -> tuple[bytes, str]:
    try:
        if _AFTER_PADDING.search(body) is None and _NOT_BASE64.search(body) is None:
            return binascii.a2b_base64(body), ""
    except binascii.Error:
        pass
    return _undo_broken_base64(body)


def _undo_broken_base64(body: bytes) -> tuple[bytes, str]:
    """Pieces that end in padding each for themselves; what is words rather than base64 is kept as it stands."""
    if b"=" not in body and _reads_as_words(body[:4096]):
        return body, "declared base64, is not"
    if footer := _find_footer(body):
        return _decode_alphabet(body[:footer]) + b"\n" + body[footer:], "text after the end of the base64"
    decoded: list[bytes] = []
    position = 0
    while position < len(body) and len(decoded) < 10_000:
        padding = _AFTER_PADDING.search(body, position)
        end = padding.end() if padding else len(body)
        piece = body[position:end]
        if decoded and _is_no_base64(piece):
            return b"".join(decoded) + b"\n" + body[position:].lstrip(), "text after the end of the base64"
        decoded.append(_decode_leniently(piece))
        position = end
    return b"".join(decoded), "broken base64"


def _find_footer(body: bytes) -> int:
    """Offset of words that a mailing list put below base64 which ends without padding; 0 where there are none."""
    foreign = _NOT_BASE64.search(body)
    start = body.rfind(b"\n", 0, foreign.start()) + 1 if foreign else 0
    if not start or b"=" in body[:start] or len(b"".join(body[:start].split())) % 4:
        return 0
    rest = body[start : start + 4096]
    if _RULE.match(rest):
        return start if _INNER_SPACE.search(rest) else 0
    return start if _reads_as_words(rest) else 0


def _is_no_base64(piece: bytes) -> bool:
    """After padding came what was to come: only a further well-formed piece is taken for base64."""
    length = len(b"".join(piece.split()))
    return bool(_NOT_BASE64.search(piece) or _INNER_SPACE.search(piece.strip()) or length % 4)


def _reads_as_words(body: bytes) -> bool:
    lines = [line for line in body.split(b"\n")[:40] if line.strip()]
    return sum(1 for line in lines if _INNER_SPACE.search(line.strip())) * 2 > len(lines)


def _decode_leniently(piece: bytes) -> bytes:
    """What the alphabet leaves. Where lines are whole groups of four, a damaged line does not shift the next ones."""
    if _NOT_BASE64.search(piece):
        lines = piece.split()
        if all(len(line) % 4 == 0 for line in lines[:-1] if not _NOT_BASE64.search(line)):
            return b"".join(map(_decode_alphabet, lines))
    return _decode_alphabet(piece)


def _decode_alphabet(piece: bytes) -> bytes:
    kept = re.sub(rb"[^A-Za-z0-9+/]+", b"", piece)
    if len(kept) % 4 == 1:
        kept = kept[:-1]
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def find_uuencoded(body: bytes) -> list[InlineFile]:
    """Files between ``begin 644 name`` and ``end`` (POSIX uuencode), in order; a lone "begin" of prose is none."""
    files: list[InlineFile] = []
    position = 0
    for match in islice(_UU_BEGIN.finditer(body), _BEGINS):
        if match.start() < position or len(files) == _INLINE_FILES:
            continue
        content, end = _read_uu_lines(body, match.end() + 1)
        position = max(end, match.end())
        if content is not None:
            files.append(InlineFile(match[1].strip(), content, match.start(), end))
    return files


def _read_uu_lines(body: bytes, position: int) -> tuple[bytes | None, int]:
    """Bytes of the lines up to ``end`` or the first that is not uuencoded; None where fewer than three are."""
    out: list[bytes] = []
    while position < len(body):
        line_end = body.find(b"\n", position, position + 200)
        stop = line_end if line_end >= 0 else min(len(body), position + 200)
        line = body[position:stop]
        following = stop + 1 if line_end >= 0 else len(body)
        if line[-1:] == b"\r":
            line = line[:-1]
        if line[:3] == b"end" and not line[3:].strip():
            return b"".join(out), following
        if line:  # a blank one is the closing backquote of an encoder that writes spaces
            missing = -(-(line[0] - 32 & 63) // 3) * 4 - len(line) + 1
            if not -2 <= missing <= 4:  # longer: a checksum; shorter: trailing spaces that were lost on the way
                break
            try:
                out.append(binascii.a2b_uu(line[: len(line) + missing] if missing < 0 else line))
            except binascii.Error:
                break
        position = following
    return (b"".join(out), position) if len(out) > 2 else (None, position)


def find_yencoded(body: bytes) -> list[InlineFile]:
    """Files between ``=ybegin`` and ``=yend`` (yEnc 1.3), in order; of a file in several mails, this part."""
    files: list[InlineFile] = []
    position = 0
    while len(files) < _INLINE_FILES and (match := _Y_BEGIN.search(body, position)):
        end = body.find(b"\n=yend", match.end())
        if end < 0:
            break
        content = body[match.end() + 1 : end].rstrip(b"\r")
        if content.startswith(b"=ypart"):
            content = content.partition(b"\n")[2]
        line_end = body.find(b"\n", end + 1)
        position = line_end + 1 if line_end >= 0 else len(body)
        files.append(InlineFile(match[1].strip(), _undo_yenc(content), match.start(), position))
    return files


def _undo_yenc(content: bytes) -> bytes:
    content = content.replace(b"\r\n", b"").replace(b"\n", b"")
    if content.count(b"=") * 8 > len(content) + 80:  # one byte in sixty is escaped, of any file
        return content
    first, *escaped = content.split(b"=")
    pieces = [first.translate(_Y_UNSHIFT)]
    for piece in escaped:
        pieces.append(bytes(((piece[0] - 106) % 256,)) + piece[1:].translate(_Y_UNSHIFT) if piece else b"")
    return b"".join(pieces)
