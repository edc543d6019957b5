"""Revisions of wordings: counted, never changed, and of two that save at once only one is first."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from mailbot.desk.errors import Conflict
from mailbot.store.engine import Engine, open_engine
from mailbot.store.unit_of_work import open_unit_of_work
from mailbot.store.wording import Revision, digest

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def engine(store_url: str) -> Engine:
    return open_engine(store_url)


def add(
    engine: Engine, source: str | None = "Hej", notice: str = "receipt", language: str = "sv", **more: int
) -> Revision:
    with open_unit_of_work(engine) as work:
        return work.wordings.add(notice, language, source, by="lisa@desk.example", at=NOW, why="Därför", **more)


def test_a_revision_comes_back_as_it_was_saved(engine: Engine) -> None:
    saved = add(engine, "Hej å\n")
    with open_unit_of_work(engine, reads_only=True) as work:
        found = work.wordings.find("receipt", "sv", 1)
    assert found == saved
    assert found == Revision(
        *("receipt", "sv", 1, "Hej å\n", "lisa@desk.example", NOW, "Därför", None, digest("Hej å\n")), id=saved.id
    )
    assert (found.is_intact, found.name) == (True, "sv/1:" + digest("Hej å\n")[:12])


def test_numbers_count_within_notice_and_language(engine: Engine) -> None:
    saved = [add(engine), add(engine, "B"), add(engine, language="en"), add(engine, notice="closed"), add(engine, None)]
    assert [(r.notice, r.language, r.number) for r in saved] == [
        ("receipt", "sv", 1),
        ("receipt", "sv", 2),
        ("receipt", "en", 1),
        ("closed", "sv", 1),
        ("receipt", "sv", 3),
    ]
    with open_unit_of_work(engine, reads_only=True) as work:
        wordings = work.wordings
        assert [r.number for r in wordings.list_history("receipt", "sv")] == [3, 2, 1]
        assert wordings.list_newest() == saved[2:]
        assert wordings.find_newest("receipt", "sv") == saved[4]
        assert wordings.find_newest("receipt", "sv", before=3) == saved[1]
        assert wordings.find_newest("receipt", "sv", before=1) is None
        assert wordings.find("receipt", "de", 1) is None
        assert (wordings.last_number("receipt", "sv"), wordings.last_number("receipt", "de")) == (3, 0)


def test_who_began_from_an_older_revision_is_told(engine: Engine) -> None:
    add(engine, "A", after=0)
    with pytest.raises(Conflict, match="saved by somebody else"):
        add(engine, "B", after=0)
    assert add(engine, "C", after=1).number == 2


def test_stamp_changes_with_every_revision_and_with_what_is_taken_away(engine: Engine) -> None:
    stamps = []
    for change in (None, add, add, "DELETE FROM wordings WHERE number = 1"):
        if callable(change):
            change(engine)
        elif change:
            with engine.begin() as connection:
                connection.execute(text(change))
        with open_unit_of_work(engine, reads_only=True) as work:
            stamps.append(work.wordings.stamp())
    assert stamps[0] == (0, 0)
    assert len(set(stamps)) == 4


@pytest.mark.parametrize("change", ["source = 'Hej då'", "source = NULL", "sha256 = 'x'"])
def test_a_revision_changed_behind_the_desk_is_not_intact(engine: Engine, change: str) -> None:
    add(engine)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE wordings SET {change}"))
    with open_unit_of_work(engine, reads_only=True) as work:
        found = work.wordings.find("receipt", "sv", 1)
    assert found is not None and not found.is_intact


def test_text_that_no_database_takes_is_made_storable(engine: Engine) -> None:
    saved = add(engine, "a\x00b\ud800")
    assert (saved.source, saved.is_intact) == ("a\ufffdb\ufffd", True)
