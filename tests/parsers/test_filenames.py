"""Names of attachments: normalised first, cleaned after."""

import random

import pytest

from mailbot.parsers.filenames import clean_filename


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("report.pdf", "report.pdf"),
        ("Räkning maj.pdf", "Räkning maj.pdf"),
        ("Ra\u0308kning.pdf", "Räkning.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("C:\\TEMP\\x.png", "x.png"),
        ("/", "attachment-1.bin"),
        ("folder/", "folder"),
        ("\u200b.htaccess", "htaccess"),
        (".\u200b./x", "x"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\u2066b\u2069.txt", "ab.txt"),
        ("a\x00.txt", "a.txt"),
        ("a\r\nb.txt", "ab.txt"),
        ("a\u00a0\u3000b.txt", "a b.txt"),
        ("name. . .", "name"),
        ("  x.txt ", "x.txt"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("lpt1.tar.gz", "_lpt1.tar.gz"),
        ("a<b>:c|d?.txt", "a_b__c_d_.txt"),
        ('say "hi".txt', "say _hi_.txt"),
        ("", "attachment-1.bin"),
        ("...", "attachment-1.bin"),
        ("\ud800.txt", "txt"),
    ],
)
def test_name_is_cleaned(name: str, cleaned: str) -> None:
    assert clean_filename(name) == cleaned


def test_long_name_keeps_its_ending() -> None:
    assert clean_filename("x" * 5_000 + "." + "y" * 5_000) == "x" * 180
    assert clean_filename("x" * 4_000 + ".pdf") == "x" * 176 + ".pdf"


def test_nameless_file_is_called_by_its_number_and_type() -> None:
    assert clean_filename("", "image/png", 3) == "attachment-3.png"
    assert clean_filename("", "application/x-martian", 4) == "attachment-4.bin"


def test_no_name_is_a_path_hidden_or_empty() -> None:
    chance = random.Random(1)
    pieces = [
        "..",
        "/",
        "\\",
        "\x00",
        "\u200b",
        "\u202e",
        "CON",
        ".",
        " ",
        "a",
        "é",
        "e\u0301",
        "\ud83d",
        "|",
        "\u2025",
        "\uff0f",
    ]
    for _ in range(2_000):
        name = clean_filename("".join(chance.choice(pieces) for _ in range(chance.randint(0, 60))))
        assert name and len(name) <= 180 and name.isprintable(), name
        assert not set(name) & set('/\\<>:"|?*') and name[0] not in ". " and name[-1] not in ". ", name
        name.encode("utf-8")
        assert clean_filename(name) == name
