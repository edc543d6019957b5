"""What a monitoring format gets to see of a mail: subject, plain lines, label values and links, all bounded.

A ``Sheet`` is made once per mail and shown to every format. Reading is linear: each line is looked at by regular
expressions without nested quantifiers, and lines, line lengths and links are capped.
"""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

from mailbot.desk.correspondence import Alert, InboundMail

MAX_LINES = 4_000
MAX_LINE = 2_000
MAX_TEXT = 400_000
MAX_ALERTS = 200
MAX_KEY = 400

_TAG = re.compile(r"<([/!?]?[A-Za-z][A-Za-z0-9]{0,20})[^<>]{0,4000}>")
_HREF = re.compile(r"""\bhref\s{0,9}=\s{0,9}(?:"([^"<>]{1,2000})"|'([^'<>]{1,2000})')""", re.IGNORECASE)
_URL = re.compile(r"\bhttps?://[^\s<>\"']{1,2000}")
_GATEWAY_TAG = re.compile(
    r"(?:\[ext(?:ern(?:al|t|er?)?)?\]:?|ext(?:ern(?:al|t|er?)?)?:|\*{2,5} ?spam ?\*{2,5}) ?", re.IGNORECASE
)
_ANSWER = re.compile(
    r"(?:re|aw|sv|vs|vl|fwd?|vb|wg|tr|rv|rif|ref|odp|pd|antw|doorst|enc|res|ynt|vá|továbbítás)(?:\[\d{1,3}\])? ?[:：]",
    re.IGNORECASE,
)
_FORWARD_WITHIN = 120
"""Lines of a text in which the header of a mail that is passed on is looked for."""
_FROM = re.compile(r"[>*\s]{0,8}(?:from|från|von|fra|van|de|da|od|lähettäjä)\*?\s?:", re.IGNORECASE)
_SUBJECT = re.compile(
    r"[>*\s]{0,8}(?:subject|ämne|betreff|emne|onderwerp|objet|asunto|oggetto|temat|aihe)\*?\s?:", re.IGNORECASE
)
_INLINE = frozenset({"a", "abbr", "b", "code", "em", "font", "i", "img", "small", "span", "strong", "sub", "sup", "u"})
_UNSEEN = frozenset({"script", "style", "title"})


@dataclass(frozen=True)
class Sheet:
    """A mail laid out for the formats. ``subject`` is one line without the tag that a mail gateway put before it."""

    mail: InboundMail

    @cached_property
    def subject(self) -> str:
        line = " ".join(self.mail.subject[:MAX_LINE].split())
        return _GATEWAY_TAG.sub("", line, count=1) if _GATEWAY_TAG.match(line) else line

    @cached_property
    def sender(self) -> str:
        """The From address in lower case, or empty."""
        return self.mail.author.address.lower() if self.mail.author else ""

    @cached_property
    def text_lines(self) -> tuple[str, ...]:
        """Lines of the text part, whitespace at the end removed."""
        return tuple(line[:MAX_LINE].rstrip() for line in self.mail.text[:MAX_TEXT].split("\n", MAX_LINES)[:MAX_LINES])

    @cached_property
    def html_lines(self) -> tuple[str, ...]:
        """Visible lines and table cells of the HTML part, whitespace collapsed, empty ones left out."""
        return read_html_lines(self.mail.html[:MAX_TEXT])

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """What there is to read: the text part, and where that is empty the HTML part."""
        return self.text_lines if self.mail.text.strip() else self.html_lines

    @cached_property
    def links(self) -> tuple[str, ...]:
        """Targets of HTML links in order, then the addresses that stand in the text; at most 500. Repeats are kept."""
        targets = [html.unescape(a or b) for a, b in _HREF.findall(self.mail.html[:MAX_TEXT])]
        written = [url.rstrip(".,;)") for line in self.text_lines for url in _URL.findall(line)]
        return (*targets, *written)[:500]

    @cached_property
    def labels(self) -> dict[str, str]:
        """First value of every "Label: value" line by lower-case label; a bare label takes the line below it."""
        return read_labels(self.lines)

    def value(self, *names: str) -> str:
        """The value of the first of these labels that the mail has, or empty."""
        return next((self.labels[name] for name in names if self.labels.get(name)), "")

    def below(self, *names: str) -> str:
        """The line below one that is just such a label (lower case, without colon), or empty: for table cells."""
        lines = self.lines
        bare = [line.strip().rstrip(":").rstrip().lower() for line in lines]
        for name in names:
            if name in bare[:-1]:
                return lines[bare.index(name) + 1].strip()
        return ""

    def link(self, *parts: str) -> str:
        """The first link that contains one of the parts (in order of the parts), or empty."""
        return next((url for part in parts for url in self.links if part in url), "")

    @cached_property
    def is_passed_on(self) -> bool:
        """Whether the subject says that a person answers or forwards."""
        return _ANSWER.match(self.subject) is not None

    @cached_property
    def shows_another(self) -> bool:
        """Whether another mail is shown in this one: its header stands in the text, or the HTML cites something."""
        if "<blockquote" in self.mail.html[:MAX_TEXT].lower():
            return True
        starts = [number for number, line in enumerate(self.lines[:_FORWARD_WITHIN]) if _FROM.match(line)]
        return any(_SUBJECT.match(line) for start in starts for line in self.lines[start + 1 : start + 8])

    def is_from(self, words: tuple[str, ...]) -> bool:
        """Whether the sender's name or the part of the address before the at-sign holds one of these words."""
        name = self.mail.author.name.lower() if self.mail.author else ""
        return any(word in name or word in self.sender.partition("@")[0] for word in words)

    @cached_property
    def is_answer(self) -> bool:
        """Whether the mail answers another one: people keep an alert's subject and quote its lines."""
        return bool(self.mail.in_reply_to or self.mail.references)


