"""Bytes to text when the charset label may be missing, misspelt or a lie (RFC 2045, 5.2; RFC 2978).

``decode_text(raw, label)`` never raises and uses only the text codecs listed here: a mail can name any codec of
Python, and some of those (idna, rot13, zlib, unicode_escape) are not for text or are dear to run.
"""

from __future__ import annotations

import re
from functools import lru_cache

_SUPERSETS = {
    "us-ascii": "utf-8", "ascii": "utf-8", "ansi_x3.4-1968": "utf-8", "646": "utf-8", "iso646-us": "utf-8",
    "utf-8": "utf-8", "utf8": "utf-8", "uft-8": "utf-8", "utf-8-sig": "utf-8", "unicode-1-1-utf-8": "utf-8",
    "cp65001": "utf-8", "65001": "utf-8", "utf-8-strict": "utf-8", "utf8mb4": "utf-8", "utf": "utf-8",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "iso_8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252",
    "iso-latin-1": "cp1252", "l1": "cp1252", "8859-1": "cp1252", "ansi": "cp1252", "iso88591": "cp1252",
    "windows-1252": "cp1252", "cp1252": "cp1252", "cp-1252": "cp1252", "x-ansi": "cp1252", "western": "cp1252",
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "cp936": "gb18030", "x-gbk": "gb18030",
    "gb_2312-80": "gb18030", "gb2312-80": "gb18030", "euc-cn": "gb18030", "windows-936": "gb18030", "936": "gb18030",
    "hz-gb-2312": "hz", "hz": "hz",
    "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "ksc5601": "cp949", "ks_c_5601-1989": "cp949", "korean": "cp949",
    "euc-kr": "cp949", "euckr": "cp949", "cp949": "cp949", "uhc": "cp949", "windows-949": "cp949", "949": "cp949",
    "iso-2022-kr": "iso2022_kr", "johab": "johab",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "ms_kanji": "cp932",
    "cp932": "cp932", "windows-31j": "cp932", "csshiftjis": "cp932", "932": "cp932",
    "euc-jp": "euc_jp", "eucjp": "euc_jp", "x-euc-jp": "euc_jp", "x-euc": "euc_jp",
    "iso-2022-jp": "iso2022_jp", "iso-2022-jp-1": "iso2022_jp", "iso-2022-jp-2": "iso2022_jp", "jis": "iso2022_jp",
    "iso-2022-jp-3": "iso2022_jp", "iso-2022-jp-ms": "iso2022_jp", "cp50220": "iso2022_jp", "cp50221": "iso2022_jp",
    "iso-2022-jp-2004": "iso2022_jp", "iso2022jp": "iso2022_jp", "csiso2022jp": "iso2022_jp",
    "big5": "big5hkscs", "big-5": "big5hkscs", "cn-big5": "big5hkscs", "big5-hkscs": "big5hkscs", "cp950": "cp950",
    "tis-620": "cp874", "iso-8859-11": "cp874", "windows-874": "cp874", "cp874": "cp874",
    "iso-8859-8-i": "cp1255", "iso-8859-8-e": "cp1255", "iso-8859-8": "cp1255", "logical": "cp1255",
    "iso-8859-9": "cp1254", "latin5": "cp1254", "iso-8859-6-i": "iso8859_6",
    "koi8-r": "koi8_r", "koi8r": "koi8_r", "koi8": "koi8_r", "koi8-u": "koi8_u", "koi8-ru": "koi8_u",
    "macintosh": "mac_roman", "x-mac-roman": "mac_roman", "mac": "mac_roman", "macroman": "mac_roman",
    "apple-roman": "mac_roman", "x-mac-cyrillic": "mac_cyrillic", "x-mac-greek": "mac_greek",
    "x-mac-turkish": "mac_turkish", "x-mac-ce": "mac_latin2",
    "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be", "utf-16": "utf-16",
    "utf16": "utf-16", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be", "unicode": "utf-16",
    "utf-32": "utf-32", "utf-32le": "utf-32-le", "utf-32be": "utf-32-be", "utf-7": "utf-7",
    "unicode-1-1-utf-7": "utf-7", "csunicode11utf7": "utf-7", "ptcp154": "ptcp154", "tcvn": "cp1258",
    "latin2": "iso8859_2", "latin3": "iso8859_3", "latin4": "iso8859_4", "cyrillic": "iso8859_5",
    "greek": "iso8859_7", "hebrew": "cp1255", "arabic": "iso8859_6", "latin6": "iso8859_10", "latin-9": "iso8859_15",
    "latin9": "iso8859_15", "latin2-iso": "iso8859_2", "roman8": "hp_roman8", "hp-roman8": "hp_roman8",
}  # fmt: skip
"""Label -> codec; where the wild uses a label for more than its standard holds, the codec is the superset."""

