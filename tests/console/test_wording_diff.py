"""Two sources beside each other: which lines differ, and what within a line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mailbot.console.wording_diff import NOTHING, Side, read_difference

LINES = st.lists(st.text("ab {}", max_size=8), max_size=20)


def test_lines_that_differ_stand_with_three_of_those_around() -> None:
    old = [f"rad {n}" for n in range(1, 11)]
    found = read_difference(old, [*old[:5], "ny rad", *old[6:]])
    assert [(kind, a, b) for kind, a, b, _ in found.lines] == [
        ("gap", "", ""), ("same", 3, 3), ("same", 4, 4), ("same", 5, 5), ("removed", 6, ""), ("added", "", 6),
        ("same", 7, 7), ("same", 8, 8), ("same", 9, 9),
    ]  # fmt: skip
    assert (found.added, found.removed) == (1, 1)


def test_changed_line_is_cut_where_it_differs() -> None:
    pairs = read_difference(["Ring 123 nu."], ["Ring oss på 123 nu."]).pairs
    assert [side.cut for side in pairs[0]] == [("Ring ", "", "123 nu."), ("Ring ", "oss på ", "123 nu.")]


def test_line_that_is_another_is_not_cut() -> None:
    assert [side.cut for side in read_difference(["Hej du"], ["Välkommen"]).pairs[0]] == [None, None]


def test_line_of_one_side_has_nothing_beside_it() -> None:
    assert read_difference([], ["ny"]).pairs == [(NOTHING, Side(1, "added", "ny"))]


def test_sources_that_are_alike_have_no_lines() -> None:
    assert read_difference(["a", "b"], ["a", "b"]).lines == []


@given(LINES, LINES)
def test_both_sides_give_back_what_they_were(old: list[str], new: list[str]) -> None:
    found = read_difference(old, new)
    for lines, kind, column in ((old, "removed", 0), (new, "added", 1)):
        sides = [pair[column] for pair in found.pairs if pair[column].kind in (kind, "same")]
        assert [side.text for side in sides] == [lines[int(side.number) - 1] for side in sides]
        assert ["".join(side.cut) for side in sides if side.cut] == [side.text for side in sides if side.cut]
        assert len([side for side in sides if side.kind == kind]) == (found.removed, found.added)[column]
