"""Why a mail did not arrive: status codes (RFC 3463), SMTP replies (RFC 5321, 4.2) and the words beside them.

Contract: pure functions on short texts; an unknown reason is the empty string. Words are judged before codes, because
servers send 5.7.1 for a full mailbox and 5.0.0 for everything; the code decides where the words say nothing.
"""

from __future__ import annotations

import re

from mailbot.parsers.bounces.words import Words

MAX_TEXT = 4_000

STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
REPLY = re.compile(r"(?<![\d.:/-])([45][0-5]\d)(?=[ \-:)\],]|$)", re.MULTILINE)

REASONS_BY_STATUS = {
    "1.1": "user_unknown",
    "1.2": "host_unknown",
    "1.3": "user_unknown",
    "1.4": "user_unknown",
    "1.6": "moved",
    "1.7": "sender_rejected",
    "1.8": "sender_rejected",
    "1.10": "not_accepting",
    "2.1": "disabled",
    "2.2": "mailbox_full",
    "2.3": "too_large",
    "2.4": "user_unknown",
    "3.1": "mailbox_full",
    "3.4": "too_large",
    "4.1": "network",
    "4.2": "network",
    "4.3": "network",
    "4.4": "host_unknown",
    "4.5": "network",
    "4.6": "loop",
    "4.7": "expired",
    "6.1": "content_rejected",
    "6.2": "content_rejected",
    "6.3": "content_rejected",
    "7.20": "authentication",
    "7.21": "authentication",
    "7.22": "authentication",
    "7.23": "authentication",
    "7.24": "authentication",
    "7.25": "blocked",
    "7.26": "authentication",
    "7.27": "not_accepting",
}
"""Subject and detail of RFC 3463 (and RFC 7372, 7505) to a word."""

VAGUE_REASONS = {
    "1.0": "user_unknown",
    "3.0": "system",
    "3.2": "system",
    "3.5": "system",
    "4.0": "network",
    "6.0": "content_rejected",
    "7.0": "policy",
    "7.1": "policy",
    "7.2": "policy",
}
"""Codes that servers use for anything: where words say nothing better."""

TEMPORARY = frozenset(("mailbox_full", "expired", "rate_limited", "network", "system"))
LASTING = frozenset(("user_unknown", "host_unknown", "disabled", "moved", "not_accepting"))


def find_status(text: str) -> str:
    """The first enhanced status code of a failure that says something, else the first; empty where there is none.

    A detail of 0 says nothing (RFC 3463, 3.1): "5.1.0 - Unknown address error 550-'5.2.2 Mailbox full'".
    """
    failures = [found.group(0) for found in STATUS.finditer(text[:MAX_TEXT]) if found.group(1) != "2"]
    return next((each for each in failures if not each.endswith(".0")), failures[0] if failures else "")


def find_reply(text: str) -> str:
    """The first SMTP reply code of a failure in a text, or the empty string."""
    found = REPLY.search(text[:MAX_TEXT])
    return found.group(1) if found else ""


def find_reason(status: str, text: str, words: Words) -> str:
    """A word for the reason: from clear words of the server, else from its status code, else from vague words."""
    lowered = " ".join(text[:MAX_TEXT].lower().replace("\u2019", "'").split())
    return (
        _by_words(lowered, words.reasons)
        or REASONS_BY_STATUS.get(status.partition(".")[2], "")
        or _by_words(lowered, words.weak_reasons)
        or VAGUE_REASONS.get(status.partition(".")[2], "")
    )


def _by_words(lowered: str, reasons: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    return next((word for word, phrases in reasons if any(phrase in lowered for phrase in phrases)), "")


def is_permanent(action: str, status: str, reply: str, reason: str) -> bool | None:
    """Is it no use to try again? By the class of the status, then of the reply, then by the reason; None: not told."""
    if action == "delayed":
        return False
    if action != "failed":
        return None
    first = status[:1] or reply[:1]
    if first in ("4", "5"):
        return first == "5"
    if reason in TEMPORARY:
        return False
    return True if reason in LASTING else None
