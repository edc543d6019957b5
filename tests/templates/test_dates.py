"""Moments in words."""

from datetime import UTC, datetime

import pytest

from mailbot.templates.dates import write_moment
from mailbot.templates.words import get_words


@pytest.mark.parametrize(
    ("language", "pattern", "written"),
    [
        ("sv", "date_time", "söndag 29 mars kl. 03:30"),
        ("en", "date_time", "Sunday 29 March at 03:30"),
        ("sv", "date", "söndag 29 mars"),
        ("en", "date", "Sunday 29 March"),
    ],
)
def test_moment_is_written_after_the_clock_has_changed(language: str, pattern: str, written: str) -> None:
    """At 02:00 on that night Swedish clocks go to 03:00, so 01:30 UTC is 03:30."""
    moment = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    patterns = get_words(language).tables["moment"]
    assert write_moment(moment, patterns[pattern], language, "Europe/Stockholm") == written


def test_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError):
        write_moment(datetime(2026, 1, 1), "d", "sv", "Europe/Stockholm")
