"""Each thing that the desk is for has a story, and the manual for agents and managers says which."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
STORIES = sorted((ROOT / "tests/stories").glob("test_*.py"))
TOLD_LATER = {5}
_ROWS = re.compile(r"\b[Rr]ows? ((?:\d+)(?:(?:, | and )\d+)*)")


def rows_of(story: Path) -> set[int]:
    """The numbers after «Row» or «Rows» in what a story says of itself."""
    said = ast.get_docstring(ast.parse(story.read_text("utf-8"))) or ""
    return {int(number) for found in _ROWS.findall(said) for number in re.findall(r"\d+", found)}


def test_every_story_says_what_it_is_about() -> None:
    assert [story.name for story in STORIES if not rows_of(story)] == []


def test_everything_that_the_desk_is_for_has_a_story() -> None:
    told = set().union(*map(rows_of, STORIES))
    assert told == set(range(1, 20)) - TOLD_LATER


def test_manual_names_the_stories_of_each_row() -> None:
    manual = (ROOT / "docs/desk.md").read_text("utf-8").partition("## How it is shown")[2]
    listed = {
        int(row): set(re.findall(r"`(test_\w+)`", stories))
        for row, stories in re.findall(r"^\| (\d+) \|[^|]*\|([^|]*)\|$", manual, re.MULTILINE)
    }
    wanted = {row: {s.stem for s in STORIES if row in rows_of(s)} for row in range(1, 20)}
    assert listed == wanted
