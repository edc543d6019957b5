"""winmail.dat: against streams built here, and against tnefparse on real ones."""

import random
import struct
from pathlib import Path

import pytest
from tnefparse import TNEF

from mailbot.parsers.tnef import TnefFile, TnefMessage, read_tnef, unpack_rtf

PAYLOADS = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "mime" / "tnef-payloads"


def _attribute(name: int, content: bytes) -> bytes:
    return struct.pack("<BII", 1, name, len(content)) + content + struct.pack("<H", sum(content) % 65_536)


def _property(kind: int, name: int, value: bytes) -> bytes:
    return struct.pack("<HHII", kind, name, 1, len(value)) + value + bytes(-len(value) % 4)


def _properties(*each: bytes) -> bytes:
    return struct.pack("<I", len(each)) + b"".join(each)


def _stream(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


PAGE = _attribute(0x69007, struct.pack("<II", 1252, 0))
FILE = (
    _attribute(0x69002, bytes(14)),
    _attribute(0x18010, b"RAPPOR~1.DOC\0"),
    _attribute(0x6800F, b"content"),
    _attribute(
        0x69005,
        _properties(
            _property(0x1F, 0x3707, "Räkning.doc\0".encode("utf-16-le")),
            _property(0x1E, 0x370E, b"application/msword\0"),
            _property(0x1E, 0x3712, b"<cid@x>\0"),
        ),
    ),
)


def test_file_comes_out_with_its_long_name_type_and_content_id() -> None:
    found = read_tnef(_stream(PAGE, *FILE))
    assert found == TnefMessage(files=[TnefFile("Räkning.doc", b"content", "application/msword", "cid@x")])


def test_bodies_come_out_in_the_code_page_they_are_in() -> None:
    named = struct.pack("<HH16sII", 3, 0x8001, bytes(16), 0, 7) + b"\1\0\0\0"
    properties = _properties(
        struct.pack("<HHI", 3, 0x3FDE, 65_001),
        struct.pack("<HHHH", 2, 0x0017, 1, 0),
        named,
        _property(0x1F, 0x0037, "Ämne\0".encode("utf-16-le")),
        _property(0x1E, 0x1000, "hällo\r\nyou\0".encode("cp1252")),
        _property(0x102, 0x1013, "<p>hällo</p>\0".encode()),
    )
    found = read_tnef(_stream(PAGE, _attribute(0x69003, properties)))
    assert found == TnefMessage(subject="Ämne", text="hällo\nyou", html="<p>hällo</p>")


def test_class_of_a_receipt_comes_out() -> None:
    found = read_tnef(_stream(PAGE, _attribute(0x78008, b"REPORT.IPM.Note.IPNRN\0")))
    assert found == TnefMessage(message_class="REPORT.IPM.Note.IPNRN")


def test_mail_inside_is_a_message_of_its_own() -> None:
    inner = bytes.fromhex("0703020000000000c000000000000046") + _stream(PAGE, _attribute(0x2800C, b"inner words\0"))
    raw = _stream(
        PAGE, _attribute(0x69002, bytes(14)), _attribute(0x69005, _properties(_property(0x0D, 0x3701, inner)))
    )
    found = read_tnef(raw)
    assert found and found.files[0].message == TnefMessage(text="inner words")


def test_counts_that_lie_end_the_reading() -> None:
    lying = struct.pack("<I", 0xFFFFFFFF) + struct.pack("<HHI", 0x1002, 0x1000, 0xFFFFFFFF)
    deep = b""
    for _ in range(100):
        held = bytes.fromhex("0703020000000000c000000000000046") + _stream(deep)
        deep = _attribute(0x69002, bytes(14)) + _attribute(0x69005, _properties(_property(0x0D, 0x3701, held)))
    for raw in (
        _stream(_attribute(0x69003, lying)),
        _stream(struct.pack("<BII", 1, 0x69003, 0xFFFFFFFF)),
        b"",
        b"x",
        _stream(),
    ):
        assert read_tnef(raw) in (None, TnefMessage())
    assert read_tnef(_stream(deep)) is not None


def test_compressed_rtf_is_unpacked() -> None:
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert unpack_rtf(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert unpack_rtf(struct.pack("<II4sI", 17, 5, b"MELA", 0) + b"{\\rtf") == b"{\\rtf"
    assert unpack_rtf(b"short") == b"" and unpack_rtf(bytes(100)) == b""


@pytest.mark.skipif(not PAYLOADS.exists(), reason="the corpus of mails does not stand beside the checkout")
def test_real_streams_give_the_files_that_tnefparse_finds() -> None:
    compared = 0
    for path in sorted(PAYLOADS.rglob("*.tnef")):
        theirs = [(each.long_filename().rstrip("\0"), bytes(each.data)) for each in TNEF(path.read_bytes()).attachments]
        found = read_tnef(path.read_bytes())
        ours = (
            [(file.name, file.content) for file in found.files if not file.content.startswith(b"\xd0\xcf")]
            if found
            else []
        )
        assert ours == [each for each in theirs if each[0] != "Untitled Attachment"], path.name
        compared += len(ours)
    assert compared > 10


def test_damaged_streams_never_raise() -> None:
    chance = random.Random(3)
    raws = [_stream(PAGE, *FILE)] + [path.read_bytes() for path in PAYLOADS.rglob("*.tnef")]
    for _ in range(2_000):
        damaged = bytearray(chance.choice(raws)[:5_000])
        for _ in range(chance.randint(1, 10)):
            damaged[chance.randrange(6, len(damaged))] = chance.choice((0, 255, chance.randrange(256)))
        found = read_tnef(bytes(damaged[: chance.randint(0, len(damaged))]))
        assert found is None or isinstance(found, TnefMessage)
