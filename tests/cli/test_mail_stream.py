"""The conversation of scorers with the reader: whatever a line holds, the next one is answered, too."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from mailbot.cli import mail_stream
from mailbot.languages import load_lexicon

REPLY = "Nu fungerar det, tack!\n\n> Fungerar det nu?\n"
EML = f"From: eva@kund.example\nSubject: SV: x\nContent-Type: text/plain; charset=utf-8\n\n{REPLY}"
HTML = "<p>Nu fungerar det, tack!</p><blockquote>Fungerar det nu?</blockquote>"


def ask(*lines: bytes | str) -> list[dict[str, Any]]:
    answers = StringIO()
    assert mail_stream.answer_questions(lines, answers, load_lexicon()) == 0
    return [json.loads(line) for line in answers.getvalue().splitlines()]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, content in (("a.eml", EML), ("a.txt", REPLY), ("a.html", HTML)):
        (tmp_path / name).write_text(content, "utf-8")
    return tmp_path


@pytest.mark.parametrize(("name", "kind"), [("a.eml", "eml"), ("a.txt", "text"), ("a.html", "html")])
def test_question_of_each_kind_is_answered_with_reply_and_intent(files: Path, name: str, kind: str) -> None:
    (answer,) = ask(json.dumps({"id": "q1", "input_path": str(files / name), "kind": kind}))
    assert (answer["id"], answer["reply"].strip(), set(answer)) == (
        "q1",
        "Nu fungerar det, tack!",
        {"id", "reply", "intent", "confidence", "basis"},
    )


@pytest.mark.parametrize("name", ["a.eml", "a.txt", "a.html"])
def test_question_without_kind_goes_by_the_ending_of_the_file(files: Path, name: str) -> None:
    (answer,) = ask(json.dumps({"id": 1, "input_path": str(files / name)}))
    assert answer["reply"].strip() == "Nu fungerar det, tack!"


BAD_LINES: dict[str, tuple[bytes | str, Any, str]] = {
    "no JSON": ("hello", "", "the line is not JSON"),
    "deep JSON": ('{"a":' * 100_000, "", "the line is not JSON"),
    "not UTF-8": (b"\xff\xfe{", "", "the line is not JSON"),
    "a list": ("[1]", "", "the line is not a JSON object"),
    "no path": ('{"id": 1, "kind": "eml"}', 1, "input_path must be the path of a file"),
    "a list for a path": ('{"id": 2, "kind": "eml", "input_path": ["x"]}', 2, "input_path must be the path of a file"),
    "a missing file": (
        '{"id": 3, "kind": "eml", "input_path": "/no/such"}',
        3,
        "/no/such: No such file or directory",
    ),
    "an unknown kind": ('{"id": 4, "kind": "pdf", "input_path": "x"}', 4, "kind must be one of eml, text, html"),
    "a null in the path": ('{"id": 5, "kind": "eml", "input_path": "a\\u0000b"}', 5, "embedded null byte"),
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_bad_line_is_answered_with_an_error_and_the_next_one_is_read(files: Path, name: str) -> None:
    line, identity, error = BAD_LINES[name]
    good = json.dumps({"id": "next", "input_path": str(files / "a.eml"), "kind": "eml"})
    first, second = ask(line, "\n", good)
    assert first == {"id": identity, "reply": "", "error": error}
    assert second["reply"].strip() == "Nu fungerar det, tack!"


def test_missing_sent_mail_is_an_error(files: Path) -> None:
    question = {"id": 1, "input_path": str(files / "a.eml"), "kind": "eml", "sent_path": str(files / "gone")}
    assert ask(json.dumps(question))[0]["error"] == f"{files / 'gone'}: No such file or directory"


def test_file_over_the_limit_is_not_read(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_stream, "TOTAL_BYTES", 10)
    (answer,) = ask(json.dumps({"id": 1, "input_path": str(files / "a.txt"), "kind": "text"}))
    assert answer == {"id": 1, "reply": "", "error": f"{files / 'a.txt'}: larger than 0 MB"}


def test_half_a_character_in_the_id_comes_back_as_it_was(files: Path) -> None:
    line = json.dumps({"id": "\ud800", "input_path": str(files / "a.eml"), "kind": "eml"})
    answers = StringIO()
    mail_stream.answer_questions([line], answers, load_lexicon())
    assert answers.getvalue().isascii()
    assert json.loads(answers.getvalue())["id"] == "\ud800"
