"""Broken relatives of real mails: what ``bench/mime.py`` counts exceptions on, and ``tests`` a few of.

``mutate(raw, other, chance)`` damages a mail where parsers are weak; the same ``chance`` gives the same damage.
"""

from __future__ import annotations

import random


def mutate(raw: bytes, other: bytes, chance: random.Random) -> bytes:
    """One broken relative of a mail: lines, headers, boundaries, encodings and charsets damaged where they matter."""
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        raw = chance.choice(_MUTATIONS)(raw, other, chance)[:400_000]
    return raw


def _flip_bytes(raw: bytes, _: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(raw or b"x")
    for _number in range(chance.randint(1, 12)):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    return bytes(damaged)


def _cut(raw: bytes, _: bytes, chance: random.Random) -> bytes:
    start, end = sorted((chance.randint(0, len(raw)), chance.randint(0, len(raw))))
    return chance.choice((raw[:start], raw[end:], raw[:start] + raw[end:]))


def _splice(raw: bytes, other: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randint(0, len(raw))] + other[chance.randint(0, len(other)) :]


def _shuffle_lines(raw: bytes, _: bytes, chance: random.Random) -> bytes:
    lines = raw.split(b"\n")
    at = chance.randrange(len(lines))
    piece = lines[at : at + chance.randint(1, 5)]
    action = chance.randrange(4)
    if action == 0:
        del lines[at : at + len(piece)]
    elif action == 1:
        lines[at:at] = piece * chance.choice((1, 2, 50))
    elif action == 2:
        target = chance.randrange(len(lines))
        lines[target:target] = piece
    else:
        chance.shuffle(piece)
        lines[at : at + len(piece)] = piece
    return b"\n".join(lines)


def _replace_token(raw: bytes, _: bytes, chance: random.Random) -> bytes:
    token = chance.choice(_TOKENS)
    places = raw.count(token)
    if not places:
        return raw
    at = -1
    for _number in range(chance.randint(1, min(places, 20))):
        at = raw.find(token, at + 1)
    return raw[:at] + chance.choice(_SPLINTERS) + raw[at + len(token) :]


def _insert_splinter(raw: bytes, _: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, min(len(raw), chance.choice((200, 3000, len(raw)))))
    return raw[:at] + chance.choice(_SPLINTERS) * chance.choice((1, 1, 1, 3, 200)) + raw[at:]


def _break_lines(raw: bytes, _: bytes, chance: random.Random) -> bytes:
    old, new = chance.choice(((b"\r\n", b"\n"), (b"\n", b"\r\n"), (b"\n", b"\r"), (b"\n", b"\n\n"), (b"\n ", b" ")))
    return raw.replace(old, new, chance.choice((-1, 1, 5)))


def _nest(raw: bytes, other: bytes, chance: random.Random) -> bytes:
    encoding = chance.choice((b"7bit", b"base64", b"quoted-printable", b"x-uuencode", b"8bit"))
    kind = chance.choice(
        (b"message/rfc822", b"multipart/mixed", b"text/html", b"application/ms-tnef", b"text/calendar")
    )
    return (
        b"Content-Type: multipart/mixed; boundary=mut\n\n--mut\nContent-Type: " + kind
        + b"\nContent-Transfer-Encoding: " + encoding + b"\n\n" + raw + b"\n--mut\n" + other[:5000] + b"\n--mut--\n"
    )  # fmt: skip


_MUTATIONS = (_flip_bytes, _cut, _splice, _shuffle_lines, _replace_token, _insert_splinter, _break_lines, _nest)
_TOKENS = (
    b"boundary", b"charset", b"multipart", b"text/", b"base64", b"quoted-printable", b"=?", b"?=", b"--", b"name",
    b": ",
    b";", b'"', b"<", b">", b"@", b"\n\n", b"\r\n\r\n", b"utf-8", b"iso-8859-1", b"\n ", b"begin", b"+0000", b"Date",
    b"=",
)  # fmt: skip
_SPLINTERS = (
    b"", b"\x00", b"\r", b"\n", b"\n\n", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1b$B", b"=?utf-8?Q?=0A?=", b"=?x?B?", b"?=",
    b"charset=rot13", b"charset=idna", b"charset=utf-16", b"charset=unicode_escape", b"charset=\x00", b"=", b"=3D=",
    b"multipart/mixed; boundary=\"\"", b"message/rfc822", b"\nContent-Type: message/rfc822\n\n", b"(((((", b"\"", b"\\",
    b"\nContent-Type: multipart/related; boundary=x\n\n--x\n", b"--x--\n", b"name*0*=utf-8''%ff;name*9=", b"<>", b"@@",
    b",",
    b"begin 644 a\n#0V%T\n`\nend\n", b"=ybegin line=128 name=y\nabc=\n=yend\n", b"From ", b":", b"group:;", b"base64",
    b"Date: 99 Foo 99999 25:61:61 +9999\n", b"\xe5\xe4\xf6", b"\xc3", b"BEGIN:VEVENT\nDTSTART:x\n",
    b"format=flowed; delsp=yes",
    b"quoted-printable", b"x-uuencode", b"text/html", b"\xd8\x00", b"=?utf-7?Q?+2AA-?=", b"%", b"*", b"'",
)  # fmt: skip
