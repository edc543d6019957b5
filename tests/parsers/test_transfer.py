"""Transfer encodings and inline files, right and damaged."""

import binascii
import os

import pytest

from mailbot.parsers.transfer import InlineFile, find_uuencoded, find_yencoded, is_identity, undo_transfer_encoding


@pytest.mark.parametrize(
    ("body", "encoding", "content"),
    [
        (b"as =C3 it", "7bit", b"as =C3 it"),
        (b"as =C3 it", "", b"as =C3 it"),
        (b"as =C3 it", "8BIT", b"as =C3 it"),
        (b"as =C3 it", "martian", b"as =C3 it"),
        (b"SGVsbG8=", "base64", b"Hello"),
        (b"SGVs\r\nbG8=\r\n", "Base64", b"Hello"),
        (b"SGVsbG8", "base64", b"Hello"),
        (b"SGVsbG8=", " base64 (what else);", b"Hello"),
        (b"SGVsbG8=", '"base64"', b"Hello"),
        (b"SGVsbG8=\nIHlvdQ==\n", "base64", b"Hello you"),
        (b"SGVsbG8= ignored", "base64", b"Hello\nignored"),
        (b"SGVs!bG8=", "base64", b"Hello"),
        (b"SGVs\nbG8!\nSGVs\n", "base64", b"HelloHel"),
        (b"SGVsbG8=\n\n-- \nThe list\n", "base64", b"Hello\n-- \nThe list\n"),
        (b"words that were\nnever encoded\n", "base64", b"words that were\nnever encoded\n"),
        (b"", "base64", b""),
        (b"=", "base64", b""),
        (b"a", "base64", b""),
        (b"a=C3=A5=\nb", "quoted-printable", "aåb".encode()),
        (b"a=  \r\nb", "quoted-printable", b"ab"),
        (b"100 =ZZ =", "quoted-printable", b"100 =ZZ "),
        (b"a=3db", "quoted_printable", b"a=b"),
        (b"begin 644 a\n#0V%T\n`\nend\n", "x-uuencode", b"Cat"),
        (b"no file here", "x-uuencode", b"no file here"),
    ],
)
def test_encoding_is_undone(body: bytes, encoding: str, content: bytes) -> None:
    assert undo_transfer_encoding(body, encoding)[0] == content


@pytest.mark.parametrize(
    ("encoding", "identity"), [("", True), ("8bit", True), ("x", True), ("BASE64", False), ("QP", False)]
)
def test_encodings_that_leave_the_bytes_alone_are_known(encoding: str, identity: bool) -> None:
    assert is_identity(encoding) is identity


def _uuencode(name: str, content: bytes, *, spaces: bool = False) -> bytes:
    lines = [binascii.b2a_uu(content[at : at + 45], backtick=not spaces) for at in range(0, len(content), 45)]
    return f"begin 644 {name}\n".encode() + b"".join(lines) + (b" \n" if spaces else b"`\n") + b"end\n"


@pytest.mark.parametrize("spaces", [False, True])
@pytest.mark.parametrize("breaks", [b"\n", b"\r\n"])
def test_uuencoded_files_are_found_between_words(spaces: bool, breaks: bytes) -> None:
    first, second = os.urandom(1_000), bytes(100)
    body = (
        b"begin as you like\n"
        + _uuencode("a b.bin", first, spaces=spaces)
        + b"and\n"
        + _uuencode("z", second)
        + b"bye\n"
    )
    body = body.replace(b"\n", breaks)
    found = find_uuencoded(body)
    assert [(file.name, file.content) for file in found] == [(b"a b.bin", first), (b"z", second)]
    rest = body[: found[0].start] + body[found[0].end : found[1].start] + body[found[1].end :]
    assert rest == b"begin as you like\nand\nbye\n".replace(b"\n", breaks)


def test_uuencoded_file_whose_trailing_spaces_were_lost_is_whole() -> None:
    stripped = b"\n".join(line.rstrip() for line in _uuencode("a", b"abc" * 20 + b"\0\0", spaces=True).split(b"\n"))
    assert find_uuencoded(stripped)[0].content == b"abc" * 20 + b"\0\0"


def test_uuencoded_file_without_an_end_is_kept_as_far_as_it_goes() -> None:
    whole = _uuencode("a", b"x" * 450)
    assert find_uuencoded(whole[: whole.index(b"`\nend")])[0].content == b"x" * 450


def test_prose_that_begins_is_no_file() -> None:
    assert find_uuencoded(b"begin 123 days ago\nit worked.\nend\n") == []


def test_yencoded_file_is_found_between_words() -> None:
    content = bytes(range(256)) * 3
    encoded = bytearray()
    for byte in content:
        value = (byte + 42) % 256
        encoded += bytes((61, (value + 64) % 256)) if value in (0, 10, 13, 61) else bytes((value,))
    body = b"see\r\n=ybegin part=1 line=128 size=768 name=a b.bin\r\n=ypart begin=1 end=768\r\n"
    body += bytes(encoded) + b"\r\n=yend size=768\r\nbye\r\n"
    assert find_yencoded(body) == [InlineFile(b"a b.bin", content, 5, len(body) - 5)]


@pytest.mark.parametrize("body", [b"=ybegin name=a\r\nno end", b"=ybegin size=1\n=yend", b"=" * 1000])
def test_yenc_without_name_or_end_is_no_file(body: bytes) -> None:
    assert find_yencoded(body) == []


LIST_FOOTER = b"_______________\nDrift mailing list\nhttp://lists.example\n"


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (b"SGVqIGRpZwo=\n" + LIST_FOOTER, b"Hej dig\n\n" + LIST_FOOTER),
        (b"SGVqIHDl\n" + LIST_FOOTER, b"Hej p\xe5\n" + LIST_FOOTER),
        (b"SGVqIHDl\nThis list is run by us all.\n", b"Hej p\xe5\nThis list is run by us all.\n"),
        (b"SGVq\n!IHDl\n", b"Hej p\xe5"),
    ],
    ids=["after padding", "without padding", "words without a rule", "noise is no footer"],
)
def test_footer_below_base64_keeps_its_words(body: bytes, content: bytes) -> None:
    assert undo_transfer_encoding(body, "base64")[0] == content