_ISO_8859 = frozenset((2, 3, 4, 5, 6, 7, 10, 13, 14, 15, 16))
_DOS = frozenset((437, 720, 737, 775, 850, 852, 855, 856, 857, 858, 860, 861, 862, 863, 864, 865, 866, 869))
_SIBLINGS = {
    "iso2022_jp": ("euc_jp", "cp932"), "cp932": ("euc_jp",), "euc_jp": ("cp932",), "big5hkscs": ("gb18030",),
    "cp950": ("gb18030",), "hz": ("gb18030",), "iso2022_kr": ("cp949",), "johab": ("cp949",),
}  # fmt: skip
"""What gateways turn a charset into without telling."""

_NUMBERED = (
    (re.compile(r"iso[-_ ]?8859[-_ ]?(\d{1,2})"), "iso8859_{}", _ISO_8859),
    (re.compile(r"(?:windows|win|cp|x-cp|ms|microsoft-cp|wincp)[-_]?(125\d)"), "cp{}", frozenset(range(1250, 1259))),
    (re.compile(r"(?:cp|ibm|cp-|csibm|dos-)[-_]?(\d{3})"), "cp{}", _DOS),
)

_WIDE = frozenset(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"))
_META = re.compile(rb"<meta[^>]{0,200}?charset\s{0,8}=\s{0,8}[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNDEFINED_IN_CP1252 = {0x81: "\x81", 0x8D: "\x8d", 0x8F: "\x8f", 0x90: "\x90", 0x9D: "\x9d"}


def decode_text(raw: bytes, label: str = "", *, html: bool = False, hint: str = "") -> tuple[str, str]:
    """Text of bytes, and a note of what was wrong with the label ("" where nothing was).

    The declared charset wins where it decodes. Then UTF-8, its siblings, itself with under 1 % replaced, what the HTML
    says of itself, ``hint`` (the label of a neighbour), last windows-1252. The text has no lone surrogates and no NUL.
    """
    codec = find_codec(label)
    if codec in ("utf-8", "cp1252", "") and raw.isascii() and not (codec == "" and b"\x1b$" in raw):
        return _tidy(raw.decode("ascii")), "" if codec or not label else _unknown(label)
    if raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        text = _decode_marked(raw)
        if text is not None:
            return _tidy(text), ""
    if codec:
        text = _decode_strict(raw, codec)
        if text is not None:
            return _tidy(text), ""
    text, note = _recover(raw, codec, html, find_codec(hint))
    return _tidy(text), note if codec or not label else _unknown(label)


@lru_cache(maxsize=512)
def find_codec(label: str) -> str:
    """Python codec for a charset label as written in a mail, or "" where it names no text codec we trust."""
    name = label[:60].strip(" \t\"'<>;,.\\").lower().replace(" ", "-")
    name = name.partition(";")[0].removeprefix("charset=").removeprefix("x-unknown")
    found = _SUPERSETS.get(name) or _SUPERSETS.get(name.replace("_", "-"))
    if found:
        return found
    for pattern, codec, allowed in _NUMBERED:
        match = pattern.fullmatch(name)
        if match and int(match[1]) in allowed:
            return codec.format(match[1])
    return ""


def _recover(raw: bytes, codec: str, html: bool, hint: str) -> tuple[str, str]:
    note = "text is not in its declared charset" if codec else ""
    if codec != "utf-8" and (whole := _decode_strict(raw, "utf-8")) is not None:
        if not codec and b"\x1b$" in raw[:65536]:
            return _decode_iso_2022_jp(raw), "charset guessed"
        return whole, note
    for sibling in _SIBLINGS.get(codec, ()):
        if (whole := _decode_strict(raw, sibling)) is not None:
            return whole, note
    if codec in ("", "utf-8", "cp1252") and _is_mostly_utf_8(_decode_lossy(raw[:65536], "utf-8")):
        text = _decode_lossy(raw, "utf-8")
        if _is_mostly_utf_8(text):
            return text, note or "broken UTF-8"
    if codec and codec not in _WIDE:
        text = _decode_lossy(raw, codec)
        if text.count("\ufffd") * 100 <= len(text):
            return text, note
    if html and (said := find_codec(_said_in_html(raw))):
        text = _decode_lossy(raw, said)
        if text.count("\ufffd") * 100 <= len(text):
            return text, note
    if hint and (whole := _decode_strict(raw, hint)) is not None:
        return whole, note or "charset guessed"
    return _decode_windows_1252(raw), note or "charset guessed"


def _is_mostly_utf_8(text: str) -> bool:
    """Cut or damaged UTF-8: of the characters beyond ASCII, ten are right for each that is not."""
    lost = text.count("\ufffd")
    return len(text.encode("ascii", "ignore")) + 11 * lost <= len(text)


def _decode_strict(raw: bytes, codec: str) -> str | None:
    try:
        text = raw.decode(codec)
    except (UnicodeError, ValueError):
        return _decode_iso_2022_jp(raw) if codec == "iso2022_jp" and b"\x1b" in raw else None
    return text


def _decode_lossy(raw: bytes, codec: str) -> str:
    try:
        return raw.decode(codec, "replace")
    except (UnicodeError, ValueError):
        return _decode_windows_1252(raw)


def _decode_marked(raw: bytes) -> str | None:
    return _decode_strict(raw, "utf-8-sig" if raw.startswith(b"\xef") else "utf-16")


def _decode_windows_1252(raw: bytes) -> str:
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1").translate(_LATIN_1_TO_CP1252)


_LATIN_1_TO_CP1252 = {
    byte: bytes((byte,)).decode("cp1252") for byte in range(0x80, 0xA0) if byte not in _UNDEFINED_IN_CP1252
}

_SHIFTS = 50_000
_SHIFT = re.compile(rb"\x1b(\([A-Z@]|\$\([A-Z@]|\$[A-Z@])")


def _decode_iso_2022_jp(raw: bytes) -> str:
    """ISO-2022-JP as Windows writes it (CP50221): NEC row 13 and half-width katakana, which Python's codec refuses."""
    if raw.count(b"\x1b") > _SHIFTS:
        return raw.decode("iso2022_jp", "replace")
    pieces = _SHIFT.split(raw)
    out = [_decode_windows_1252(pieces[0])]
    for shift, run in zip(pieces[1::2], pieces[2::2], strict=True):
        if shift in (b"$B", b"$@"):
            out.append(_decode_jis_row(run))
        elif shift == b"(I":
            out.append(bytes(byte | 0x80 for byte in run).decode("cp932", "replace"))
        else:
            out.append(run.decode("ascii", "replace"))
    return "".join(out)


def _decode_jis_row(run: bytes) -> str:
    """JIS X 0208 pairs (0x21–0x7E each) moved to where Shift_JIS has them; a line break ends the pairs."""
    shifted = bytearray()
    position, end = 0, len(run)
    while position < end:
        row, cell = run[position], run[position + 1] if position + 1 < end else 0
        if not (0x21 <= row <= 0x7E and 0x21 <= cell <= 0x7E):
            shifted.append(row)
            position += 1
            continue
        shifted.append((row + 1 >> 1) + (0x70 if row < 0x5F else 0xB0))
        shifted.append(cell + (0x1F if cell < 0x60 else 0x20) if row & 1 else cell + 0x7E)
        position += 2
    return shifted.decode("cp932", "replace")


def _said_in_html(raw: bytes) -> str:
    match = _META.search(raw[:4096])
    return match[1].decode("ascii") if match else ""


def _tidy(text: str) -> str:
    if "\x00" in text:
        text = text.replace("\x00", "")
    if not text.isascii() and _SURROGATE.search(text):
        text = _SURROGATE.sub("\ufffd", text)
    return text


def _unknown(label: str) -> str:
    return f"charset {label[:40]!a} is not known"