def read_labels(lines: tuple[str, ...]) -> dict[str, str]:
    """Lines "Label: value" as a dict: first value counts; "Label:" alone takes the next line if that is no label."""
    found: dict[str, str] = {}
    for number, line in enumerate(lines):
        label, value = split_label(line)
        if not label or label in found:
            continue
        if not value and number + 1 < len(lines) and not split_label(lines[number + 1])[0]:
            value = lines[number + 1].strip()
        found[label] = value
    return found


def split_label(line: str) -> tuple[str, str]:
    """Lower-case label and value of a "Label: value" line; two empty strings where it is none.

    A label is up to 60 characters; the colon is followed by white space or ends the line, so that neither a time of
    day nor an address of the web is one.
    """
    label, colon, value = line.partition(":")
    label = " ".join(label.strip(" \t\xa0-*•").lower().split())
    if not colon or not label or len(label) > 60 or (value and not value[0].isspace()):
        return "", ""
    return label, value.strip()


def read_html_lines(markup: str) -> tuple[str, ...]:
    """Text of HTML, a line for every block element, line break or table cell; no script, style, comment. One pass.

    Inside ``pre`` the lines of the source are lines.
    """
    markup = drop_comments(markup)
    lines: list[str] = []
    current: list[str] = []
    unseen = ""
    position = 0
    in_pre = False
    for tag in _TAG.finditer(markup):
        if not unseen:
            text = markup[position : tag.start()]
            if in_pre and "\n" in text:
                first, *between, text = text.split("\n")
                lines += ["".join((*current, first)), *between]
                current = []
            current.append(text)
        position = tag.end()
        name = tag[1].lower()
        if unseen:
            unseen = "" if name == "/" + unseen else unseen
        elif name in _UNSEEN:
            unseen = name
        in_pre = name == "pre" if name in ("pre", "/pre") else in_pre
        if name.lstrip("/") not in _INLINE:
            lines.append("".join(current))
            current = []
    if not unseen:
        current.append(markup[position:])
    lines.append("".join(current))
    tidy = (" ".join(html.unescape(line[:MAX_LINE]).split()) for line in lines[:MAX_LINES])
    return tuple(line for line in tidy if line)


def drop_comments(markup: str) -> str:
    """HTML without its comments; one that never ends takes the rest with it."""
    first, *rest = markup.split("<!--")
    return first + "".join(part.partition("-->")[2] for part in rest)


def make_key(*parts: str) -> str:
    """Parts joined by "|". What is longer than ``MAX_KEY`` keeps its beginning and a digest of the whole."""
    key = "|".join(" ".join(part.split()) for part in parts)
    if len(key) <= MAX_KEY:
        return key
    return key[: MAX_KEY - 33] + "#" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def with_time(alert: Alert, mail: InboundMail, occurred_at: datetime | None = None) -> Alert:
    """The alert with its time in UTC: as told where the zone is certain, else when the mail was written."""
    told = occurred_at if occurred_at is not None and occurred_at.tzinfo is not None else mail.date
    return replace(alert, occurred_at=told.astimezone(UTC) if told is not None else None)
