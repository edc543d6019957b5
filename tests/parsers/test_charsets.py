"""Bytes to text: the declared charset where it decodes, then what the bytes themselves say."""

import encodings.aliases

import pytest

from mailbot.parsers.charsets import decode_text, find_codec


@pytest.mark.parametrize(
    ("raw", "label", "text"),
    [
        (b"plain", "", "plain"),
        ("åäö".encode(), "utf-8", "åäö"),
        ("åäö".encode(), "", "åäö"),
        ("åäö".encode(), "us-ascii", "åäö"),
        ("åäö".encode("latin-1"), "", "åäö"),
        ("åäö".encode("latin-1"), "utf-8", "åäö"),
        ("åäö".encode("latin-1"), "us-ascii", "åäö"),
        ("“€”".encode("cp1252"), "iso-8859-1", "“€”"),
        ("åäö".encode(), '"UTF-8"', "åäö"),
        ("åäö".encode(), "uft-8", "åäö"),
        ("åäö".encode("cp1252"), "Windows-1252;", "åäö"),
        ("åäö".encode("cp850"), "ibm850", "åäö"),
        ("żółć".encode("iso8859-2"), "ISO8859_2", "żółć"),
        ("привет".encode("koi8-r"), "KOI8-R", "привет"),
        ("привет".encode("cp1251"), "cp-1251", "привет"),
        ("中文简体".encode("gb18030"), "gb2312", "中文简体"),
        ("喆".encode("gbk"), "GB2312", "喆"),
        ("한국어 똠방각하".encode("cp949"), "ks_c_5601-1987", "한국어 똠방각하"),
        ("①髙橋".encode("cp932"), "shift_jis", "①髙橋"),
        ("日本語".encode("iso2022_jp"), "iso-2022-jp", "日本語"),
        ("日本語".encode("iso2022_jp"), "", "日本語"),
        (b"\x1b$B-!\x1b(B and \x1b(I1\x1b(B", "iso-2022-jp", "① and ｱ"),
        ("ไทย".encode("cp874"), "tis-620", "ไทย"),
        ("שלום".encode("cp1255"), "iso-8859-8-i", "שלום"),
        ("hej".encode("utf-16"), "utf-16", "hej"),
        ("hej".encode("utf-16-le"), "utf-16le", "hej"),
        ("\ufeffhej".encode(), "", "hej"),
        ("\ufeffhej".encode(), "iso-8859-1", "hej"),
        (b"Hi +AOU-", "utf-7", "Hi å"),
        (b"mestadels bra " + "åäö".encode() * 20 + b"\xc3", "", "mestadels bra " + "åäö" * 20 + "\ufffd"),
        ("中文".encode("gb18030") * 100 + b"\xff", "gb2312", "中文" * 100 + "\ufffd"),
        ("日本語です".encode("euc_jp"), "iso-2022-jp", "日本語です"),
        ("日本語です".encode("cp932"), "euc-jp", "日本語です"),
        (b"a\x00b", "us-ascii", "ab"),
        ("hej".encode("utf-16-le"), "utf-8", "hej"),
        (b"\xe5\x81", "", "å\x81"),
    ],
)
def test_text_is_decoded(raw: bytes, label: str, text: str) -> None:
    assert decode_text(raw, label)[0] == text


@pytest.mark.parametrize(
    ("raw", "label", "note"),
    [
        (b"a", "utf-8", ""),
        (b"\xe5", "utf-8", "text is not in its declared charset"),
        (b"\xe5", "", "charset guessed"),
        (b"a", "martian", "charset 'martian' is not known"),
        (b"\xe5", "martian", "charset 'martian' is not known"),
    ],
)
def test_wrong_label_is_noted(raw: bytes, label: str, note: str) -> None:
    assert decode_text(raw, label)[1] == note


def test_html_without_a_label_is_read_as_it_says_itself() -> None:
    raw = b"<html><head><meta http-equiv='Content-Type' content='text/html; charset=windows-1251'>" + "Да".encode(
        "cp1251"
    )
    assert decode_text(raw, html=True)[0].endswith("Да")
    assert decode_text(raw)[0].endswith("Äà")


def test_label_of_a_neighbour_helps_where_there_is_none() -> None:
    raw = "привет".encode("koi8-r")
    assert decode_text(raw, hint="koi8-r") == ("привет", "charset guessed")
    assert decode_text("åäö".encode(), hint="koi8-r") == ("åäö", "")


@pytest.mark.parametrize(
    "label",
    ["idna", "punycode", "rot13", "rot_13", "zlib", "bz2", "hex", "base64", "uu", "quopri", "unicode_escape",
     "undefined", "raw_unicode_escape", "mbcs", "oem", "string_escape", "charmap", "", "\x00", "utf-8\x00",
     "x" * 10_000, "../../etc"],
)  # fmt: skip
def test_codec_that_is_not_for_text_is_never_used(label: str) -> None:
    assert find_codec(label) == ""
    assert decode_text("åäö".encode("latin-1"), label)[0] == "åäö"


def test_every_alias_of_python_is_text_or_refused() -> None:
    noise = bytes(range(256)) * 3 + b"\x1b$B\xff\x1b(B\xd8\x00~{"
    for label in {*encodings.aliases.aliases, *encodings.aliases.aliases.values()}:
        for raw in (noise, noise[:-1], b"", b"\xff", b"\xd8\x00", b"+2AA-"):
            text, _ = decode_text(raw, label)
            text.encode("utf-8")
            assert "\x00" not in text
