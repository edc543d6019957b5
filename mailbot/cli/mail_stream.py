"""``mailbot mail read --stream``: JSON lines in, JSON lines out, one answer at once for each question.

Question: ``{"id", "input_path", "kind": "eml" | "text" | "html"[, "sent_path"]}``. Answer: ``{"id", "reply", "intent",
"confidence", "basis"}``, or ``{"id", "reply": "", "error"}`` where the question or its file cannot be read: no question
ends the conversation. Lines are UTF-8, whatever the locale; files over ``TOTAL_BYTES`` are not read.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from mailbot.desk.correspondence import Answer
from mailbot.desk.language import Lexicon
from mailbot.languages import load_lexicon
from mailbot.parsers.intent import read_intent
from mailbot.parsers.limits import TOTAL_BYTES
from mailbot.parsers.message import read_message
from mailbot.parsers.reply import read_answer, read_answer_text

KINDS = ("eml", "text", "html")
_KINDS_BY_ENDING = {".eml": "eml", ".html": "html", ".htm": "html"}
"""Where a question tells no kind."""


def main() -> int:
    """Answer questions from standard input until it ends."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # what evaluate.py and all of JSON expect
    return answer_questions(sys.stdin.buffer, sys.stdout, load_lexicon())


def answer_questions(questions: Iterable[bytes | str], answers: IO[str], lexicon: Lexicon) -> int:
    """Answer each line at once; a question that cannot be read is answered with an error."""
    for line in questions:
        if line.strip():
            answers.write(_as_json(_answer(line, lexicon)) + "\n")
            answers.flush()
    return 0


def _as_json(answer: dict[str, Any]) -> str:
    written = json.dumps(answer, ensure_ascii=False)
    try:
        written.encode("utf-8")
    except UnicodeEncodeError:  # the id of a question may hold half a character, as an escape
        return json.dumps(answer)
    return written


def _answer(line: bytes | str, lexicon: Lexicon) -> dict[str, Any]:
    try:
        question = json.loads(line.decode("utf-8", "replace") if isinstance(line, bytes) else line)
    except (ValueError, RecursionError):
        return {"id": "", "reply": "", "error": "the line is not JSON"}
    if not isinstance(question, dict):
        return {"id": "", "reply": "", "error": "the line is not a JSON object"}
    told = {"id": question.get("id", ""), "reply": ""}
    try:
        answer, subject = _read(question, lexicon)
    except OSError as error:
        return told | {"error": f"{error.filename}: {error.strerror}"}
    except ValueError as error:
        return told | {"error": str(error)}
    intent = read_intent(answer, subject, lexicon)
    return told | {
        "reply": answer.new_words,
        "intent": str(intent.intent),
        "confidence": answer.confidence,
        "basis": answer.basis,
    }


def _read(question: dict[str, Any], lexicon: Lexicon) -> tuple[Answer, str]:
    kind = question.get("kind", "")
    if kind not in (*KINDS, ""):
        raise ValueError(f"kind must be one of {', '.join(KINDS)}")
    raw = _bytes_of(question.get("input_path"), "input_path")
    kind = kind or _KINDS_BY_ENDING.get(Path(question["input_path"]).suffix.lower(), "text")
    sent = []
    if question.get("sent_path"):
        sent.append(_bytes_of(question["sent_path"], "sent_path").decode("utf-8", "replace"))
    if kind == "eml":
        mail = read_message(raw)
        return read_answer(mail, lexicon, sent), mail.subject
    body = raw.decode("utf-8", "replace")
    if kind == "html":
        return read_answer_text("", body, lexicon, sent), ""
    return read_answer_text(body, "", lexicon, sent), ""


def _bytes_of(path: object, name: str) -> bytes:
    if not isinstance(path, str) or not path:
        raise ValueError(f"{name} must be the path of a file")
    file = Path(path)
    if file.is_file() and file.stat().st_size > TOTAL_BYTES:
        raise ValueError(f"{path}: larger than {TOTAL_BYTES // 1024 // 1024} MB")
    return file.read_bytes()


if __name__ == "__main__":
    sys.exit(main())
