"""Opaque S/MIME signatures in their DER and BER forms."""

import random

import pytest

from mailbot.parsers.signed_data import find_signed_content

INNER = b"Content-Type: text/plain\r\n\r\nsigned words\r\n" * 20
SIGNED, ENVELOPED, DATA = "2a864886f70d010702", "2a864886f70d010703", "2a864886f70d010701"


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes((size,)) if size < 128 else bytes((0x82, size >> 8, size & 255))
    return bytes((tag,)) + length + content


def _ber(tag: int, content: bytes) -> bytes:
    return bytes((tag, 0x80)) + content + b"\0\0"


def _oid(text: str) -> bytes:
    return _der(6, bytes.fromhex(text))


HEAD = _der(2, b"\1") + _der(0x31, _der(0x30, _oid("608648016503040201")))
WHOLE = _der(
    0x30,
    _oid(SIGNED) + _der(0xA0, _der(0x30, HEAD + _der(0x30, _oid(DATA) + _der(0xA0, _der(4, INNER))) + _der(0x31, b""))),
)
PIECES = b"".join(_der(4, INNER[at : at + 100]) for at in range(0, len(INNER), 100))
IN_PIECES = _ber(
    0x30,
    _oid(SIGNED)
    + _ber(0xA0, _ber(0x30, HEAD + _ber(0x30, _oid(DATA) + _ber(0xA0, _ber(0x24, PIECES))) + _der(0x31, b""))),
)


@pytest.mark.parametrize("raw", [WHOLE, IN_PIECES], ids=["whole", "in pieces"])
def test_signed_content_is_found(raw: bytes) -> None:
    assert find_signed_content(raw) == INNER


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"0",
        b"-----BEGIN PKCS7-----",
        _der(0x30, _oid(ENVELOPED) + _der(0xA0, _der(0x30, _der(2, b"\0")))),
        _der(0x30, _oid(SIGNED) + _der(0xA0, _der(0x30, HEAD + _der(0x30, _oid(DATA))))),
        _der(0x30, _oid(SIGNED)),
        b"\x30\x84\xff\xff\xff\xff",
    ],
    ids=["empty", "one byte", "text", "enveloped", "detached", "hollow", "length"],
)
def test_anything_else_has_no_signed_content(raw: bytes) -> None:
    assert find_signed_content(raw) is None


def test_damaged_structures_never_raise() -> None:
    chance = random.Random(5)
    for _ in range(5_000):
        damaged = bytearray(chance.choice((WHOLE, IN_PIECES)))
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(80)] = chance.choice((0, 128, 255, chance.randrange(256)))
        found = find_signed_content(bytes(damaged[: chance.randint(0, len(damaged))]))
        assert found is None or len(found) <= len(damaged)
