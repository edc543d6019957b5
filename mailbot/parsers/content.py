"""What a tree of parts holds for a reader: bodies, files, nested mails, report parts (RFC 2046, 2183, 2387, 1847).

Every leaf ends in at least one of these; none is dropped but the lesser twins of a multipart/alternative.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from mailbot.desk.correspondence import Attachment, InboundMail
from mailbot.parsers.calendar import render_invitation
from mailbot.parsers.charsets import decode_text
from mailbot.parsers.filenames import clean_filename
from mailbot.parsers.flowed import join_flowed
from mailbot.parsers.headers import clean_line, decode_words
from mailbot.parsers.limits import DEPTH
from mailbot.parsers.structure import Budget, Part, read_part
from mailbot.parsers.transfer import InlineFile, find_uuencoded, find_yencoded, undo_transfer_encoding

_MESSAGES = ("message/rfc822", "message/global", "message/rfc2822")
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
_LESSER_TEXT = ("text/enriched", "text/richtext", "text/watch-html", "text/x-amp-html")
_SHOWN_TEXT = ("text/plain", "text/html", "text/enriched", "text/richtext", "text/calendar", "text/markdown")

ReadEntity = Callable[[Part, Budget], InboundMail]


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
        return _join([text for text, _ in self.bodies if text] + self.invitations)

    @property
    def html(self) -> str:
        """HTML bodies in order; if there are any, plain bodies that have no HTML twin stand between them, escaped."""
        if not any(html for _, html in self.bodies):
            return ""
        return "\n".join(html or _as_html(text) for text, html in self.bodies if html or text.strip())


def gather_content(part: Part, budget: Budget, read_entity: ReadEntity) -> Content:
    """Content of the tree below ``part``. ``read_entity`` reads a nested message, with the same budget."""
    gatherer = _Gatherer(budget, read_entity)
    gatherer.gather(part, is_top=True)
    return gatherer.content


def _join(texts: list[str]) -> str:
    return (
        "\n".join(text.removesuffix("\n") for text in texts[:-1])
        + ("\n" if len(texts) > 1 else "")
        + (texts[-1] if texts else "")
    )


def _as_html(text: str) -> str:
    return f'<div style="white-space: pre-wrap">{escape(text)}</div>'


class _Gatherer:
    def __init__(self, budget: Budget, read_entity: ReadEntity) -> None:
        self.budget = budget
        self.read_entity = read_entity
        self.content = Content()

    def gather(self, part: Part, *, is_top: bool = False) -> None:
        kind = part.content_type
        if part.children:
            self._gather_multipart(part)
        elif kind.startswith("multipart/"):
            self._gather_childless(part)
        elif kind in _MESSAGES:
            self._gather_message(part)
        elif kind.startswith("message/") or kind == "text/rfc822-headers":
            self._gather_report_part(part)
        elif kind in _SHOWN_TEXT or (kind.startswith("text/") and not _filename(part)):
            self._gather_text(part, is_top)
        else:
            self._attach_part(part)

    def _gather_multipart(self, part: Part) -> None:
        sub = part.content_type.removeprefix("multipart/")
        if sub == "alternative":
            self._gather_alternative(part)
        elif sub == "related":
            self._gather_related(part)
        else:
            if sub == "signed":
                self.content.signed = True
            elif sub == "encrypted":
                self.content.encrypted = True
            for child in part.children:
                self.gather(child)

    def _gather_alternative(self, part: Part) -> None:
        """One body of all its children: plain text and HTML side by side (RFC 2046, 5.1.4).

        Two of one type, though nobody should send them, may say different things, so both stay. Enriched text and
        the like are read only where there is no plain text.
        """
        before = len(self.content.bodies)
        plain = any(child.content_type == "text/plain" for child in part.children)
        for child in part.children:
            if not (plain and child.content_type in _LESSER_TEXT):
                self.gather(child)
        twins = self.content.bodies[before:]
        del self.content.bodies[before:]
        text = _join(list(dict.fromkeys(text for text, _ in twins if text.strip())))
        html = "\n".join(dict.fromkeys(html for _, html in twins if html.strip()))
        if text or html:
            self.content.bodies.append((text, html))

    def _gather_related(self, part: Part) -> None:
        wanted = part.parameters.get("start", "").strip("<> ")
        root = next((child for child in part.children if wanted and _content_id(child) == wanted), part.children[0])
        self.gather(root)
        for child in part.children:
            if child is root:
                continue
            if child.content_type in ("text/plain", "text/html") and (_content_id(child) or _filename(child)):
                self._attach_part(child)
            else:
                self.gather(child)

    def _gather_childless(self, part: Part) -> None:
        """A multipart whose parts cannot be told apart is shown as the text it is."""
        self._add_text(part, part.body, "text/plain")

    def _gather_message(self, part: Part) -> None:
        content, note = undo_transfer_encoding(part.body, part.fields.get("content-transfer-encoding"))
        self.budget.note(note)
        if part.depth >= DEPTH:
            self.budget.exceed(f"nested deeper than {DEPTH}")
            self._attach(part, content, "attachment")
            return
        self.budget.parts -= 1
        if self.budget.parts < 0:
            self.budget.exceed("too many parts")
            self._attach(part, content, "attachment")
            return
        start = len(content) - len(content.lstrip(b"\r\n"))
        if content.startswith((b"From ", b">From "), start):
            start = content.find(b"\n", start) + 1
        inner = read_part(content, start, len(content), self.budget, part.depth + 1)
        mail = self.read_entity(inner, self.budget)
        self.content.nested += [mail, *mail.nested]
        self._attach(part, content, mail.subject)

    def _gather_report_part(self, part: Part) -> None:
        content, note = undo_transfer_encoding(part.body, part.fields.get("content-transfer-encoding"))
        self.budget.note(note)
        text = decode_text(content, part.parameters.get("charset", ""))[0].replace("\r\n", "\n").replace("\r", "\n")
        self.content.report_parts.append((part.content_type, text))
        if _filename(part):
            self._attach(part, content, "")

    def _gather_text(self, part: Part, is_top: bool) -> None:
        content, note = undo_transfer_encoding(part.body, part.fields.get("content-transfer-encoding"))
        self.budget.note(note)
        attached = part.disposition == "attachment" and not is_top
        if attached or _filename(part) or part.content_type == "text/calendar":
            self._attach(part, content, "invitation" if part.content_type == "text/calendar" else "")
        if part.content_type == "text/calendar":
            self._show_invitation(part, content)
        elif not attached:
            self._add_text(part, content, part.content_type)

    def _show_invitation(self, part: Part, content: bytes) -> None:
        shown = render_invitation(decode_text(content, part.parameters.get("charset", "utf-8"))[0])
        if shown and shown not in self.content.invitations:
            self.content.invitations.append(shown)

    def _add_text(self, part: Part, content: bytes, content_type: str) -> None:
        if content_type == "text/plain":
            content = self._lift_inline_files(content)
        text, note = decode_text(content, part.parameters.get("charset", ""), html=content_type == "text/html")
        self.budget.note(note)
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if content_type == "text/html":
            self.content.bodies.append(("", text))
            return
        if part.parameters.get("format", "").lower() == "flowed":
            text = join_flowed(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
        self._note_openpgp(text)
        self.content.bodies.append((text, ""))

    def _note_openpgp(self, text: str) -> None:
        if "-----BEGIN PGP MESSAGE-----" in text:
            self.content.encrypted = True
        if "-----BEGIN PGP SIGNED MESSAGE-----" in text:
            self.content.signed = True

    def _lift_inline_files(self, content: bytes) -> bytes:
        files: list[InlineFile] = []
        if b"begin" in content:
            files = find_uuencoded(content)
        if not files and b"=ybegin " in content:
            files = find_yencoded(content)
        pieces, position = [], 0
        for file in files:
            pieces.append(content[position : file.start])
            position = file.end
            self._add_file(decode_text(file.name)[0], "application/octet-stream", file.content)
        return b"".join([*pieces, content[position:]]) if files else content

    def _attach_part(self, part: Part) -> None:
        content, note = undo_transfer_encoding(part.body, part.fields.get("content-transfer-encoding"))
        self.budget.note(note)
        if part.content_type in _SIGNATURES:
            self.content.signed = True
        self._attach(part, content, "")

    def _attach(self, part: Part, content: bytes, fallback: str) -> None:
        """``fallback`` is what to call it where it has no file name; the ending follows from its type."""
        name = _filename(part)
        if not name and fallback:
            name = clean_line(decode_words(fallback))[:100] + (
                ".ics" if part.content_type == "text/calendar" else ".eml"
            )
        self._add_file(name, part.content_type, content, _content_id(part), part.disposition == "inline")

    def _add_file(
        self, name: str, content_type: str, content: bytes, content_id: str = "", inline: bool = False
    ) -> None:
        name = clean_filename(name, content_type, len(self.content.attachments) + 1)
        self.content.attachments.append(Attachment(name, content_type, content, content_id, inline or bool(content_id)))


def _filename(part: Part) -> str:
    return part.disposition_parameters.get("filename", "") or part.parameters.get("name", "")


def _content_id(part: Part) -> str:
    return clean_line(part.fields.get("content-id")).strip("<> ")[:500]
