"""Answers typed inside the quoted part of Outlook, below its header block."""

from __future__ import annotations

import pytest

from mailbot.languages import load_lexicon
from mailbot.parsers.reply import read_answer_text

SENT = (
    "Hello Bo,\n\nthe dock of request 12 was replaced by a technician.\nDoes the second screen come up now?\n\n"
    "Accept\n\nReopen\n\nKind regards\nDesk"
)
CUT = '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Desk</div>'
LINK = '<div><a href="https://links.gateway.example/?u=1">{}</a></div>'
QUOTED = (
    "<div>Hello Bo,</div><div>the dock of request 12 was replaced by a technician.</div>"
    "<div>Does the second screen come up now?</div>{}" + LINK.format("Accept") + LINK.format("Reopen") + "<div>Kind "
    "regards</div><div>Desk</div>"
)


def words(top: str, typed: str, sent: tuple[str, ...] = (SENT,)) -> str:
    return read_answer_text("", f"<div>{top}</div>{CUT}{QUOTED.format(typed)}", load_lexicon(), sent).new_words


def test_row_that_is_not_in_the_sent_mail_is_the_answer() -> None:
    assert words("See below", "<div>No, it stays black.</div>") == "See below\n\nNo, it stays black."
    assert words("See below", "<div>No, it stays black.</div>", sent=()) == "See below"


@pytest.mark.parametrize("typed", ["", "<div>Accept</div>", "<div>second screen</div>"])
def test_row_of_our_own_words_is_not(typed: str) -> None:
    assert words("Thanks", typed) == "Thanks"


def test_banner_of_a_gateway_is_not() -> None:
    assert words("Thanks", "<div>CAUTION: external sender, do not click links.</div>") == "Thanks"


@pytest.mark.parametrize("colour", ['<span style="color:red">{}</span>', '<font color="#0000ff">{}</font>'])
@pytest.mark.parametrize(("top", "found"), [("My answers in red", True), ("Thanks", False)])
def test_colour_counts_where_the_words_on_top_point_to_it(colour: str, top: str, found: bool) -> None:
    typed = "<div>" + colour.format("It stays black.") + "</div>"
    assert words(top, typed, sent=()) == (f"{top}\n\nIt stays black." if found else top)


@pytest.mark.parametrize("style", ["color:#1a1a1a", "color:gray", "color:rgb(90, 90, 95)", "background-color:red"])
def test_black_and_grey_are_no_colours(style: str) -> None:
    typed = f'<div><span style="{style}">It stays black.</span></div>'
    assert words("See below", typed, sent=()) == "See below"


def test_quotation_that_is_all_in_colour_stays_one() -> None:
    html = f'<div>See below</div>{CUT}<div style="color:red">Does it work?</div><div style="color:red">Desk</div>'
    assert read_answer_text("", html, load_lexicon()).new_words == "See below"
