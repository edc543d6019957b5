"""``mailbot mail read --stream``: JSON lines in, JSON lines out, one answer at once for each question.

Question: ``{"id", "input_path", "kind": "eml" | "text" | "html"[, "sent_path"]}``. Answer: ``{"id", "reply", "intent",
"confidence", "basis"}``, or ``{"id", "reply": "", "error"}`` where the file cannot be read.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import IO, Any

from mailbot.desk.correspondence import Answer
from mailbot.desk.language import Lexicon
from mailbot.languages import load_lexicon
from mailbot.parsers.intent import read_intent
from mailbot.parsers.message import read_message
from mailbot.parsers.reply import read_answer, read_answer_text


def main() -> int:
    """Answer questions from standard input until it ends."""
    return answer_questions(sys.stdin, sys.stdout, load_lexicon())


def answer_questions(questions: IO[str], answers: IO[str], lexicon: Lexicon) -> int:
    """Answer each line at once; a question that cannot be read is answered with an error."""
    for line in questions:
        if line.strip():
            answers.write(json.dumps(_answer(line, lexicon), ensure_ascii=False) + "\n")
            answers.flush()
    return 0


def _answer(line: str, lexicon: Lexicon) -> dict[str, Any]:
    question: dict[str, Any] = {}
    try:
        question = json.loads(line)
        answer, subject = _read(question, lexicon)
    except (OSError, ValueError, KeyError, TypeError) as error:
        return {"id": question.get("id", "") if isinstance(question, dict) else "", "reply": "", "error": str(error)}
    intent = read_intent(answer, subject, lexicon)
    return {
        "id": question.get("id", ""),
        "reply": answer.new_words,
        "intent": str(intent.intent),
        "confidence": answer.confidence,
        "basis": answer.basis,
    }


def _read(question: dict[str, Any], lexicon: Lexicon) -> tuple[Answer, str]:
    raw = Path(question["input_path"]).read_bytes()
    sent = []
    if question.get("sent_path"):
        sent.append(Path(question["sent_path"]).read_text("utf-8", "replace"))
    if question["kind"] == "eml":
        mail = read_message(raw)
        return read_answer(mail, lexicon, sent), mail.subject
    body = raw.decode("utf-8", "replace")
    if question["kind"] == "html":
        return read_answer_text("", body, lexicon, sent), ""
    return read_answer_text(body, "", lexicon, sent), ""


if __name__ == "__main__":
    sys.exit(main())
