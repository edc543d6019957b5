"""RFC 3676, by the examples of its sections 4.1 to 4.5."""

import pytest

from mailbot.parsers.flowed import join_flowed


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("one \ntwo\nthree\n", "one two\nthree\n"),
        ("> one \n> two\n>> deeper \n>> still\nnew\n", "> one two\n>> deeper still\nnew\n"),
        ("> soft \n>> other depth\n", "> soft \n>> other depth\n"),
        (" stuffed\n >not quoted\n", "stuffed\n>not quoted\n"),
        ("words \n-- \nAnna \nBerg\n", "words \n-- \nAnna Berg\n"),
        (">\n> \n", ">\n>\n"),
        ("ends soft ", "ends soft "),
        ("", ""),
    ],
)
def test_soft_breaks_are_removed(text: str, joined: str) -> None:
    assert join_flowed(text) == joined


def test_delsp_removes_the_space_of_a_soft_break() -> None:
    assert join_flowed("日本 \n語 \nです\n", delete_space=True) == "日本語です\n"


def test_text_too_large_to_be_typed_is_left_alone() -> None:
    assert join_flowed("a \n" * 1_000_000) == "a \n" * 1_000_000
