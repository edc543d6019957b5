"""What the studio keeps between two requests: previews for minutes, and turns for few."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mailbot.console.studio import AT_ONCE, LIVES, MOST_OCTETS, MOST_PREVIEWS, Busy, Studio

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_preview_is_found_by_its_own_session_alone() -> None:
    studio = Studio()
    name = studio.keep("ada", "<p>å</p>", NOW)
    assert (studio.find("ada", name, NOW), studio.find("eva", name, NOW)) == ("<p>å</p>", None)
    assert studio.keep("eva", "<p>å</p>", NOW) != name


def test_preview_that_is_too_old_is_gone() -> None:
    studio = Studio()
    name = studio.keep("ada", "x", NOW)
    assert [studio.find("ada", name, NOW + LIVES + timedelta(seconds=s)) for s in (0, 1)] == ["x", None]


def test_same_html_keeps_its_name_and_lives_on() -> None:
    studio = Studio()
    first = studio.keep("ada", "x", NOW)
    again = studio.keep("ada", "x", NOW + LIVES)
    assert (first == again, studio.find("ada", first, NOW + LIVES * 2)) == (True, "x")


def test_oldest_previews_make_room_for_new_ones() -> None:
    studio = Studio()
    names = [studio.keep("ada", str(n), NOW) for n in range(MOST_PREVIEWS + 3)]
    found = [studio.find("ada", name, NOW) for name in names]
    assert (found[:4], len([f for f in found if f])) == ([None, None, None, "3"], MOST_PREVIEWS)


def test_large_previews_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailbot.console.studio.MOST_OCTETS", 40)
    studio = Studio()
    names = [studio.keep("ada", f"{n}".join("abcdefghij"), NOW) for n in range(5)]
    assert [studio.find("ada", name, NOW) is not None for name in names][-2:] == [False, True]
    assert MOST_OCTETS < 100_000_000


def test_turns_are_few_and_come_back() -> None:
    studio = Studio()
    held = [studio.turn() for _ in range(AT_ONCE)]
    for turn in held:
        turn.__enter__()
    with pytest.raises(Busy), studio.turn(0.01):
        pass
    held[0].__exit__(None, None, None)
    with studio.turn():
        pass
