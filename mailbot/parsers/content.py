"""What a mail holds for a reader, and how one leaf of its tree becomes that: bodies, files, invitations, reports.

No leaf is dropped: what cannot be shown is a file, and what is shown under a file name is a file too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from html import escape
from urllib.parse import unquote

from mailbot.desk.correspondence import Attachment, InboundMail
from mailbot.parsers.calendar import render_invitation
from mailbot.parsers.charsets import decode_text
from mailbot.parsers.enriched import strip_enriched
from mailbot.parsers.filenames import clean_filename
from mailbot.parsers.flowed import join_flowed
from mailbot.parsers.headers import clean_line
from mailbot.parsers.rich_text import read_rich_text
from mailbot.parsers.structure import Budget, Part
from mailbot.parsers.tnef import TnefMessage
from mailbot.parsers.transfer import find_uuencoded, find_yencoded, undo_transfer_encoding

_CID_URL = re.compile(r"cid:([^\"'\s<>)]{1,500})", re.IGNORECASE)
_SHOWN_FILE_BYTES = 100_000
"""A plain text that came as a file and is larger than this is a file only: a log is not what somebody wrote."""


@dataclass(slots=True)
class Content:
    """Gathered content; ``bodies`` are (text, html) in reading order, one of them empty where it was not sent."""

    bodies: list[tuple[str, str]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    nested: list[InboundMail] = field(default_factory=list)
    report_parts: list[tuple[str, str]] = field(default_factory=list)
    invitations: list[str] = field(default_factory=list)
    encrypted: bool = False
    signed: bool = False

    @property
    def text(self) -> str:
        return join_texts([*(text for text, _ in self.bodies if text), *self.invitations])

    @property
    def html(self) -> str:
        """HTML bodies in order; where there are any, plain bodies without an HTML twin stand between them, escaped."""
        if not any(html for _, html in self.bodies):
            return ""
        return "\n".join(html or _as_html(text) for text, html in self.bodies if html or text.strip())

    @property
    def files(self) -> tuple[Attachment, ...]:
        """Attachments; inline is also what the HTML refers to, whatever its disposition says (RFC 2392)."""
        if not any(each.content_id and not each.inline for each in self.attachments):
            return tuple(self.attachments)
        referred = {unquote(match[1]) for match in _CID_URL.finditer(self.html)}
        return tuple(
            replace(each, inline=True) if each.content_id in referred and not each.inline else each
            for each in self.attachments
        )


def join_texts(texts: Iterable[str]) -> str:
    """Texts one below the other, each on its own line, the last as it is."""
    *before, last = [*texts] or [""]
    return "".join(text if text.endswith("\n") else f"{text}\n" for text in before) + last


def _as_html(text: str) -> str:
    return f'<div style="white-space: pre-wrap">{escape(text)}</div>'


def decode_body(part: Part, budget: Budget) -> bytes:
    """A leaf's bytes with the transfer encoding undone."""
    content, note = undo_transfer_encoding(part.body, part.fields.get("content-transfer-encoding"))
    budget.note(note)
    return content


