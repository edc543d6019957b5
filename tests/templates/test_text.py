"""Plain text of a mail."""

from mailbot.templates.catalogue import DeskWords
from mailbot.templates.text import encoded_size, quote, tidy, write_signature


def test_quote_marks_every_line_and_leaves_no_spaces() -> None:
    assert quote("\na\n\n b \n") == "> a\n>\n>  b"


def test_tidy_keeps_one_empty_line_at_most() -> None:
    assert tidy("\n\na \n\n\n\n b\t\n\n") == "a\n\n b"


def test_signature_says_what_is_known_of_the_desk() -> None:
    full = DeskWords("IT\nx", "it@a.example", "0123", "8–18", "Almby")
    assert write_signature(full) == "-- \nIT x, Almby\n0123, 8–18\nit@a.example"
    assert write_signature(DeskWords("IT", "it@a.example", hours="8–18")) == "-- \nIT\n8–18\nit@a.example"


def test_encoded_size_counts_what_quoted_printable_takes() -> None:
    assert encoded_size("aö=") == len("a=C3=B6=3D")
