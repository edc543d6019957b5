"""Plain text of a mail."""

import pytest

from mailbot.templates.catalogue import DeskWords
from mailbot.templates.text import LONGEST_ROW, encoded_size, join, keep_indent, quote, tidy, write_signature


def test_quote_marks_every_line_and_leaves_no_spaces() -> None:
    assert quote("\na\n\n b \n") == "> a\n>\n>  b"


def test_tidy_keeps_one_empty_line_at_most() -> None:
    assert tidy("\n\na \n\n\n\n b\t\n\n") == "a\n\n b"


def test_signature_says_what_is_known_of_the_desk() -> None:
    full = DeskWords("IT\nx", "it@a.example", "0123", "8–18", "Almby")
    assert write_signature(full) == "-- \nIT x, Almby\n0123, 8–18\nit@a.example"
    assert write_signature(DeskWords("IT", "it@a.example", hours="8–18")) == "-- \nIT\n8–18\nit@a.example"


def test_join_is_for_several_pieces_that_are_no_flood() -> None:
    assert (join(("a", "b"), ", "), join([]), join(("a",), "x")) == ("a, b", "", "a")
    with pytest.raises(TypeError):
        join("ab", ", ")
    with pytest.raises(ValueError):
        join(("a", "b"), "x" * LONGEST_ROW)


def test_indent_is_kept_with_spaces_that_do_not_break() -> None:
    assert [keep_indent(line) for line in ("a b", " \ta", "")] == ["a b", "\u00a0" * 4 + "a", ""]


def test_encoded_size_counts_what_quoted_printable_takes() -> None:
    assert encoded_size("aö=") == len("a=C3=B6=3D")
