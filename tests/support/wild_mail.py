"""The sets of ``tests/corpus/wild``: mails as programs of all kinds write them, labelled before they were first read.

A line is one mail: ``name``, ``mail`` (or ``mail_base64`` where it is not UTF-8), and what must be read from it. The
words and names are invented; the forms are those of the programs. What was learnt from each is in the figures of
docs/reading.md: a set is blind once only, from then on it keeps what was learnt.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mailbot.desk.correspondence import Envelope, Reading
from mailbot.desk.reading_rules import ReadingRules
from mailbot.languages import load_lexicon
from mailbot.parsers.reading import read

FOLDER = Path(__file__).parent.parent / "corpus" / "wild"
FROM_FILE = Envelope("", (), datetime(2026, 11, 3, 9, 30, tzinfo=UTC), "file")


def list_lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()]


def mail_bytes(line: dict[str, Any]) -> bytes:
    return base64.b64decode(line["mail_base64"]) if "mail_base64" in line else line["mail"].encode("utf-8")


def read_line(line: dict[str, Any]) -> Reading:
    """The whole reading of a line's mail, fetched from a mailbox on 3 November 2026."""
    return read(mail_bytes(line), FROM_FILE, load_lexicon(), ReadingRules())
