"""RFC 5322 and MIME: any bytes to an ``InboundMail``. Never raises, reads in linear time, is bounded by ``limits``.

The tree of parts is read by ``structure`` as offsets into the bytes, so that a nested message is a slice and a large
attachment is held once as it came and once decoded. What a limit keeps from being read is noted in ``defects`` with
``fully_read`` false; the raw mail, which the caller keeps, is then the content.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace

from mailbot.desk.correspondence import InboundMail, Mailbox
from mailbot.parsers.addresses import read_mailboxes
from mailbot.parsers.content import Content
from mailbot.parsers.encoded_words import decode_words, find_charset
from mailbot.parsers.gathering import gather_content
from mailbot.parsers.headers import Fields, clean_line, is_field, read_date, read_fields, read_message_ids
from mailbot.parsers.limits import HEADER_BYTES, TOTAL_BYTES, check_limits
from mailbot.parsers.parameters import read_parameters
from mailbot.parsers.structure import Budget, Part, read_part

_SUBJECT = 10_000
_UTF_7 = frozenset(("utf-7", "unicode-1-1-utf-7", "csunicode11utf7"))
# No encoded-word may stand in these (RFC 2047, 5): whoever decodes one lets a sender write what only servers write.
_STRUCTURED = frozenset(
    ("authentication-results", "arc-authentication-results", "arc-seal", "arc-message-signature", "dkim-signature",
     "received", "received-spf", "return-path", "message-id", "in-reply-to", "references", "date", "mime-version",
     "content-type", "content-transfer-encoding", "content-id", "auto-submitted", "precedence", "list-id",
     "delivered-to", "x-original-to", "x-failed-recipients", "resent-message-id", "resent-date")
)  # fmt: skip
_LEAD = re.compile(rb"[\r\n \t]*")


def read_message(raw: bytes) -> InboundMail:
    """The mail in ``raw``, whatever bytes these are. Message-IDs come without angle brackets, dates in UTC."""
    raw = bytes(raw)
    budget = Budget(copied=len(raw))
    try:
        for reason in check_limits(raw):
            budget.exceed(reason)
        if len(raw) <= TOTAL_BYTES:
            return _read_whole(raw, budget)
    except (RecursionError, MemoryError):  # the caps should keep both away; if not, the mail is still one
        budget.exceed("could not be read in full")
    return _read_header(raw, budget)


def _read_whole(raw: bytes, budget: Budget) -> InboundMail:
    if b"\n" not in raw[:4096] and b"\r" in raw[:4096]:
        budget.note("line ends are CR alone")
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    part = read_part(raw, _find_start(raw, budget), len(raw), budget)
    budget.charset = find_charset(f"{part.fields.get('subject')} {part.fields.get('from')}")
    return read_entity(part, budget)


def _read_header(raw: bytes, budget: Budget) -> InboundMail:
    head = raw[: HEADER_BYTES + 2]
    fields = read_fields(head, _find_start(head, budget), len(head))
    return _compose(fields, "text/plain", Content(), budget)


def read_entity(part: Part, budget: Budget) -> InboundMail:
    """The mail whose top entity is ``part``; nested messages come through here too, and tell of their own defects."""
    known = len(budget.defects) if part.depth else 0
    content = gather_content(part, budget, read_entity)
    mail = _compose(part.fields, part.content_type, content, budget)
    return replace(mail, defects=mail.defects[known:]) if known else mail


def _read_subject(fields: Fields) -> str:
    """Programs that wrote UTF-7 wrote it into the subject as it is, without saying so there (RFC 1642's time)."""
    subject = fields.get("subject")
    charset = read_parameters(fields.get("content-type"))[1].get("charset", "").lower()
    if charset in _UTF_7 and "+" in subject and "=?" not in subject and subject.isascii():
        with suppress(UnicodeError):
            # The second step refuses the half characters that UTF-7 can spell.
            return subject.encode("ascii").decode("utf-7").encode("utf-8").decode("utf-8")
    return decode_words(subject)


def _read_field(name: str, value: str) -> str:
    return clean_line(value if name.lower() in _STRUCTURED else decode_words(value))


def _find_start(raw: bytes, budget: Budget) -> int:
    """Offset of the first header field: after a byte-order mark, blank lines and the From line of an mbox file."""
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    while True:
        start = _LEAD.match(raw, start).end()  # type: ignore[union-attr]  # it matches nothing, too
        if not raw.startswith((b"From ", b">From "), start) or is_field(raw[start : start + 300]):
            return start
        budget.note("mbox From line before the header")
        line_end = raw.find(b"\n", start)
        if line_end < 0:
            return start
        start = line_end + 1


def _compose(fields: Fields, content_type: str, content: Content, budget: Budget) -> InboundMail:
    sender = _mailboxes(fields, "sender")
    references = read_message_ids(" ".join(fields.get_all("references")))
    return InboundMail(
        message_id=next(iter(read_message_ids(fields.get("message-id"))), ""),
        in_reply_to=read_message_ids(" ".join(fields.get_all("in-reply-to"))),
        references=references,
        subject=clean_line(_read_subject(fields)[:_SUBJECT]),
        date=read_date(fields.get("date")),
        from_=_mailboxes(fields, "from"),
        sender=sender[0] if len(sender) == 1 else None,
        reply_to=_mailboxes(fields, "reply-to"),
        to=_mailboxes(fields, "to"),
        cc=_mailboxes(fields, "cc"),
        text=content.text,
        html=content.html,
        attachments=content.files,
        headers=tuple((name, _read_field(name, value)) for name, value in fields.entries),
        content_type=content_type,
        encrypted=content.encrypted,
        signed=content.signed,
        defects=tuple(budget.defects),
        fully_read=not budget.exceeded,
        nested=tuple(content.nested),
        report_parts=tuple(content.report_parts),
    )


def _mailboxes(fields: Fields, name: str) -> tuple[Mailbox, ...]:
    return tuple(mailbox for value in fields.get_all(name) for mailbox in read_mailboxes(value))
