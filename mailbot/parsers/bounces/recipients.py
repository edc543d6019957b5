"""Whom a report in free form speaks of.

Contract: ``find_recipients(mail, notice, words)`` gives (address, the lines about it) in order, without repeats, empty
where nobody can be named. Servers have a few habits, tried from the safest to the vaguest; the first that names anybody
decides:

1. the X-Failed-Recipients header (Exim, Gmail);
2. lines that begin with an address, bare or followed by a reason: lists of recipients;
3. an address right after a word that introduces it: ``Failed Recipient:``, "deliver your message to";
4. the SMTP dialogue: ``RCPT TO:<…>`` and ``550 <…>... User unknown``;
5. any address in a sentence about the failure;
6. To of the returned mail, or a VERP address that the report was sent to.

Addresses of those who wrote the original, and of those to turn to, are not the ones that
failed, unless no other is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from mailbot.desk.correspondence import InboundMail
from mailbot.parsers.bounces.fields import normalise_address
from mailbot.parsers.bounces.notice import Notice
from mailbot.parsers.bounces.words import Words

MAX_RECIPIENTS = 200
BLOCK_LINES = 14
MAX_SENTENCES = 40

LOCAL = r"(?:\"[^\"\\\s]{1,64}\"|[^\s<>()\[\]:;,\"'|@\\]{1,128})"
ADDRESS = re.compile(
    rf"(?<![^\s<>()\[\]:;,\"'|@\\])(?:SMTP[=:])?({LOCAL}@[^\s<>()\[\]:;,\"'|@\\/]{{1,255}})", re.IGNORECASE
)
"""Begins only where a run of such characters begins: each run is looked at once, however long."""
NEXT_ADDRESS = re.compile(rf"[>\s]{{0,3}}[,;]\s{{0,3}}<?({LOCAL}@[^\s<>()\[\]:;,\"'|@\\/]{{1,255}})")
BULLETS = " \t>*|\u2022\u00b7-\u2013\u2014=[<\"'(\u00ab"
AFTER_ADDRESS = ">]\"')\u00bb"
TAIL_STARTS = (":", ";", ",", "...", "[", "(", "<", "-", "\u2013", "=", "/", "!")
DIALOGUE = re.compile(
    rf"\bRCPT(?:\s{{1,3}}TO)?\s{{0,3}}:\s{{0,3}}<?({LOCAL}@[^\s<>()\[\]:;,\"'|@\\]{{1,255}})", re.IGNORECASE
)
REPLY_TO_ADDRESS = re.compile(
    rf"^\W{{0,12}}[45][0-9]{{2}}[ -].{{0,60}}?<?({LOCAL}@[^\s<>()\[\]:;,\"'|@\\]{{1,255}})>?", re.IGNORECASE
)
DATE_AFTER = re.compile(
    r"(?:on|at)\s+\w{3,9},?\s|(?:\w{1,4}\.?\s+)?[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}\b", re.IGNORECASE
)
"""Exchange says when it gave up: "on Mon, 3 Nov", "am 03.11.2026", "den 2026-11-03"."""
DIALOGUE_LINE = re.compile(r"^\W{0,12}(?:[45][0-9]{2}[ -]|RCPT|MAIL|DATA|In:|Out:|Sent|Received)", re.IGNORECASE)
VERP = re.compile(r"[+-]([^+\s@=]{1,64})=([^\s@=]{1,255}\.[a-z]{2,24})$", re.IGNORECASE)
BARE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]{1,63}")

Finding = tuple[int, str]
"""(index of the line, address)"""


@dataclass(frozen=True, slots=True)
class Suspect:
    """One recipient that a report names, and the lines that speak of it."""

    address: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def find_recipients(mail: InboundMail, notice: Notice, words: Words) -> tuple[Suspect, ...]:
    """The recipients whom the words of the report name, by the first habit that tells."""
    told = _failed_header(mail)
    senders = _senders(mail, notice)
    left_over: tuple[Suspect, ...] = ()
    for habit in (_listed, _labelled, _in_dialogue, _in_sentences):
        suspects = _group(tuple(habit(notice.lines, words)), notice.lines)
        others = tuple(each for each in suspects if each.address.lower() not in senders)
        meant = tuple(each for each in suspects if each.address.lower() in told)
        if told and (meant or (others and habit is _listed)):
            return _with_missing(meant, told) if meant else others
        if others and not told:
            return others
        if habit is not _in_sentences:
            left_over = left_over or suspects
    aliases = _group(tuple(_named_as_alias(notice.lines, words)), notice.lines)
    return _with_missing((), told) or aliases or left_over or _bare_names(mail, notice)


def guess_recipients(mail: InboundMail, notice: Notice) -> tuple[Suspect, ...]:
    """Where the words name nobody: the only addressee of the returned mail, or VERP in the address written to."""
    senders = _senders(mail, notice)
    addressees = notice.returned.addresses("to", "cc", "delivered-to", "x-original-to")
    others = tuple(each for each in addressees if each not in senders) or addressees[:1]
    if len(others) == 1:
        return (Suspect(others[0], ()),)
    for box in mail.to:
        verp = VERP.search(box.address.rpartition("@")[0])
        if verp:
            return (Suspect(f"{verp.group(1)}@{verp.group(2).lower()}", ()),)
    return ()


def list_all_addresses(text: str) -> tuple[str, ...]:
    """Every address in a text, in order, domains in lower case."""
    return tuple(dict.fromkeys(filter(None, map(normalise_address, ADDRESS.findall(text)))))


def _failed_header(mail: InboundMail) -> tuple[str, ...]:
    values = " ".join(mail.header_all("X-Failed-Recipients"))[:16_000]
    return tuple(each.lower() for each in list_all_addresses(values)[:MAX_RECIPIENTS])


def _senders(mail: InboundMail, notice: Notice) -> frozenset[str]:
    """Who wrote the original (the report went to them), and who wrote the report."""
    boxes = (*mail.to, *mail.cc, *mail.from_)
    written = notice.returned.addresses("from", "return-path", "sender", "reply-to", "x-original-from")
    return frozenset((*(each.address.lower() for each in boxes), *written))


def _listed(lines: tuple[str, ...], words: Words) -> Iterator[Finding]:
    before = ""
    for index, line in enumerate(lines):
        bare = line.lstrip(BULLETS)
        found = ADDRESS.match(bare) if "@" in line and len(line) - len(bare) <= 60 else None
        if found and _is_entry(bare[found.end() :], words) and not _continues(before, words):
            yield from _one(index, found.group(1))
            yield from _more(index, bare[found.end() :])
        if line.strip():
            before = line


def _is_entry(tail: str, words: Words) -> bool:
    rest = tail.lstrip(AFTER_ADDRESS).strip()
    if not rest or rest.startswith(TAIL_STARTS) or tail.startswith(":") or DATE_AFTER.match(rest):
        return True
    lowered = rest.lower()
    if lowered.startswith((".", "and ", "or ")):
        return False
    return any(phrase in lowered for phrase in words.phrases) or lowered.startswith(("invalid", "error", "failed"))


def _continues(before: str, words: Words) -> bool:
    """Is the address the end of a sentence like "for help, please contact", or an alias, broken over two lines?"""
    ending = before.rstrip().lower()
    if ending.rstrip(": (").endswith(words.aliases):
        return True
    return not ending.endswith((":", ".", ";")) and ending.endswith(words.bystanders)


def _more(index: int, tail: str) -> Iterator[Finding]:
    """Further addresses, where only commas stand between."""
    while found := NEXT_ADDRESS.match(tail):
        yield from _one(index, found.group(1))
        tail = tail[found.end() :]


def _labelled(lines: tuple[str, ...], words: Words) -> Iterator[Finding]:
    for index, line in enumerate(lines):
        lowered = line.lower() if "@" in line else ""
        for found in ADDRESS.finditer(line) if lowered else ():
            before = lowered[: found.start(1)].rstrip(" \t:<\"'[(=")
            label = before.lstrip(BULLETS)
            if before.endswith(words.aliases) or _speaks_of_bystander(before, words):
                continue
            if before.endswith(words.labels) or (len(label) <= 60 and label.startswith(words.labels)):
                yield from _one(index, found.group(1))
                yield from _more(index, line[found.end() :])


def _speaks_of_bystander(before: str, words: Words) -> bool:
    """Does the sentence before an address, as far as it stands in the line, speak of somebody to turn to?"""
    clause = before[-80:].rpartition(". ")[2]
    return any(each in clause for each in words.bystanders)


def _in_dialogue(lines: tuple[str, ...], words: Words) -> Iterator[Finding]:
    for index, line in enumerate(lines):
        if "@" in line and "mail from" not in line.lower():
            found = DIALOGUE.search(line) or REPLY_TO_ADDRESS.match(line)
            if found:
                yield from _one(index, found.group(1))


def _in_sentences(lines: tuple[str, ...], words: Words) -> Iterator[Finding]:
    candidates = (index for index, line in enumerate(lines) if "@" in line)
    for index in islice(candidates, MAX_SENTENCES):
        line = lines[index]
        lowered = line.lower()
        sentence = " ".join(lines[max(0, index - 1) : index + 2]).lower().replace("\u2019", "'")
        if not any(each in sentence for each in words.phrases):
            continue
        for found in ADDRESS.finditer(line):
            daemon = found.group(1).partition("@")[0].lower() in words.daemons
            if not daemon and not _speaks_of_bystander(lowered[: found.start(1)], words):
                yield from _one(index, found.group(1))


def _named_as_alias(lines: tuple[str, ...], words: Words) -> Iterator[Finding]:
    """In "an undisclosed address (generated from a@b.example)" the other name is all that is told."""
    for index, line in enumerate(lines):
        for found in ADDRESS.finditer(line) if "@" in line else ():
            if line[: found.start(1)].lower().rstrip(" \t:<\"'[(=").endswith(words.aliases):
                yield from _one(index, found.group(1))


def _one(index: int, written: str) -> Iterator[Finding]:
    address = normalise_address(written)
    if address and "." in address.rpartition("@")[2] + ".":
        yield index, address


def _group(found: tuple[Finding, ...], lines: tuple[str, ...]) -> tuple[Suspect, ...]:
    """One suspect per address, with the lines from its first mention to the mention of the next."""
    starts: dict[str, Finding] = {}
    for index, address in found:
        starts.setdefault(address.lower(), (index, address))
    ordered = sorted(starts.values())[:MAX_RECIPIENTS]
    ends = [*(index for index, _ in ordered[1:]), len(lines)][: len(ordered)]
    return tuple(
        Suspect(address, lines[index : max(index + 1, min(end, index + BLOCK_LINES))])
        for (index, address), end in zip(ordered, ends, strict=True)
    )


def _with_missing(suspects: tuple[Suspect, ...], told: tuple[str, ...]) -> tuple[Suspect, ...]:
    named = {each.address.lower() for each in suspects}
    return (*suspects, *(Suspect(address, ()) for address in told if address not in named))


def _bare_names(mail: InboundMail, notice: Notice) -> tuple[Suspect, ...]:
    """A server that lists its own mailboxes by name only: the name, and the server's domain."""
    domain = mail.from_[0].domain if mail.from_ else ""
    lines = tuple(line.strip() for line in notice.lines if line.strip())
    if not domain:
        return ()
    for above, line in pairwise(lines):
        introduced = above.endswith(":") and ("recipient" in above.lower() or "address" in above.lower())
        if introduced and BARE_NAME.fullmatch(line):
            return (Suspect(f"{line}@{domain}", ()),)
    return ()
