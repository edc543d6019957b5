"""Mails of the desk, shown in the demo as a mail program shows them: the buttons lead to the demo's own new mail."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from html import escape, unescape
from urllib.parse import parse_qsl, quote, unquote, urlencode

from mailbot.store.outbox_questions import Outgoing

_LINK = re.compile(r'<a\b([^>]{0,2000}?)\shref="([^"]{1,4000})"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail as its reader sees it. ``reply_to`` is where an answer goes."""

    id: int
    subject: str
    sender: str
    reply_to: str
    message_id: str
    references: tuple[str, ...]
    text: str
    html: str


def read_letter(mail: Outgoing) -> Letter:
    """The desk's own bytes, read as a mail program would."""
    message = email.message_from_bytes(mail.content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    html = message.get_body(("html",))
    return Letter(
        mail.id,
        mail.subject,
        str(message["From"]),
        message["Reply-To"].addresses[0].addr_spec if message["Reply-To"] else mail.reverse_path,
        mail.message_id,
        tuple(re.findall(r"<([^<>\s]+)>", str(message.get("References", "")))),
        mail.words,
        html.get_content() if html else f"<pre>{escape(mail.words)}</pre>",
    )


def lead_links(html: str, who: str, answers: int, origin: str) -> str:
    """The HTML with links that lead somewhere in a demo: mailto to its new mail, the answer page to a tab of its own.

    Everything else loses where it leads. ``who`` reads the mail, ``answers`` is its number, ``origin`` this console.
    """

    def lead(found: re.Match[str]) -> str:
        href = unescape(found[2])
        if href.startswith("mailto:"):
            return f'<a{found[1]} target="_top" href="{escape(_write_link(href, who, answers))}"'
        page = re.search(r"/answer/[a-z0-9-]+$", href)
        return f'<a{found[1]} target="_blank" href="{escape(origin + page[0])}"' if page else f"<a{found[1]}"

    return _LINK.sub(lead, html)


def _write_link(mailto: str, who: str, answers: int) -> str:
    """``mailto:a@b?subject=…&body=…`` (RFC 6068) as the path of the demo's new mail."""
    to, _, fields = mailto.removeprefix("mailto:").partition("?")
    # parse_qsl reads a plus as a space; RFC 6068, 5 does not
    said = dict(parse_qsl(fields.replace("+", "%2B"), keep_blank_values=True))
    asked = {"who": who, "write": "1", "to": unquote(to), "answers": str(answers)}
    asked |= {"subject": said.get("subject", ""), "body": said.get("body", "").replace("\r\n", "\n")}
    return "/demo?" + urlencode(asked, quote_via=quote)
