"""Where the words end and the signature begins: delimiters, closing words, contact lines, legal and list footers.

A signature is only looked for at the end of what a person wrote, and never where sentences follow.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailbot.desk.vocabulary import SpanKind
from mailbot.parsers.reply.lines import RULE, Line, is_rule
from mailbot.parsers.reply.phrases import Phrases, plain

MAX_ROWS = 30
MAX_SIGNATURE_ROWS = 16
TITLES = frozenset(("disclaimer", "confidentiality notice", "legal notice", "haftungsausschluss", "important notice"))

_DELIMITER = re.compile(r"(?:--|—|–|―|__)$")
_CONTACT = re.compile(
    r"\+?\d[\d ()/.\-]{6,}\d|https?://|www\.|@\w"
    r"|\b(?:tel|tlf|tfn|phone|mob|mobil|mobile|cell|fax|direct|puh|gsm|telefon|téléphone|teléfono)\b\.? ?:? ?[+(]?\d",
    re.IGNORECASE,
)
_NAME_DASH = re.compile(r"(?:/{1,2}|-{1,2} ?|~ ?)[^\W\d_][^\W\d_.'’-]{1,20}(?: [^\W\d_][^\W\d_.'’-]{0,20}){0,3}$")
_NAME = re.compile(r"[^\W\d_a-z][^\W\d_]*[.'’-]?(?: [^\W\d_][^\W\d_]*[.'’-]?){1,3}(?:, [^\W\d_].{0,40})?$")
_CODE = re.compile(r"[=(){}\[\];$\\]")
_SENTENCE_END = re.compile(r"[.!?…][\"')\]]*$")


def claim_signature(lines: Sequence[Line], first: int, last: int, phrases: Phrases, author: str = "") -> None:
    """Claim footer and signature at the end of the open rows ``first`` to ``last`` (exclusive)."""
    rows = [row for row in range(first, last) if lines[row].kind is None]
    rows = _claim_footer(lines, rows, phrases)
    start = _find_start(lines, rows, phrases, author)
    if start is not None:
        row, reason, confidence = start
        for index in rows:
            if index >= row:
                lines[index].claim(SpanKind.SIGNATURE, reason, confidence)
    _claim_name_at_end(lines, rows, author)
    _claim_drawn_end(lines, rows)


def _claim_name_at_end(lines: Sequence[Line], rows: Sequence[int], author: str) -> None:
    """``-Ann Smith`` or ``/Ann`` as the last line, and the author's own name there in whatever dress."""
    left = [row for row in rows if lines[row].is_open]
    if not left or (len(left) > 1 and lines[left[-2]].bare.startswith(("-", "*", "•"))):
        return
    last = lines[left[-1]]
    if _NAME_DASH.match(last.bare):
        last.claim(SpanKind.SIGNATURE, "a name after a dash", 0.7)
    elif author and len(left) > 1 and _is_name(last.bare, author):
        last.claim(SpanKind.SIGNATURE, "the sender's own name", 0.85)


def _claim_footer(lines: Sequence[Line], rows: list[int], phrases: Phrases) -> list[int]:
    """Legal and list footers: from the first such paragraph to the end. Returns the rows that are left."""
    tail = rows[-80:]
    for place, row in enumerate(tail):
        line = lines[row]
        if len(line.bare) < 25 or (place and lines[tail[place - 1]].bare and not _is_drawn(lines[tail[place - 1]])):
            continue
        if not _is_footer(lines, tail, place, phrases) or (row == rows[0] and "?" in line.bare):
            continue
        start = _footer_top(lines, tail, place)
        for index in tail[start:]:
            lines[index].claim(SpanKind.DISCLAIMER, "legal or list footer", 0.9)
        return [index for index in rows if index < tail[start]]
    return rows


def _is_drawn(line: Line) -> bool:
    return is_rule(line) or _DELIMITER.match(line.bare) is not None


def _is_footer(lines: Sequence[Line], tail: Sequence[int], place: int, phrases: Phrases) -> bool:
    text = ""
    for row in tail[place : place + 12]:
        if not lines[row].bare:
            break
        text = f"{text} {lines[row].bare}"
    text = text[:3000].lower()
    near_end = len(tail) - place <= MAX_SIGNATURE_ROWS
    needed = 1 if near_end and _after_rule_or_title(lines, tail, place) else 2
    hits = 0
    for phrase in phrases.disclaimers:
        if phrase in text:
            hits += 1
            if hits >= needed:
                return True
    return False


def _after_rule_or_title(lines: Sequence[Line], tail: Sequence[int], place: int) -> bool:
    for row in reversed(tail[max(0, place - 3) : place]):
        if lines[row].bare:
            bare = lines[row].bare
            return is_rule(lines[row]) or bare == "__" or (len(bare) <= 30 and plain(bare) in TITLES)
    return False


TITLES = frozenset(("disclaimer", "confidentiality notice", "legal notice", "haftungsausschluss", "important notice"))


def _footer_top(lines: Sequence[Line], tail: Sequence[int], place: int) -> int:
    """The rule, or the title, above a footer goes with it."""
    start = place
    for step in range(place - 1, max(-1, place - 4), -1):
        line = lines[tail[step]]
        if not line.bare:
            continue
        if _is_drawn(line) or plain(line.bare) in TITLES:
            start = step
        break
    return start


