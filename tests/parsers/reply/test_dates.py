"""Moments by their figures, in any script."""

from __future__ import annotations

import pytest

from mailbot.parsers.reply.dates import first_figure, has_moment


@pytest.mark.parametrize(
    "text",
    [
        "Tue, Mar 4, 2025 at 10:12 AM",
        "den 4 mars 2025 kl. 10:12",
        "4.3.2025 klo 10.12",
        "2025年3月4日 10:12",
        "2025. 3. 4. 오전 10:12",
        "٤ مارس ٢٠٢٥، الساعة ١٠:١٢",
        "4 ta' Marzu 2025 fl-10:12",
        "4/03/25",
        "mar 4 mar 2025",
    ],
)
def test_moment_is_found_in_any_language(text: str) -> None:
    assert has_moment(text) is True


@pytest.mark.parametrize("text", ["", "the 4 printers", "room 312", "10:12", "version 1.2.3", "2025", "at 10"])
def test_number_alone_is_no_moment(text: str) -> None:
    assert has_moment(text) is False


@pytest.mark.parametrize(("text", "words"), [("On Tue, Mar 4", 3), ("4 mars", 0), ("no figure here", 99), ("", 99)])
def test_words_before_the_first_figure_are_counted(text: str, words: int) -> None:
    assert first_figure(text) == words
