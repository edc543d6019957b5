"""What a child of the reading room runs: it has the language files, and nothing else of the desk."""

from __future__ import annotations

from mailbot.desk.correspondence import Envelope, Reading
from mailbot.desk.reading_rules import ReadingRules
from mailbot.languages import load_lexicon
from mailbot.parsers.reading import read


def read_mail(raw: bytes, envelope: Envelope, rules: ReadingRules, sent: tuple[str, ...] = ()) -> Reading:
    return read(raw, envelope, load_lexicon(), rules, sent)
