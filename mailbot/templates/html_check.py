"""What the HTML of a mail may hold, seen in the HTML itself and not in its source, where a tag can be put together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

LONGEST_HTML = 100_000
"""Octets. Gmail cuts a longer mail off, and whatever stands below is hidden: the buttons, perhaps."""

_TEXT_TAGS = "a abbr b blockquote br center code em font h1 h2 h3 h4 hr i p pre q s small span strong sub sup u"
_BLOCK_TAGS = "caption dd div dl dt li ol table tbody td tfoot th thead tr ul"
_IN_BODY = frozenset(f"{_TEXT_TAGS} {_BLOCK_TAGS}".split(" "))
_LOADS = frozenset(("action", "background", "data", "formaction", "longdesc", "ping", "poster", "src", "srcset"))
_SCHEMES = ("https://", "http://", "mailto:", "tel:")
_FETCHES = re.compile(r"url\s*\(|@import|expression\s*\(|behavior\s*:", re.I)


class _Body(HTMLParser):
    """Notes what is not for mails, from ``<body>`` on, and links that nobody can hear."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: dict[str, str] = {}
        self._in_body = False
        self._link: str | None = None
        self._said = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._in_body:
            self._in_body = tag == "body"
            return
        if tag not in _IN_BODY:
            self._note(f"<{tag} is not for mails", "Mails load nothing and run nothing.")
        for name, value in attrs:
            self._look_at(name, value or "")
        if tag == "a":
            self._link, self._said = dict(attrs).get("href") or "", ""

    def handle_data(self, data: str) -> None:
        self._said += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link is not None:
            if not self._said.strip():
                self._note(f"a link has no words: {self._link}", "Whoever hears the mail must hear where it leads.")
            self._link = None

    def _look_at(self, name: str, value: str) -> None:
        if name in _LOADS or name.startswith("on") or (name == "style" and _FETCHES.search(value)):
            self._note(f"{name}= is not for mails", "Mails load nothing and run nothing.")
        if name == "href" and not value.strip().lower().startswith(_SCHEMES):
            self._note(f"a link leads nowhere: {value[:80]}", "Begin it with https://, mailto: or tel:.")

    def _note(self, message: str, hint: str) -> None:
        self.faults.setdefault(message, hint)


def find_foreign(html: str) -> Iterator[tuple[str, str]]:
    """(message, hint) of each thing in the HTML that has no place in a mail."""
    body = _Body()
    body.feed(html)
    body.close()
    yield from body.faults.items()
    if (size := len(html.encode("utf-8", "replace"))) > LONGEST_HTML:
        yield f"the HTML has {size:,} octets", f"Mail programs cut off what is longer than {LONGEST_HTML:,}."
