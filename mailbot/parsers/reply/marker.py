"""Lines that a machine put into the mail: reply-above markers, caution banners, "Sent from my phone"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailbot.desk.vocabulary import SpanKind
from mailbot.parsers.reply.lines import Line
from mailbot.parsers.reply.phrases import Phrases, plain

MAX_MOBILE_WORDS = 11
BANNER_REACH = 4
"""So many paragraphs from the top a caution banner may stand."""

_OURS = re.compile(r"##- ?[^#]{3,200} ?-##")
_LINK = re.compile(r"[\[(<]*\s*(?:https?://|mailto:)[^\s>)\]]{0,500}[>)\]]*|\]\(")
_PRODUCT = re.compile(
    r"[<\[(] ?https?://(?:www\.)?(?:aka\.ms/|go\.microsoft\.com/|proton(?:mail)?\.(?:me|com)|\w{0,12}\.?mail\.yahoo\.|bluemail\.me"
    r"|sparkmailapp\.com|readdle\.com|airmailapp\.com|superhuman\.com|canarymail\.io|getmailspring\.com|tuta\.com)",
    re.IGNORECASE,
)
_EXCUSE = re.compile(
    r"excuse|typo|brief|autocorrect|ursäkta|stavfel|undskyld|unnskyld|skrivefeil|tippfehler|kürze|anteeksi|disculp|erreurs|errori|fouten",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…][\"')\]]*$")


def is_own_marker(line: Line) -> bool:
    """``##- … -##``: the line above which our mails ask people to write. Only the desk writes it."""
    return "##-" in line.bare and _OURS.search(line.bare) is not None


def is_reply_above(line: Line, phrases: Phrases) -> bool:
    """The like of other desks. The phrase must be the whole line: people do write "the reply above this line"."""
    bare = line.bare
    if not 10 <= len(bare) <= 160:
        return False
    low = bare.lower()
    if not any(phrase in low for phrase in phrases.reply_above):
        return False
    text = plain(bare)
    for phrase in phrases.reply_above:
        if phrase in text:
            return len(text) <= len(phrase) + 12 or bare[:2] in ("--", "==", "##", "__", "**", "~~")
    return False


def is_mobile_line(line: Line, phrases: Phrases) -> bool:
    """Whether a mail program or a phone signed here. "Sent from my desk, is easier than …" is a sentence."""
    bare = line.bare.lstrip("([<{*_-—– \"'").lower()
    if not 8 <= len(line.bare) <= 300:
        return False
    head = bare.split(" ", 1)[0]
    if head not in phrases.mobile_by_head and not bare.startswith(phrases.mobile):
        return False
    text = bare.replace("[", "") if "[" in bare else bare
    phrase = next(
        (phrase for phrase in phrases.mobile_by_head.get(head, phrases.mobile) if text.startswith(phrase)), ""
    )
    if not phrase:
        return False
    text = _LINK.sub(" ", text).strip(" )>]}*_\"'")
    if text.count(" ") >= MAX_MOBILE_WORDS + (8 if _EXCUSE.search(text) else 0):
        return False
    if _EXCUSE.search(text):
        return True
    return ", " not in text and not text.endswith(("?", "!", ":")) and not _runs_on(text, phrase)


def is_product_line(line: Line) -> bool:
    """A few words and a link to the maker of a mail program, in whatever language they advertise it."""
    bare = line.bare
    match = _PRODUCT.search(bare) if 12 <= len(bare) <= 300 and "://" in bare else None
    if match is None:
        return False
    words = _LINK.sub(" ", bare).strip(" *_.)]>")
    return 0 < len(words) <= 70 and words.count(" ") <= 8 and not words.endswith(("?", "!", ":"))


def _runs_on(text: str, phrase: str) -> bool:
    """A full stop in the middle, or after seven words and more; long phrases leave no doubt."""
    return ". " in text or (text.endswith(".") and text.count(" ") >= 7 and phrase.count(" ") < 3)


def claim_banners(lines: Sequence[Line], phrases: Phrases) -> None:
    """Claim caution banners among the first paragraphs."""
    row, paragraphs = 0, 0
    while row < len(lines) and paragraphs < BANNER_REACH:
        if not lines[row].is_open:
            row += 1
            continue
        end = row
        while end < len(lines) and lines[end].is_open and end - row < 8:
            end += 1
        paragraphs += 1
        size = _banner_rows(lines[row:end], phrases)
        for line in lines[row : row + size]:
            line.claim(SpanKind.MARKER, "caution banner that a mail gateway put on top", 0.95)
        row = row + size if size else end


def _banner_rows(paragraph: Sequence[Line], phrases: Phrases) -> int:
    """How many rows of the paragraph, from its first, are a banner."""
    whole = " ".join(line.bare for line in paragraph).lower()
    if "?" in whole or not any(phrase in whole for phrase in phrases.banners):
        return 0  # people ask about mail from strangers in the same words
    text, score, rows = "", 0, 0
    for count, line in enumerate(paragraph, 1):
        text = f"{text} {line.bare.lower()}"[-1500:]
        found = [phrase for phrase in phrases.banners if phrase in text]
        hits = sum(not any(phrase in other for other in found if other != phrase) for phrase in found)
        if hits > score:
            score, rows = hits, count
        elif hits and rows:
            break
    first = paragraph[0].bare.split(" ", 1)[0].strip("*_[]:!⚠️")
    shouted = len(first) >= 6 and first.isupper()
    if score >= 2 or (score == 1 and (shouted or paragraph[0].bare.startswith("["))):
        return rows if not shouted or rows else 1
    return 0


def claim_mobile_lines(lines: Sequence[Line], first: int, last: int, phrases: Phrases) -> None:
    """Claim them in the open rows ``first`` to ``last``; short device lines after one go with it."""
    seen = False
    fenced = False
    final = max((row for row in range(first, last) if lines[row].is_open), default=first)
    for row in range(first, last):
        line = lines[row]
        if line.bare.startswith("```"):
            fenced = not fenced
        if not line.is_open or fenced:
            continue
        above = lines[row - 1] if row else None
        apart = row == final or above is None or not above.is_open
        if apart and (is_mobile_line(line, phrases) or is_product_line(line)):
            line.claim(SpanKind.MARKER, "signed by a mail program or a device", 0.9)
            seen = True
        elif seen and (is_mobile_line(line, phrases) or not _is_sentence(line)):
            line.claim(SpanKind.SIGNATURE, "stands with the line of a device", 0.6)


def _is_sentence(line: Line) -> bool:
    words = line.bare.count(" ") + 1
    return words >= 6 or (words >= 3 and _SENTENCE_END.search(line.bare) is not None)
