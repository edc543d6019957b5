"""What mail programs put around a quotation, program by program and language by language: nothing of it is new words.

The lines are in ``tests/corpus/replies``; here they are set between one answer and one mail of the desk.
"""

from __future__ import annotations

import re
import textwrap
import tomllib
from pathlib import Path

import pytest

from mailbot.languages import load_lexicon
from mailbot.parsers.reply import read_answer_text

CORPUS = Path(__file__).parents[2] / "corpus" / "replies"
NAME, ADDRESS = "IT Servicedesk", "desk@corp.example"
NEW = "The printer on floor three still jams.\nCan you look at it today?"
OLD = (
    "Hello,\n\nThe paper tray has been replaced by our field team yesterday. Please tell us if it works now.\n\n"
    "Kind regards\nIT Servicedesk"
)
NEW_HTML = ("<div>The printer on floor three still jams.</div>", "<div>Can you look at it today?</div>")
OLD_HTML = (
    "<p>Hello Ann,</p><p>The paper tray has been replaced by our field team yesterday. "
    "Please tell us if it works now.</p><p>Kind regards<br>IT Servicedesk</p>"
)


def entries(name: str) -> list[tuple[str, str]]:
    tables = tomllib.loads((CORPUS / name).read_text("utf-8"))
    return [(f"{table}-{key}", line) for table, rows in tables.items() for key, line in rows.items()]


def written_by_desk(line: str) -> str:
    line = re.sub(r"(?<![^\W\d_])N(?![^\W\d_])", NAME, line)
    return re.sub(r"(?<![A-Za-z])A(?![A-Za-z])", ADDRESS, line)


def prefixed(text: str) -> str:
    return textwrap.indent(text, "> ", lambda line: True)


LAYOUTS = {
    "prefixed": lambda line: f"{NEW}\n\n{line}\n{prefixed(OLD)}",
    "wrapped": lambda line: "\n".join([NEW, "", *textwrap.wrap(line, 66), "", prefixed(OLD)]),
    "without-prefix": lambda line: f"{NEW}\n\n{line}\n\n{OLD}",
    "answer-below": lambda line: f"{line}\n{prefixed(OLD)}\n\n{NEW}",
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("name", "line"), entries("attributions.toml"), ids=lambda value: value[:40])
def test_attribution_of_each_program_is_cut(name: str, line: str, layout: str) -> None:
    text = LAYOUTS[layout](written_by_desk(line))
    answer = read_answer_text(text, "", load_lexicon())
    assert answer.new_words.split() == NEW.split()
    assert "\n".join(span.text for span in answer.spans) == text


@pytest.mark.parametrize(("name", "block"), entries("header_blocks.toml"), ids=lambda value: value[:40])
def test_header_block_of_each_program_is_cut_with_all_below(name: str, block: str) -> None:
    text = f"{NEW}\n\n{written_by_desk(block)}\n\n{OLD}"
    answer = read_answer_text(text, "", load_lexicon())
    assert answer.new_words.split() == NEW.split()
    assert "\n".join(span.text for span in answer.spans) == text


@pytest.mark.parametrize(("name", "html"), entries("html_clients.toml"), ids=lambda value: value[:40])
def test_html_of_each_program_is_read_by_its_structure(name: str, html: str) -> None:
    first, second = NEW_HTML
    html = html.replace("{NEW}", first + second).replace("{NEW1}", first).replace("{NEW2}", second)
    answer = read_answer_text("", html.replace("{OLD}", OLD_HTML), load_lexicon())
    assert answer.new_words.split() == NEW.split()
    assert answer.inline == (name.startswith(("inline", "bottom")))
