"""What the desk knows: the mails that it sent. Their words are recognised wherever they stand, prefixed or not.

Lines are aligned with the sent text in order. A long line that stands in it is known by itself; a short one only where
it continues a known line, so that somebody's "ACCEPT" is never taken for the ACCEPT in our instructions.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from mailbot.parsers.reply.lines import Line, words_of

MAX_SENT = 6
MAX_WORDS = 20_000
ALONE = 8
"""So many words make a line known without known neighbours."""
STRONG = 4
OVERLAP = 0.8
MAX_PLACES = 6

Gram = tuple[str, str, str]


class SentText:
    """One mail of ours as a row of words, with the places of each three in a row."""

    def __init__(self, text: str) -> None:
        self.words = words_of(text)[:MAX_WORDS]
        self.places: dict[Gram, list[int]] = {}
        for place in range(len(self.words) - 2):
            found = self.places.setdefault((self.words[place], self.words[place + 1], self.words[place + 2]), [])
            if len(found) < MAX_PLACES:
                found.append(place)

    def match(self, words: Sequence[str], after: int) -> tuple[int, int] | None:
        """(first, past last) place of ``words`` here, near ``after`` if there is a choice; None below the overlap."""
        grams = [(words[i], words[i + 1], words[i + 2]) for i in range(len(words) - 2)]
        hits = [(offset, self.places[gram]) for offset, gram in enumerate(grams) if gram in self.places]
        if not grams or len(hits) < OVERLAP * len(grams):
            return None
        first = min(hits[0][1], key=lambda place: (place < after, abs(place - after)))
        last = min(hits[-1][1], key=lambda place: (place < first, abs(place - first - hits[-1][0])))
        return first - hits[0][0], last + 3 + (len(words) - 3 - hits[-1][0])


@lru_cache(maxsize=16)
def sent_text(text: str) -> SentText:
    """Kept for a moment: the plain text and the HTML of one mail are compared with the same ones."""
    return SentText(text)


def mark_sent(lines: Sequence[Line], sent: Sequence[str]) -> float:
    """Set ``sent`` on the lines that stand in one of the ``sent`` mails; how much of the best one is here (0-1)."""
    if not any(text and text.strip() for text in sent[:MAX_SENT]):
        return 0.0
    for line in lines:
        if line.bare and not line.words:
            line.words = words_of(line.bare)
    best = 0.0
    for text in sent[:MAX_SENT]:
        if text:
            best = max(best, _mark_one(lines, sent_text(text)))
    return best


def _mark_one(lines: Sequence[Line], mail: SentText) -> float:
    if not mail.words:
        return 0.0
    places = _match_lines(lines, mail)
    known = _keep_supported(lines, places)
    _continue_down(lines, known, mail)
    _continue_up(lines, known, mail)
    for row in known:
        lines[row].sent = True
    covered = sum(len(lines[row].words) for row in known)
    return min(1.0, covered / len(mail.words))


def _match_lines(lines: Sequence[Line], mail: SentText) -> dict[int, tuple[int, int]]:
    places: dict[int, tuple[int, int]] = {}
    after = 0
    for row, line in enumerate(lines):
        if len(line.words) >= STRONG:
            place = mail.match(line.words, after)
            if place is not None:
                places[row] = place
                after = place[1]
    return places


def _keep_supported(lines: Sequence[Line], places: dict[int, tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """Short matches count only in a run of matches that go forward through the sent mail."""
    rows = sorted(places)
    known: dict[int, tuple[int, int]] = {}
    for index, row in enumerate(rows):
        if lines[row].prefix or len(lines[row].words) >= ALONE:
            known[row] = places[row]
            continue
        near = rows[max(0, index - 1) : index] + rows[index + 1 : index + 2]
        if any(_in_order(lines, places, row, other) for other in near):
            known[row] = places[row]
    return known


def _in_order(lines: Sequence[Line], places: dict[int, tuple[int, int]], row: int, other: int) -> bool:
    """Two matched rows with nothing else written between them, whose places follow each other closely."""
    low, high = min(row, other), max(row, other)
    if any(lines[between].words for between in range(low + 1, high)):
        return False
    return -1 <= places[high][0] - places[low][1] <= 6


def _continue_down(lines: Sequence[Line], known: dict[int, tuple[int, int]], mail: SentText) -> None:
    """Short lines right after a known one, word for word what comes next: the rest of a wrapped line, a greeting."""
    at = -1
    for row, line in enumerate(lines):
        if row in known:
            at = known[row][1]
        elif line.words and at >= 0:
            size = len(line.words)
            if mail.words[at : at + size] == line.words:
                known[row] = (at, at + size)
                at += size
            else:
                at = -1


def _continue_up(lines: Sequence[Line], known: dict[int, tuple[int, int]], mail: SentText) -> None:
    """The same upwards, for greetings: at least two words, since one may be an answer, or the first of the mail."""
    at = -1
    for row in range(len(lines) - 1, -1, -1):
        line = lines[row]
        if row in known:
            at = known[row][0]
        elif line.words and at > 0:
            size = len(line.words)
            if size <= at and (size >= 2 or size == at) and mail.words[at - size : at] == line.words:
                known[row] = (at - size, at)
                at -= size
            else:
                at = -1
