"""text/enriched as plain text."""

import pytest

from mailbot.parsers.enriched import strip_enriched


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<bold>Now</bold> is the time\n", "Now is the time"),
        ("one\nline\n\nnext\n\n\nthird", "one line\nnext\n\nthird"),
        ("a << b", "a < b"),
        ("<<bold> is a command", "<bold> is a command"),
        ("<color><param>red</param>warm</color>", "warm"),
        ("a<lt>b<nl>c", "a<b\nc"),
        ("<never closed", "<never closed"),
        ("", ""),
    ],
)
def test_commands_are_stripped(text: str, plain: str) -> None:
    assert strip_enriched(text) == plain
