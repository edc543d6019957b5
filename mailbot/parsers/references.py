"""Where a mail says that it belongs: reply address, Message-IDs, ticket number in the subject.

Contract: pure extraction, in order of trust. Nothing here is believed: a reply detail is verified where the key is
known, a Message-ID is looked up among those that were minted here, and a subject tag is a claim that anybody can write.
Never raises; time is linear in the length of the headers, which are looked at up to fixed bounds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from mailbot.desk.correspondence import Envelope, InboundMail, ThreadHints
from mailbot.desk.reading_rules import ReadingRules

MAX_SUBJECT = 1_000
MAX_IDS = 200
MAX_ID_LENGTH = 998
MAX_DETAILS = 20
MAX_DETAIL_LENGTH = 200
MAX_TAGS = 10
DELIVERY_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To")
"""What servers write down of the forward-path at delivery; the only trace of it in a mail fetched over IMAP."""

HEADER_ADDRESS = re.compile(r"[^\s<>,;:\"()]{1,250}@[^\s<>,;:\"()]{1,255}")


def read_hints(mail: InboundMail, envelope: Envelope, rules: ReadingRules) -> ThreadHints:
    """The hints of a mail, best first, without repeats.

    Details are those of our own addresses only (RFC 5233), from the envelope, then To and Cc, then what delivery agents
    noted. Message-IDs are In-Reply-To, then References from the newest (RFC 5322, 3.6.4). Tags are ``PREFIX-number``.
    """
    return ThreadHints(
        reply_details=_first_ones(_details(mail, envelope, rules.own_addresses), MAX_DETAILS),
        message_ids=_first_ones(_message_ids(mail), MAX_IDS),
        subject_references=_first_ones(_tags(mail.subject, rules.ticket_prefix), MAX_TAGS),
    )


def find_detail(address: str, own_addresses: frozenset[str]) -> str | None:
    """The sub-address detail of one of our addresses (RFC 5233), as written; None for a foreign or a plain one."""
    local, at, domain = address.strip().strip("<>").rpartition("@")
    mailbox, plus, detail = local.partition("+")
    if not at or not plus or not detail or len(detail) > MAX_DETAIL_LENGTH:
        return None
    return detail if f"{mailbox}@{domain}".lower() in own_addresses else None


def is_own_address(address: str, own_addresses: frozenset[str]) -> bool:
    """Is it ours, with or without a sub-address detail?"""
    plain = address.strip().strip("<>").lower()
    return plain in own_addresses or find_detail(plain, own_addresses) is not None


def _details(mail: InboundMail, envelope: Envelope, own_addresses: frozenset[str]) -> Iterator[str]:
    for address in _recipients(mail, envelope):
        detail = find_detail(address, own_addresses)
        if detail is not None:
            yield detail


def _recipients(mail: InboundMail, envelope: Envelope) -> Iterator[str]:
    yield from envelope.forward_paths
    for mailbox in (*mail.to, *mail.cc):
        yield mailbox.address
    for name in DELIVERY_HEADERS:
        for value in mail.header_all(name):
            yield from HEADER_ADDRESS.findall(value[:MAX_ID_LENGTH])


def _message_ids(mail: InboundMail) -> Iterator[str]:
    for identifier in (*mail.in_reply_to, *reversed(mail.references)):
        bare = identifier.strip().strip("<>").strip()
        if bare and len(bare) <= MAX_ID_LENGTH:
            yield bare


def _tags(subject: str, prefix: str) -> Iterator[str]:
    for found in _tag_pattern(prefix).finditer(subject[:MAX_SUBJECT]):
        yield f"{prefix}-{found.group(1)}"


@lru_cache(maxsize=32)
def _tag_pattern(prefix: str) -> re.Pattern[str]:
    """``SD-1042`` in any case; mail programs may have made a typographic hyphen of the plain one."""
    return re.compile(rf"(?<![\w-]){re.escape(prefix)}[-\u2010\u2011\u2013\u2212]([0-9]{{1,12}})(?!\w)", re.IGNORECASE)


def _first_ones(found: Iterable[str], most: int) -> tuple[str, ...]:
    kept: dict[str, None] = {}
    for each in found:
        kept.setdefault(each)
        if len(kept) >= most:
            break
    return tuple(kept)
