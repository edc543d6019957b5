"""What an attribution looks like in a language that nobody listed: a moment, somebody, and little else.

Mail programs put the same things into every language: a date with its year or time, the name of the writer, mostly the
address in brackets, a colon at the end, a quotation below. Words between them are few, and are not read here. Where no
quotation stands below, the address (or the name of somebody this mail is sent to) must be there: people too write
"the meeting on 4 March at 10 covers:".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailbot.parsers.reply.dates import first_figure, has_moment

MAX_WORDS = 24
CLOSINGS = (":", "：", "﹕", "՝", "։")

BRACKETED = re.compile(
    r"[<(\[] ?(?:\[?mailto:)?[^<>()\[\]\s]{1,80}@[^<>()\[\]\s]{1,120}[>)\]]"
    r"|[<(\[]\[?[^<>()\[\]\s]{1,80}@[^<>()\[\]\s]{1,80}\]?\(mailto:"
)
_SENTENCE = re.compile(r"[!?;] |[^\W\d_]{6,}\. [^\W\d_]{2,}|\.\.")
_LOGGED = re.compile(r"[^\W\d_]: |[={}\\]|\[ ?\d|\w/\w*[^\W\d_]")
"""Log lines have dates, addresses and colons too."""
_PLAIN_WORD = re.compile(r"(?<![^\s(])[^\W\d_]{2,}(?![^\s,:.)])")


def has_shape(text: str, quoted_below: bool, apart: int, people: Sequence[str] = ()) -> bool:
    """Whether ``text`` (rows joined) is one. ``apart``: on how many sides, of above and below, nothing is written."""
    if text.count(" ") >= MAX_WORDS or not has_moment(text) or _SENTENCE.search(text) is not None:
        return False
    closed = text.endswith(CLOSINGS)
    address = BRACKETED.search(text)
    if address is None and not (people and _names(text, people)):
        return quoted_below and closed and _is_short_and_dated(text)
    if not _is_in_place(text, address, quoted_below):
        return False
    return quoted_below or (apart >= (1 if closed else 2) and not _is_logged(text, address))


def _is_logged(text: str, address: re.Match[str] | None) -> bool:
    rest = f"{text[: address.start()]} {text[address.end() :]}" if address is not None else text
    return _LOGGED.search(rest) is not None


def _names(text: str, people: Sequence[str]) -> bool:
    low = text.lower()
    return first_figure(text) <= 4 and any(person in low for person in people)


def _is_short_and_dated(text: str) -> bool:
    """No address: the date stands at one end, and the rest is a name and a verb."""
    words = text.split()
    if len(words) > 14 or not (words[0][0].isdigit() or not words[0][0].islower() or len(words[0]) <= 4):
        return False
    last = next((place for place, word in enumerate(reversed(words)) if any(map(str.isdigit, word))), 99)
    return first_figure(text) <= 3 or last == 0


def _is_in_place(text: str, address: re.Match[str] | None, quoted_below: bool) -> bool:
    """A date near the beginning and few words after the address; or a name, the address, and then the date."""
    if address is None:
        return True
    before, after = text[: address.start()], text[address.end() :]
    if has_moment(before):
        return first_figure(before) <= 4 and len(_PLAIN_WORD.findall(after)) <= 4
    return (
        before.count(" ") <= (5 if quoted_below else 4) and len(_PLAIN_WORD.findall(after)) <= 9 and has_moment(after)
    )
