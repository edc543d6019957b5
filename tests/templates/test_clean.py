"""Text from outside, made harmless to show."""

import pytest

from mailbot.templates.clean import clean_line, clean_passage


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  Åsa   Öberg ", "Åsa Öberg"),
        ("a\r\n\tb\u2028c\u2029d\x85e\x0bf", "a b c d e f"),
        ("a\x00b\x1b[0mc\x7fd\x9be", "ab[0mcde"),
        ("\u202eabc\u2066d\u200fe\ufeff", "abcde"),
        ("x\U000e0041\U000e007fy", "xy"),
        ("\ud83d", "\ufffd"),
        ("👩‍💻 ä", "👩‍💻 ä"),
    ],
)
def test_line_is_one_visible_line(text: str, cleaned: str) -> None:
    assert clean_line(text) == cleaned


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\r\nb\rc\n\nd\te", "a\nb\nc\n\nd\te"),
        ("a\u2028b\u2029c\x0bd\x0ce\x85f", "a\nb\nc\nd\ne\nf"),
        ("  in\u202edrag \x00", "  indrag "),
    ],
)
def test_passage_keeps_its_lines(text: str, cleaned: str) -> None:
    assert clean_passage(text) == cleaned
