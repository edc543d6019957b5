"""Addresses of the command line, and the texts that stand for a library's."""

import pytest

from mailbot.channels import smtp_replies as replies


@pytest.mark.parametrize(
    ("argument", "read"),
    [
        ("<anna@example.org>", ("anna@example.org", "")),
        (" <anna@example.org>  SIZE=9 BODY=8BITMIME", ("anna@example.org", "SIZE=9 BODY=8BITMIME")),
        ("<>", ("<>", "")),
        ("<> SIZE=1", ("<>", "SIZE=1")),
        ("anna@example.org SIZE=9", ("anna@example.org", "SIZE=9")),
        ("anna@example.org", ("anna@example.org", "")),
        ("<@a.example,@b.example:anna@example.org>", ("anna@example.org", "")),
        ("<åsa@räksmörgås.example>", ("åsa@räksmörgås.example", "")),
        ('<"a > b"@example.org> X=1', ('"a > b"@example.org', "X=1")),
        ('<"a \\" b"@example.org>', ('"a \\" b"@example.org', "")),
        ("<postmaster>", ("postmaster", "")),
        ("<anna+SD-1.x@example.org>", ("anna+SD-1.x@example.org", "")),
    ],
)
def test_path_is_read_with_what_follows(argument: str, read: tuple[str, str]) -> None:
    assert replies.read_path(argument) == read


@pytest.mark.parametrize(
    "argument",
    [
        "",
        "<",
        "<anna@example.org",
        "<anna @example.org>",
        "<an<na@example.org>",
        "<anna@example.org>SIZE=9",
        "<anna\0@example.org>",
        "<anna\r\nRCPT TO:x@example.org>",
        "<\udcff@example.org>",
        '<"anna@example.org>',
        '<an"na@example.org>',
        "<@a.example:>",
        f"<{'a' * 600}@example.org>",
        "(" * 60_000,
        '"' * 60_001,
    ],
)
def test_malformed_path_is_none(argument: str) -> None:
    assert replies.read_path(argument) is None


def test_reply_of_the_library_becomes_the_constant_of_its_code() -> None:
    assert replies.constant_reply('500 Error: command "X\x1b[2J" not recognized') == "500 5.5.2 Not understood"
    assert replies.constant_reply("500 Error: (OSError) /var/lib/secret") == "500 5.5.2 Not understood"
    assert replies.constant_reply("999 what?") == replies.TROUBLE
    assert replies.constant_reply(replies.TOO_MANY_RECIPIENTS) == "452 4.5.3 Too many recipients"
