"""What the tree parser must not be given, told apart from long ordinary mail."""

from __future__ import annotations

import pytest

from mailbot.parsers.html_guard import is_safe_to_parse

LONG = "x" * 7000

HOSTILE = {
    "deep": "<div>" * 5000 + "seen",
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(5000)) + ">seen",
    "quotes-in-attributes": "<p a=\"<div>\" b='<div>' " + "c" * 7000 + ">seen</p>",
    "unclosed-formatting": "<p><font color=1>seen</p>" * 3000,
    "misnested": "<div><table></div></table>" * 2000 + "seen",
    "unfinished-comment": "seen<!-- " + LONG,
    "unfinished-style": "seen<style>" + LONG,
    "many-tags": "<b>seen</b>" * 50_000,
}


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("deep", False),
        ("attributes", False),
        ("unclosed-formatting", False),
        ("misnested", False),
        ("many-tags", False),
        ("quotes-in-attributes", True),
        ("unfinished-comment", True),
        ("unfinished-style", True),
    ],
)
def test_guard_refuses_what_the_tree_parser_is_slow_on(name: str, safe: bool) -> None:
    assert is_safe_to_parse(HOSTILE[name]) is safe


def test_guard_accepts_long_ordinary_mail() -> None:
    row = '<tr><td style="padding:4px" class="x"><p>Words <b>and</b> <a href="https://a.example/">links</a><br></p></td></tr>'
    assert is_safe_to_parse("<html><body><table>" + row * 2000 + "</table></body></html>") is True
