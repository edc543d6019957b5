"""Bytes: a rendered notice and its head become a mail (RFC 5322, MIME), the same bytes for the same input.

Lines end in CRLF and are at most 78 octets; the body is 7-bit, and so is the header unless an address needs SMTPUTF8.
The header that was written is read again and compared with what was meant, so that no value from outside can add, end
or hide a field: with a difference, it is sent with a neutral subject and bare addresses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from email.header import decode_header
from email.utils import format_datetime
from functools import lru_cache

from mailbot.desk.correspondence import Attachment, Mailbox
from mailbot.templates.catalogue import Rendered
from mailbot.templates.clean import clean_line
from mailbot.templates.headers import (
    MAX_VALUE,
    read_identifiers,
    write_identifiers,
    write_links,
    write_mailboxes,
    write_text,
)
from mailbot.templates.mime import write_content

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_write_from = lru_cache(maxsize=64)(write_mailboxes)
"""A desk writes from few addresses; names from outside are not kept."""
_WORD = re.compile(r"[A-Za-z0-9._-]{1,100}")
_LIST_ID = re.compile(r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){1,20}")
_LINK = re.compile(r"(?:https|mailto):[!-;=?-~]{1,600}")
_REFERENCE = re.compile(r"\[[A-Z0-9-]{1,40}\]")


@dataclass(frozen=True, slots=True)
class ListFields:
    """What a mail to many says of its list: ``list_id`` its identifier (RFC 2919), and how to leave it (RFC 2369).

    ``leave_links`` are a https link, if any, and then a mailto link. With ``one_click`` a POST to the first does it
    (RFC 8058), which holds only where the signature of the mail covers both fields.
    """

    list_id: str
    leave_links: tuple[str, ...]
    one_click: bool = False


@dataclass(frozen=True, slots=True)
class NoticeHead:
    """What stands in the header of an outgoing mail, apart from its subject.

    Identifiers come without angle brackets. ``auto_submitted`` is auto-replied, auto-generated (RFC 3834, 5), or
    empty for what a person wrote. ``desk_id`` tells this desk its own mail again. ``date`` is aware. A neutral
    notice is written to an address without a name, since a name is what the sender wrote.
    """

    message_id: str
    from_: Mailbox
    to: Mailbox
    date: datetime
    desk_id: str
    reply_to: Mailbox | None = None
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    auto_submitted: str = "auto-generated"
    language: str = ""
    cc: tuple[Mailbox, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    list_fields: ListFields | None = None


def compose_notice(rendered: Rendered, head: NoticeHead, *, strict: bool = False) -> bytes:
    """The mail. Raises ValueError where an address, the date or the Message-ID of ``head`` cannot stand in a mail.

    With ``strict`` also where the header does not read back as it was meant; otherwise it is made neutral then.
    """
    if rendered.neutral:
        head = _without_names(head)
    content_fields, body = write_content(rendered, head.attachments, head.message_id)
    fields = _fields(rendered, head) | content_fields
    top = _top(fields)
    if not reads_back(top, list(fields), rendered.subject):
        if strict:
            raise ValueError("the header does not read back as it was meant")
        top = _top(_fields(*_neutral(rendered, head)) | content_fields)
    return top + body


def reads_back(top: bytes, names: list[str], subject: str) -> bool:
    """True where ``top`` holds the fields ``names`` in order, no others, and the Subject decodes to ``subject``.

    Stricter than any reader: a bare CR or LF, which some programs take for a line end, is a difference too.
    """
    lines = top.decode("utf-8", "surrogateescape").split("\r\n")
    if lines[-2:] != ["", ""] or any(not line or "\r" in line or "\n" in line for line in lines[:-2]):
        return False
    found = [line.partition(": ")[::2] for line in "\r\n".join(lines[:-2]).replace("\r\n ", " ").split("\r\n")]
    if [name for name, _ in found] != names:
        return False
    pieces = decode_header(dict(found)["Subject"])
    read = "".join(piece if isinstance(piece, str) else piece.decode(charset or "ascii") for piece, charset in pieces)
    return read == clean_line(subject)[:MAX_VALUE].rstrip()


def _fields(rendered: Rendered, head: NoticeHead) -> dict[str, str]:
    """Name → the whole field as written, of what we mean to say; what has no value is left out."""
    identifier = read_identifiers((head.message_id,))
    if not identifier or head.date.tzinfo is None:
        raise ValueError("a mail needs a Message-ID, and a date with its zone")
    answered, references = read_identifiers((head.in_reply_to,)), read_identifiers(head.references)
    fields = {
        "Date": f"Date: {format_datetime(head.date)}",
        "From": _write_from("From", (head.from_,)),
        "Reply-To": write_mailboxes("Reply-To", (head.reply_to,)) if head.reply_to else "",
        "To": write_mailboxes("To", (head.to,)),
        "Cc": write_mailboxes("Cc", head.cc) if head.cc else "",
        "Subject": write_text("Subject", rendered.subject),
        "Message-ID": write_identifiers("Message-ID", identifier),
        "In-Reply-To": write_identifiers("In-Reply-To", answered) if answered else "",
        "References": write_identifiers("References", references) if references else "",
        **_machine_fields(head),
        "Content-Language": _field("Content-Language", head.language or rendered.language, _LANGUAGE),
        "MIME-Version": "MIME-Version: 1.0",
    }
    return {name: field for name, field in fields.items() if field}


def _machine_fields(head: NoticeHead) -> dict[str, str]:
    """What tells other machines, and this desk itself, who wrote the mail; of a mail to many, also how to leave."""
    return {
        "Auto-Submitted": _field("Auto-Submitted", head.auto_submitted, _WORD),
        "X-Auto-Response-Suppress": "X-Auto-Response-Suppress: All" if head.auto_submitted else "",
        "X-Mailbot-Desk": _field("X-Mailbot-Desk", head.desk_id, _WORD),
        **(_list_fields(head.list_fields) if head.list_fields else {}),
    }


def _list_fields(of: ListFields) -> dict[str, str]:
    if not _LIST_ID.fullmatch(of.list_id) or not all(_LINK.fullmatch(link) for link in of.leave_links):
        raise ValueError("the identifier of a list, or a link to leave it, cannot stand in a mail")
    one_click = of.one_click and of.leave_links[0].startswith("https://")
    return {
        "List-Id": f"List-Id: <{of.list_id}>",
        "List-Unsubscribe": write_links("List-Unsubscribe", of.leave_links),
        "List-Unsubscribe-Post": "List-Unsubscribe-Post: List-Unsubscribe=One-Click" if one_click else "",
    }


def _field(name: str, value: str, grammar: re.Pattern[str]) -> str:
    return f"{name}: {value}" if grammar.fullmatch(value) else ""


def _top(fields: dict[str, str]) -> bytes:
    return "\r\n".join((*fields.values(), "", "")).encode("utf-8")


def _neutral(rendered: Rendered, head: NoticeHead) -> tuple[Rendered, NoticeHead]:
    """The same notice with nothing in its header that anybody outside has chosen, but the addresses."""
    reference = _REFERENCE.search(rendered.subject)
    bare = replace(_without_names(head), in_reply_to="", references=())
    return replace(rendered, subject=reference[0] if reference else "Mail"), bare


def _without_names(head: NoticeHead) -> NoticeHead:
    return replace(head, to=Mailbox(head.to.address), cc=tuple(Mailbox(box.address) for box in head.cc))