class Leaves:
    """Puts leaves into a ``Content``. Files of nested mails count against ``budget.copied``: they repeat bytes."""

    def __init__(self, content: Content, budget: Budget, *, nested: bool) -> None:
        self.content = content
        self.budget = budget
        self.nested = nested

    def add_text_part(self, part: Part, *, is_top: bool = False) -> None:
        """A text leaf: shown, attached, or both."""
        raw = decode_body(part, self.budget)
        attached = part.disposition == "attachment" and not is_top
        if attached or file_name(part):
            self.attach(part, raw)
        is_log = bool(file_name(part)) and part.content_type == "text/plain" and len(raw) > _SHOWN_FILE_BYTES
        if not attached and (is_top or not is_log):
            self.add_text(part, raw)

    def add_text(self, part: Part, raw: bytes) -> None:
        """Bytes of a text body into ``bodies``, decoded by the part's parameters; files inside it are lifted out."""
        is_html = part.content_type == "text/html"
        if not is_html:
            raw = self._lift_inline_files(raw)
        text, note = decode_text(raw, part.parameters.get("charset", ""), html=is_html, hint=self.budget.charset)
        self.budget.note(note)
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if is_html:
            self.content.bodies.append(("", text))
            return
        if part.content_type in ("text/enriched", "text/richtext"):
            text = strip_enriched(text)
        elif part.parameters.get("format", "").lower() == "flowed":
            text = join_flowed(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
        self.content.encrypted |= "-----BEGIN PGP MESSAGE-----" in text
        self.content.signed |= "-----BEGIN PGP SIGNED MESSAGE-----" in text
        self.content.bodies.append((text, ""))

    def add_invitation(self, part: Part) -> None:
        raw = decode_body(part, self.budget)
        self.attach(part, raw, "invitation.ics")
        shown = render_invitation(decode_text(raw, part.parameters.get("charset", "utf-8"))[0])
        if shown and shown not in self.content.invitations:
            self.content.invitations.append(shown)

    def add_report_part(self, part: Part) -> None:
        raw = decode_body(part, self.budget)
        text = decode_text(raw, part.parameters.get("charset", ""))[0].replace("\r\n", "\n").replace("\r", "\n")
        self.content.report_parts.append((part.content_type, text))
        if file_name(part) or part.content_type in ("message/partial", "message/external-body"):
            self.attach(part, raw)

    def add_tnef(self, message: TnefMessage) -> bool:
        """Files out of winmail.dat; its body only where the mail has none, because it is the same body again.

        A receipt's class (MS-OXCMSG) is told as a report part. False where there was nothing to take out.
        """
        if message.message_class.upper().startswith("REPORT."):
            report = f"Message-Class: {message.message_class}\nSubject: {message.subject}\n"
            self.content.report_parts.append(("application/ms-tnef", report))
        for file in message.files:
            if file.message:
                self._add_embedded(file.message, file.name)
            else:
                self.add_file(file.name, file.content_type, file.content, file.content_id)
        if not any(text.strip() or html.strip() for text, html in self.content.bodies):
            self.content.bodies.append((message.text or _rich_text(message), message.html))
            self._keep_rich_text(message, "message")
        return bool(message.files or message.text or message.html or message.rtf)

    def _add_embedded(self, message: TnefMessage, name: str) -> None:
        name = clean_line(message.subject or name)[:100]
        if text := message.text or _rich_text(message):
            self.add_file(f"{name}.txt", "text/plain", text.encode())
        if message.html:
            self.add_file(f"{name}.html", "text/html", message.html.encode())
        self._keep_rich_text(message, name)
        for file in message.files:
            if file.message:
                self._add_embedded(file.message, file.name)
            else:
                self.add_file(file.name, file.content_type, file.content, file.content_id)

    def _keep_rich_text(self, message: TnefMessage, name: str) -> None:
        """Where RTF is all there is of a body, its words are shown and its looks kept."""
        if message.rtf and not message.text and not message.html:
            self.add_file(f"{name}.rtf", "application/rtf", message.rtf)

    def add_rich_text(self, part: Part) -> None:
        raw = decode_body(part, self.budget)
        self.content.bodies.append((read_rich_text(raw), ""))
        self.attach(part, raw, "message.rtf")

    def attach(self, part: Part, raw: bytes, fallback: str = "") -> None:
        """A leaf as a file; ``fallback`` is its name where it came without one."""
        inline = part.disposition == "inline"
        self.add_file(file_name(part) or fallback, part.content_type, raw, content_id(part), inline=inline)

    def add_file(self, name: str, content_type: str, raw: bytes, cid: str = "", *, inline: bool = False) -> None:
        if self.nested:
            self.budget.copied -= len(raw)
            if self.budget.copied < 0:
                self.budget.note("files of a nested mail are only in the mail that is attached")
                return
        name = clean_filename(name, content_type, len(self.content.attachments) + 1)
        self.content.attachments.append(Attachment(name, content_type, raw, cid, inline))

    def _lift_inline_files(self, raw: bytes) -> bytes:
        files = find_uuencoded(raw) if b"begin" in raw else []
        if not files and b"=ybegin " in raw:
            files = find_yencoded(raw)
        pieces, position = [], 0
        for file in files:
            pieces.append(raw[position : file.start])
            position = file.end
            self.add_file(decode_text(file.name)[0], "application/octet-stream", file.content)
        return b"".join([*pieces, raw[position:]]) if files else raw


def _rich_text(message: TnefMessage) -> str:
    return "" if message.html else read_rich_text(message.rtf)


def file_name(part: Part) -> str:
    """The file name that a part claims (RFC 2183, 2.3), as written."""
    return part.disposition_parameters.get("filename", "") or part.parameters.get("name", "")


def content_id(part: Part) -> str:
    """Content-ID without angle brackets, as a cid: URL of the HTML has it (RFC 2392)."""
    return clean_line(part.fields.get("content-id")).strip("<> ")[:500]
