"""The walk over a mail's tree: which part is a body, a twin of another, a file, a mail (RFC 2046, 1847, 2387, 6522)."""

from __future__ import annotations

from collections.abc import Callable

from mailbot.desk.correspondence import InboundMail
from mailbot.parsers.content import Content, Leaves, content_id, decode_body, file_name, join_texts
from mailbot.parsers.headers import clean_line
from mailbot.parsers.limits import DEPTH
from mailbot.parsers.signed_data import find_signed_content
from mailbot.parsers.structure import Budget, Part, read_part
from mailbot.parsers.tnef import read_tnef
from mailbot.parsers.transfer import is_identity

_MESSAGES = ("message/rfc822", "message/global", "message/rfc2822")
_TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")
_CMS = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
_LESSER_TEXT = ("text/enriched", "text/richtext", "text/watch-html", "text/x-amp-html")
_SHOWN_TEXT = ("text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown", "application/pgp")
_RICH_TEXT = ("text/rtf", "application/rtf")
_NEVER_SHOWN = ("text/css", "text/javascript", "text/xml", "text/csv", "text/vcard", "text/x-vcard", "text/rtf")

ReadEntity = Callable[[Part, Budget], InboundMail]


def gather_content(part: Part, budget: Budget, read_entity: ReadEntity) -> Content:
    """Content of the tree below ``part``. ``read_entity`` reads a nested message, with the same budget."""
    gatherer = _Gatherer(budget, read_entity, nested=part.depth > 0)
    gatherer.gather(part, is_top=True)
    return gatherer.content


class _Gatherer:
    def __init__(self, budget: Budget, read_entity: ReadEntity, *, nested: bool) -> None:
        self.budget = budget
        self.read_entity = read_entity
        self.content = Content()
        self.leaves = Leaves(self.content, budget, nested=nested)

    def gather(self, part: Part, *, is_top: bool = False) -> None:
        kind = part.content_type
        if part.children:
            self._gather_multipart(part)
        elif kind.startswith("multipart/"):  # its parts cannot be told apart: shown as the text it is
            self.leaves.add_text(part, part.body)
        elif kind in _MESSAGES:
            self._gather_message(part)
        elif kind.startswith("message/") or kind == "text/rfc822-headers":
            self.leaves.add_report_part(part)
        elif kind == "text/calendar":
            self.leaves.add_invitation(part)
        elif kind in _SHOWN_TEXT or (kind.startswith("text/") and kind not in _NEVER_SHOWN and not file_name(part)):
            self.leaves.add_text_part(part, is_top=is_top)
        elif kind in _RICH_TEXT and not file_name(part) and part.disposition != "attachment":
            self.leaves.add_rich_text(part)
        else:
            self._gather_file(part)

    def _gather_multipart(self, part: Part) -> None:
        sub = part.content_type.removeprefix("multipart/")
        if sub == "alternative":
            self._gather_alternative(part)
        elif sub == "related":
            self._gather_related(part)
        else:
            self.content.signed |= sub == "signed"
            self.content.encrypted |= sub == "encrypted"
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
            if not (plain and child.content_type in (*_LESSER_TEXT, *_RICH_TEXT)):
                self.gather(child)
        twins = self.content.bodies[before:]
        del self.content.bodies[before:]
        text = join_texts(dict.fromkeys(text for text, _ in twins if text.strip()))
        html = "\n".join(dict.fromkeys(html for _, html in twins if html.strip()))
        if text or html:
            self.content.bodies.append((text, html))

    def _gather_related(self, part: Part) -> None:
        """The root is the body, the rest is what it refers to (RFC 2387)."""
        wanted = part.parameters.get("start", "").strip("<> ")
        root = next((child for child in part.children if wanted and content_id(child) == wanted), part.children[0])
        self.gather(root)
        for child in part.children:
            if child is root:
                continue
            if child.content_type in ("text/plain", "text/html") and (content_id(child) or file_name(child)):
                self._gather_file(child)
            else:
                self.gather(child)

    def _gather_message(self, part: Part) -> None:
        """A mail inside the mail: attached as it came, and read. What is not encoded is a slice, not a copy."""
        encoding = part.fields.get("content-transfer-encoding")
        if is_identity(encoding):
            source, start, end = part.source, part.start, part.end
        else:
            source = decode_body(part, self.budget)
            start, end = 0, len(source)
        self.budget.parts -= 1
        if part.depth >= DEPTH or self.budget.parts < 0:
            self.budget.exceed(f"nested deeper than {DEPTH}" if part.depth >= DEPTH else "too many parts")
            self.leaves.attach(part, source[start:end])
            return
        inner = read_part(source, skip_lead(source, start, end), end, self.budget, part.depth + 1)
        mail = self.read_entity(inner, self.budget)
        self.content.nested += [mail, *mail.nested]
        self.leaves.attach(part, source[start:end], f"{clean_line(mail.subject)[:100]}.eml" if mail.subject else "")

    def _gather_file(self, part: Part) -> None:
        raw = decode_body(part, self.budget)
        name = file_name(part).lower()
        if part.content_type in _TNEF or name == "winmail.dat":
            message = read_tnef(raw)
            if message and self.leaves.add_tnef(message):
                return
            if not message:
                self.budget.note("winmail.dat cannot be read")
        elif part.content_type in _CMS or name == "smime.p7m":
            self._gather_cms(part, raw)
        elif part.content_type in _SIGNATURES:
            self.content.signed = True
        self.leaves.attach(part, raw)

    def _gather_cms(self, part: Part, raw: bytes) -> None:
        """S/MIME: an opaque signature is opened, anything else (RFC 8551, 3.2.2) is taken to be encrypted."""
        inner = find_signed_content(raw)
        if inner is None:
            self.content.encrypted |= part.parameters.get("smime-type", "").lower() != "certs-only"
            return
        self.content.signed = True
        self.budget.parts -= 1
        if part.depth < DEPTH and self.budget.parts >= 0:
            self.gather(read_part(inner, 0, len(inner), self.budget, part.depth + 1))


def skip_lead(source: bytes, start: int, end: int) -> int:
    """Past blank lines and the From line of an mbox file, which should not stand before a nested mail but do."""
    while start < end and source[start] in b"\r\n":
        start += 1
    if source.startswith((b"From ", b">From "), start):
        return source.find(b"\n", start, end) + 1 or end
    return start
