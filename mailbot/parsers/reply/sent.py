"""What the desk knows: the mails that it sent. Their words are recognised wherever they stand, prefixed or not.

Our HTML says more than our plain text (buttons, a preheader), and mail programs quote it: both belong here, as two
texts or as one with a form feed between.

Lines are aligned with the sent text in order. A long line that stands in it is known by itself; a short one only where
it continues a known line, so that somebody's "ACCEPT" is never taken for the ACCEPT in our instructions.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import accumulate

from mailbot.parsers.reply.lines import Line, words_of

MAX_SENT = 12
MAX_WORDS = 20_000
ALONE = 8
"""So many words make a line known without known neighbours."""
STRONG = 4
OVERLAP = 0.8
MAX_PLACES = 6
TAIL_WORDS = 2
MAX_SKIPPED = 6
MAX_TEXT = 400_000
LINK = re.compile(r"\]\([^)\n]{0,2000}\)|<?https?://[^\s>\])]{1,2000}>?")
BROKEN = 8
"""So many letters make the rest of a broken word known."""

Gram = tuple[str, str, str]


class SentText:
    """One mail of ours as a row of words, with the places of each three in a row."""

    def __init__(self, text: str) -> None:
        self.words = [word for row in text[:MAX_TEXT].split("\n") for word in words_beside_links(row)][:MAX_WORDS]
        self.letters = "".join(self.words)
        self.offsets = list(accumulate(map(len, self.words), initial=0))
        self.places: dict[Gram, list[int]] = {}
        for place in range(len(self.words) - 2):
            found = self.places.setdefault((self.words[place], self.words[place + 1], self.words[place + 2]), [])
            if len(found) < MAX_PLACES:
                found.append(place)

    def find_broken(self, words: Sequence[str], near: int) -> int:
        """Past last place of ``words`` around ``near`` where a line end fell inside a word; 0 if they are not there.

        They must begin inside a word: "accept" at the start of one may be somebody's answer.
        """
        letters = "".join(words)
        if len(letters) < BROKEN or near >= len(self.words):
            return 0
        start = self.offsets[max(0, near - 3)]
        found = self.letters.find(letters, start, self.offsets[near] + 2 * len(letters) + 40)
        if found < 0 or self.offsets[bisect_left(self.offsets, found)] == found:
            return 0
        return bisect_left(self.offsets, found + len(letters))

    def match(self, grams: Sequence[Gram], after: int) -> tuple[int, int] | None:
        """(first, past last) place of a line here, near ``after`` if there is a choice; None below the overlap."""
        hits = [(offset, self.places[gram]) for offset, gram in enumerate(grams) if gram in self.places]
        if not grams or len(hits) < OVERLAP * len(grams):
            return None
        first = min(hits[0][1], key=lambda place: (place < after, abs(place - after)))
        last = min(hits[-1][1], key=lambda place: (place < first, abs(place - first - hits[-1][0])))
        return first - hits[0][0], last + 3 + (len(grams) - 1 - hits[-1][0])


@lru_cache(maxsize=32)
def sent_text(text: str) -> SentText:
    """Kept for a moment: the plain text and the HTML of one mail are compared with the same ones."""
    return SentText(text)


def mark_sent(lines: Sequence[Line], sent: Sequence[str]) -> float:
    """Set ``sent`` on the lines that stand in one of the ``sent`` mails; how much of the best one is here (0-1)."""
    texts = [text for mail in sent for text in mail.split("\f") if text.strip()][:MAX_SENT]
    if not texts:
        return 0.0
    for line in lines:
        if line.bare and not line.words:
            line.words = words_beside_links(line.bare)
    grams = {row: grams_of(line.words) for row, line in enumerate(lines) if len(line.words) >= STRONG}
    return max(_mark_one(lines, grams, sent_text(text)) for text in texts)


def words_beside_links(row: str) -> list[str]:
    """The words of a row without its links, which gateways rewrite; of a row that is a link, that link's."""
    if "://" not in row:
        return words_of(row)
    return words_of(LINK.sub(" ", row)) or words_of(row)


def grams_of(words: Sequence[str]) -> list[Gram]:
    """Each three words in a row."""
    return list(zip(words, words[1:], words[2:], strict=False))


def _mark_one(lines: Sequence[Line], grams: Mapping[int, Sequence[Gram]], mail: SentText) -> float:
    if not mail.words:
        return 0.0
    places = _match_lines(grams, mail)
    known = _keep_supported(lines, places)
    _continue_down(lines, known, mail)
    _continue_up(lines, known, mail)
    _finish(lines, known, mail)
    for row in known:
        lines[row].sent = True
    covered = sum(len(lines[row].words) for row in known)
    return min(1.0, covered / len(mail.words))


def _match_lines(grams: Mapping[int, Sequence[Gram]], mail: SentText) -> dict[int, tuple[int, int]]:
    places: dict[int, tuple[int, int]] = {}
    after = 0
    for row, line in grams.items():
        place = mail.match(line, after)
        if place is not None:
            places[row] = place
            after = place[1]
    return places


def _keep_supported(lines: Sequence[Line], places: dict[int, tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """Short matches count only in a run of matches that go forward through the sent mail."""
    rows = sorted(places)
    known: dict[int, tuple[int, int]] = {}
    for index, row in enumerate(rows):
        if lines[row].prefix or len(lines[row].words) >= ALONE or "##-" in lines[row].bare:
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
            after = at + size if mail.words[at : at + size] == line.words else mail.find_broken(line.words, at)
            if after:
                known[row] = (at, after)
            at = after or -1


def _finish(lines: Sequence[Line], known: dict[int, tuple[int, int]], mail: SentText) -> None:
    """Our last words at the end, below somebody's answer: only where they are all that was missing."""
    at = max((place[1] for place in known.values()), default=len(mail.words))
    tail, skipped = len(mail.words), 0
    rows: list[tuple[int, tuple[int, int]]] = []
    for row in range(len(lines) - 1, -1, -1):
        line = lines[row]
        size = len(line.words)
        if not size:
            continue
        if row in known:
            return
        if tail - size < at or mail.words[tail - size : tail] != line.words:
            skipped += 1
            if skipped > MAX_SKIPPED:
                return
            continue
        tail -= size
        rows.append((row, (tail, tail + size)))
        if tail == at:
            break
    if tail == at and len(mail.words) - at >= TAIL_WORDS:
        known.update(rows)


def _continue_up(lines: Sequence[Line], known: dict[int, tuple[int, int]], mail: SentText) -> None:
    """The same upwards, for what stands above the first long line.

    One word alone may be an answer: it is known only with more of the sent mail above it, or as that mail's first.
    """
    at, steps = -1, 0
    waiting: dict[int, tuple[int, int]] = {}
    for row in range(len(lines) - 1, -1, -1):
        line = lines[row]
        size = len(line.words)
        if row in known:
            if waiting and known[row][1] == at:
                known.update(waiting)
            at, steps = known[row][0], 0
            waiting.clear()
        elif size and at > 0:
            if size > at or mail.words[at - size : at] != line.words:
                at = -1
                waiting.clear()
                continue
            waiting[row] = (at - size, at)
            at, steps = at - size, steps + 1
            if size >= 2 or at == 0 or steps >= 3:
                known.update(waiting)
                waiting.clear()
