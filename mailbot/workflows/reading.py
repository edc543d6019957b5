"""What a child of the reading room runs: it has the language files, and nothing else of the desk."""

from __future__ import annotations

from mailbot.desk.correspondence import Envelope, Reading
from mailbot.desk.reading_rules import ReadingRules
from mailbot.languages import load_lexicon
from mailbot.parsers.html_text import html_to_text
from mailbot.parsers.message import read_message
from mailbot.parsers.reading import read


def read_mail(raw: bytes, envelope: Envelope, rules: ReadingRules, sent: tuple[bytes, ...] = ()) -> Reading:
    """Read a mail beside our own mails that it may answer, newest first."""
    words_sent = [words for mail in sent for words in _both_forms(mail)]
    return read(raw, envelope, load_lexicon(), rules, words_sent, intent_of_new=False)


def _both_forms(raw: bytes) -> tuple[str, str]:
    """Our words as a mail program may quote them: from the plain text, or from the HTML with what it hides."""
    mail = read_message(raw)
    return mail.text, html_to_text(mail.html, with_hidden=True)