def _find_start(
    lines: Sequence[Line], rows: Sequence[int], phrases: Phrases, author: str
) -> tuple[int, str, float] | None:
    """(row, reason, confidence) of the earliest sign near the end that a signature begins."""
    written = [row for row in rows if lines[row].bare]
    tail = written[-MAX_ROWS:]
    fenced = sum(lines[row].bare.startswith("```") for row in written) % 2
    for place, row in enumerate(tail):
        bare = lines[row].bare
        rest = tail[place + 1 :]
        if _DELIMITER.match(bare) and not fenced and _all_short(lines, rest, strict=bare != "--"):
            return row, "signature delimiter (RFC 3676, 4.3)", 0.95
        if is_rule(lines[row]) and rest and row > 0 and _stands_apart(lines, row) and _looks_like_card(lines, rest):
            return row, "rule above a signature", 0.8
        if _is_sign_off(bare, phrases) and _all_short(lines, rest, strict=True):
            return row, "closing words", 0.9
        if (
            author
            and _is_name(bare, author)
            and _all_short(lines, rest, strict=True)
            and place + len(written) > len(tail)
        ):
            return row, "the sender's own name", 0.85
    return _find_card(lines, tail)


def _stands_apart(lines: Sequence[Line], row: int) -> bool:
    """Whether something was written above a rule, and the rule is not the underline of a heading."""
    above = lines[row - 1].bare
    underline = bool(above) and abs(len(above) - len(lines[row].bare)) <= 2
    return not underline and any(line.bare for line in lines[max(0, row - 10) : row])


def _find_card(lines: Sequence[Line], tail: Sequence[int]) -> tuple[int, str, float] | None:
    """Name, title, address, telephone: short rows at the end, at least two of them ways to reach somebody."""
    start, contacts = len(tail), 0
    for place in range(len(tail) - 1, max(-1, len(tail) - MAX_SIGNATURE_ROWS), -1):
        bare = lines[tail[place]].bare
        contact = _CONTACT.search(bare) is not None
        if len(bare) > 160 or (not contact and (bare.count(" ") >= 7 or bare.endswith((".", "?", "!", ":", ";")))):
            break
        contacts += contact
        if not contact and _NAME.match(bare) and sum(word[0].isupper() for word in bare.split()) >= 2:
            start = place
    if contacts < 2 or start == len(tail) or len(tail) - start < 3:
        return None
    if start and lines[tail[start - 1]].bare.endswith((":", ",")):
        return None
    return tail[start], "contact details at the end", 0.75


def _claim_drawn_end(lines: Sequence[Line], rows: Sequence[int]) -> None:
    """Rules with nothing after them say nothing."""
    for row in reversed(rows):
        line = lines[row]
        if line.kind is not None or not line.bare:
            continue
        if not RULE.match(line.bare):
            return
        line.claim(SpanKind.SIGNATURE, "a rule at the end", 0.8)


def _is_sign_off(bare: str, phrases: Phrases) -> bool:
    """A known closing, with at most a name or three words after it."""
    if len(bare) > 70 or bare.endswith(("?", ":")) or _CODE.search(bare) is not None:
        return False
    if bare.lower().startswith(phrases.abbreviated_sign_offs) and bare.count(" ") <= 2:
        return bare.partition(" ")[2][:1].isupper()
    words = plain(bare).split(" ")
    if words[0] not in phrases.sign_off_heads:
        return False
    for count in range(min(len(words), phrases.longest_sign_off), 0, -1):
        if " ".join(words[:count]) in phrases.sign_offs:
            return len(words) == count or _names_follow(bare, words, count)
    return False


def _names_follow(bare: str, words: Sequence[str], count: int) -> bool:
    """Whether what stands behind the closing on its line is a name rather than the rest of a sentence."""
    after = len(words) - count
    if after > 3 or _SENTENCE_END.search(bare):
        return False
    if "," in bare or "/" in bare:
        return True
    second = bare.split()[1:2]
    return after <= 2 and (count >= 2 or (bare[:1].isupper() and bool(second) and second[0][0].isupper()))


def _all_short(lines: Sequence[Line], rest: Sequence[int], *, strict: bool) -> bool:
    """Whether what follows could be a name, a title, an address: few rows, no sentences."""
    if len(rest) > MAX_SIGNATURE_ROWS:
        return False
    limit = 0 if strict else 2
    return sum(_is_sentence(lines[row].bare) for row in rest) <= limit + len(rest) // 5


def _is_sentence(bare: str) -> bool:
    words = bare.count(" ") + 1
    if len(bare) > 200:
        return True
    if _CONTACT.search(bare) is not None:
        return False
    return (words >= 6 and _SENTENCE_END.search(bare) is not None) or words >= 14


def _looks_like_card(lines: Sequence[Line], rest: Sequence[int]) -> bool:
    if len(rest) > MAX_SIGNATURE_ROWS or not _all_short(lines, rest, strict=True):
        return False
    if any(lines[row].bare.startswith(("#", "- ", "* ", "|", "1.", "```")) for row in rest):
        return False
    if any(len(lines[row].bare) > 75 and _CONTACT.search(lines[row].bare) is None for row in rest):
        return False
    if lines[rest[-1]].bare.endswith(":"):
        return False
    if any(lines[row].bare.count(" ") >= 2 and _SENTENCE_END.search(lines[row].bare) for row in rest[:2]):
        return False
    return len(rest) <= 2 or any(_CONTACT.search(lines[row].bare) for row in rest)


def _is_name(bare: str, author: str) -> bool:
    """The author's whole name, or one part of it, alone on a line."""
    words = plain(bare).split(" ")
    parts = plain(author).split(" ")
    return len(bare) <= 60 and 0 < len(words) <= 4 and all(len(word) > 1 and word in parts for word in words)
