"""How a golden pair is written: the whole of an ``InboundMail`` as plain JSON, attachments by name, type and hash."""

import hashlib
from pathlib import Path
from typing import Any

from mailbot.desk.correspondence import Attachment, InboundMail, Mailbox

BROKEN = Path(__file__).resolve().parent.parent / "corpus" / "broken"


def as_json(mail: InboundMail) -> dict[str, Any]:
    """Every field that is not at its default, so that equality is equality of the mail."""
    plain = {
        "message_id": mail.message_id,
        "in_reply_to": list(mail.in_reply_to),
        "references": list(mail.references),
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "from": [_mailbox(each) for each in mail.from_],
        "sender": _mailbox(mail.sender) if mail.sender else None,
        "reply_to": [_mailbox(each) for each in mail.reply_to],
        "to": [_mailbox(each) for each in mail.to],
        "cc": [_mailbox(each) for each in mail.cc],
        "text": mail.text,
        "html": mail.html,
        "attachments": [_attachment(each) for each in mail.attachments],
        "content_type": mail.content_type,
        "encrypted": mail.encrypted,
        "signed": mail.signed,
        "defects": list(mail.defects),
        "not_fully_read": not mail.fully_read,
        "nested": [as_json(each) for each in mail.nested],
        "report_parts": [list(each) for each in mail.report_parts],
    }
    return {name: value for name, value in plain.items() if value}


def _mailbox(mailbox: Mailbox) -> list[str]:
    return [mailbox.address, mailbox.name]


def _attachment(each: Attachment) -> dict[str, Any]:
    digest = hashlib.sha256(each.content).hexdigest()[:16]
    plain = {"name": each.filename, "type": each.content_type, "bytes": len(each.content), "sha256": digest}
    return plain | ({"cid": each.content_id} if each.content_id else {}) | ({"inline": True} if each.inline else {})
