"""Mail shown without what lets its reader act as somebody else: links to the console, reply addresses, Message-IDs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailbot.desk.policy import Policy

# What ``desk.reference`` signs: ticket, person, resolution, key and seal; in a Message-ID with its own number behind.
# And what ``desk.event_tokens`` signs: purpose, announcement, person, key and seal.
_OURS = re.compile(r"(?:\d{1,12}-\d{1,12}-\d{1,6}|[eu]\d{1,12}-\d{1,12})-[a-z0-9]{27}[.a-z0-9]{0,17}", re.IGNORECASE)


def mask(text: str, policy: Policy) -> str:
    """``support+…@desk.example`` and ``https://desk.example/…``: who reads it sees what was said and cannot use it."""
    if policy.console_url:
        text = re.sub(re.escape(policy.console_url) + r"/[^\s\"'<>()]{12,}", f"{policy.console_url}/…", text)
    return _OURS.sub("…", text)


def mask_headers(headers: Sequence[tuple[str, str]], policy: Policy) -> list[tuple[str, str]]:
    return [(name, mask(value, policy)) for name, value in headers]
