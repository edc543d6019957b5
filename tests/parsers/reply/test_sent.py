"""Our own mails, recognised in whatever shape they come back, and what people say that only sounds like them."""

from __future__ import annotations

import textwrap

import pytest

from mailbot.languages import load_lexicon
from mailbot.parsers.html_text import html_to_text
from mailbot.parsers.reply import read_answer_text
from mailbot.parsers.reply.lines import split_lines
from mailbot.parsers.reply.sent import mark_sent

SENT = """##- Skriv ditt svar ovanför den här raden -##

Hej!

Vi tror att ditt ärende SD-7 är löst: skrivaren på plan tre

Fungerar det nu? Bara du kan avgöra det.

Ja, det är löst: svara med ordet acceptera. Eller öppna länken och skicka mejlet som kommer upp:
<mailto:desk@corp.example?subject=Acceptera%20SD-7&body=Acceptera>

Hälsningar
Eva"""
SENT_HTML = """<div style="display:none">Svara acceptera eller återöppna.</div>
<table><tr><td>S</td></tr></table><p>Mottaget</p><p>Pågår</p><p>Löst?</p><h1>Fungerar det nu?</h1>
<p>Hej! Vi tror att ditt ärende är löst: <b>skrivaren på plan tre</b></p>
<table><tr><td><a href="mailto:a@b.example">Ja, det är löst</a></td><td><a href="mailto:a@b.example">Nej</a></td></tr>
</table>
<p>Knappen öppnar ett färdigt mejl som du bara skickar.</p><p>Hälsningar<br>Eva</p>"""


def known(text: str, *sent: str) -> list[str]:
    lines = split_lines(text)
    mark_sent(lines, sent)
    return [line.bare for line in lines if line.sent]


SHAPES = {
    "as it is": SENT,
    "without blank lines": SENT.replace("\n\n", "\n"),
    "wrapped": "\n".join("\n".join(textwrap.wrap(line, 50)) for line in SENT.split("\n")),
    "with no-break spaces": SENT.replace(" ", "\u00a0"),
    "in capitals": SENT.upper(),
    "with a bar in front": textwrap.indent(SENT, "| ", lambda line: True),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("new", ["acceptera", "Ja", "Nej, det fungerar inte.", "det fungerar nu"])
def test_answer_above_and_below_an_unmarked_copy(shape: str, new: str) -> None:
    above = read_answer_text(f"{new}\n\n{SHAPES[shape]}", "", load_lexicon(), [SENT])
    below = read_answer_text(f"{SHAPES[shape]}\n\n{new}", "", load_lexicon(), [SENT])
    assert (above.new_words, below.new_words) == (new, new)


@pytest.mark.parametrize("shape", SHAPES)
def test_copy_alone_has_no_new_words(shape: str) -> None:
    assert read_answer_text(SHAPES[shape], "", load_lexicon(), [SENT]).new_words == ""


@pytest.mark.parametrize(
    "said",
    ["acceptera", "Acceptera SD-7", "Hej!", "Fungerar det nu?", "Bara du kan avgöra det.", "ditt ärende SD-7 är löst"],
)
def test_words_of_ours_said_alone_are_new(said: str) -> None:
    assert known(said, SENT) == []


def test_one_word_between_known_lines_out_of_order_is_new() -> None:
    text = SENT.replace("Bara du kan avgöra det.", "Bara du kan avgöra det.\n\nacceptera")
    assert read_answer_text(text, "", load_lexicon(), [SENT]).new_words == "acceptera"


def test_html_of_ours_quoted_without_marks_is_known_by_its_text() -> None:
    text = html_to_text(SENT_HTML, with_hidden=True)
    for sent in ([SENT, text], [f"{SENT}\f{text}"]):
        answer = read_answer_text("", f"<div>Nej, samma fel.</div>{SENT_HTML}", load_lexicon(), sent)
        assert answer.new_words == "Nej, samma fel."
        below = read_answer_text(f"{html_to_text(SENT_HTML)}\n\nJa", "", load_lexicon(), sent)
        assert below.new_words == "Ja"


def test_coverage_tells_how_much_came_back() -> None:
    assert mark_sent(split_lines(SENT), [SENT]) == 1.0
    assert mark_sent(split_lines("Something else altogether stands here."), [SENT]) == 0.0
    assert mark_sent(split_lines(SENT), []) == 0.0
