"""Parameters of Content-Type and Content-Disposition (RFC 2045, 5.1; RFC 2231). Linear, never raises."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from mailbot.parsers.charsets import decode_text
from mailbot.parsers.encoded_words import decode_words


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


_QUOTED = re.compile(r'((?:[^"\\]|\\.)*)"')
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
    match = _QUOTED.match(value, position)
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
