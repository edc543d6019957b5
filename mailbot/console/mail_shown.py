"""A mail as its page needs it: read and made safe in a bounded child, and sent back without its files.

``show_mail`` is the job of the console's reading room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mailbot.console.mail_html import CleanHtml, clean_html
from mailbot.desk.correspondence import Answer, Envelope, InboundMail, Reading
from mailbot.desk.reading_rules import ReadingRules
from mailbot.parsers.message import read_message
from mailbot.workflows.reading import read_mail

MOST_TEXT = 300_000
MOST_HEADERS, LONGEST_HEADER = 300, 4_000


@dataclass(frozen=True, slots=True)
class ShownFile:
    filename: str
    content_type: str
    size: int
    inline: bool


@dataclass(frozen=True, slots=True)
class ShownMail:
    """``reading`` has no HTML, files and nested mails in it: they would be sent between processes for nothing."""

    mail: InboundMail
    text: str
    html: CleanHtml = field(default_factory=CleanHtml)
    headers: tuple[tuple[str, str], ...] = ()
    files: tuple[ShownFile, ...] = ()
    reading: Reading | None = None


def show_mail(
    raw: bytes, envelope: Envelope | None = None, rules: ReadingRules | None = None, sent: Sequence[bytes] = ()
) -> ShownMail:
    """What there is to see of a mail; with an envelope and rules also what the desk reads out of it.

    Without them ``text`` is what stands in it as plain text, and "" where there is HTML alone.
    """
    reading = read_mail(raw, envelope, rules, tuple(sent)) if envelope and rules else None
    mail = reading.mail if reading else read_message(raw)
    pictures = {a.content_id.strip("<>"): a.content for a in mail.attachments if a.content_id}
    # What was read of the HTML already: to turn it into text once more would double the time.
    text = mail.text or ("\n".join(span.text for span in reading.answer.spans) if reading else "")
    light = _without_weight(mail)
    return ShownMail(
        mail=light,
        text=text[:MOST_TEXT],
        html=clean_html(mail.html, pictures) if mail.html else CleanHtml(),
        headers=tuple((name, value[:LONGEST_HEADER]) for name, value in mail.headers[:MOST_HEADERS]),
        files=tuple(ShownFile(a.filename, a.content_type, len(a.content), a.inline) for a in mail.attachments[:200]),
        reading=_lighten(reading, light) if reading else None,
    )


def _without_weight(mail: InboundMail) -> InboundMail:
    return replace(mail, text="", html="", headers=(), attachments=(), nested=(), report_parts=())


def _lighten(reading: Reading, mail: InboundMail) -> Reading:
    answer: Answer = reading.answer
    spans = tuple(replace(span, text=span.text[:MOST_TEXT]) for span in answer.spans[:500])
    return replace(reading, mail=mail, answer=replace(answer, spans=spans, new_words=answer.new_words[:MOST_TEXT]))
