"""Contexts made into variables."""

from dataclasses import dataclass

import pytest

from mailbot.templates.catalogue import CommandWord, Passage
from mailbot.templates.plain import variables_of


@dataclass(frozen=True)
class _Context:
    line: str
    passage: Passage
    words: tuple[CommandWord, ...] = ()
    thing: object = None


class _Loud(str):
    def __str__(self) -> str:
        return "changed"


def test_strings_are_cleaned_by_their_kind() -> None:
    words = (CommandWord("#a\nb", "c\x00"),)
    assert variables_of(_Context("a\nb", "a\r\nb\x00", words, 3)) == {
        "line": "a b",
        "passage": "a\nb",
        "words": (CommandWord("#a b", "c"),),
        "thing": 3,
    }


def test_string_of_another_class_becomes_a_string() -> None:
    found = variables_of(_Context(_Loud("x"), _Loud("y")))
    assert [(type(found[name]), found[name]) for name in ("line", "passage")] == [(str, "x"), (str, "y")]


@pytest.mark.parametrize("thing", [[], {}, object(), len, b""])
def test_thing_that_is_not_plain_is_refused(thing: object) -> None:
    with pytest.raises(TypeError, match="plain values only"):
        variables_of(_Context("", "", thing=thing))
