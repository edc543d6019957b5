"""DMARC: the policy that a From domain publishes, and what is aligned with it (RFC 7489, 3.1, 6.3 and 6.6.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from publicsuffixlist import PublicSuffixList

from mailbot.sender_check.questions import Questions, Unanswered

_POLICIES = frozenset({"none", "quarantine", "reject"})
_VERSION = re.compile(rb"v[ \t]{0,9}=[ \t]{0,9}DMARC1[ \t]{0,9}(?:;|$)")


@dataclass(frozen=True, slots=True)
class Policy:
    """A DMARC record as it bears on one From domain.

    ``found`` is the result that ends the check (none, permerror, temperror), or empty where the policy stands.
    """

    found: str = ""
    policy: str = ""
    strict_dkim: bool = False
    strict_spf: bool = False


def find_policy(domain: str, questions: Questions) -> Policy:
    """The policy for a From domain: its own record, else that of its organization."""
    try:
        for name in dict.fromkeys((domain, find_organization(domain))):
            records = [text for text in questions.texts(f"_dmarc.{name}") if _VERSION.match(text)]
            if records:
                return read_policy(records[0], inherited=name != domain) if len(records) == 1 else Policy("permerror")
    except Unanswered:
        return Policy("temperror")
    return Policy("none")


def read_policy(record: bytes, *, inherited: bool = False) -> Policy:
    """One DMARC record. ``inherited``: it is the organization's, so that ``sp`` goes before ``p``."""
    pairs = (part.partition(b"=")[::2] for part in record.split(b";"))
    tags = {name.strip().lower(): value.strip().lower().decode("ascii", "replace") for name, value in pairs}
    policy = tags.get(b"p", "")
    if policy not in _POLICIES:
        if not tags.get(b"rua", "").startswith("mailto:"):
            return Policy("permerror")
        policy = "none"
    if inherited and tags.get(b"sp") in _POLICIES:
        policy = tags[b"sp"]
    return Policy("", policy, tags.get(b"adkim") == "s", tags.get(b"aspf") == "s")


def is_aligned(domain: str, from_domain: str, strict: bool) -> bool:
    """Identifier alignment: equal, or in relaxed mode of the same organizational domain."""
    if not domain or not from_domain:
        return False
    return domain == from_domain or (not strict and find_organization(domain) == find_organization(from_domain))


def find_organization(domain: str) -> str:
    """The organizational domain by the public suffix list (3.2); the domain itself where it is a public suffix."""
    found: str | None = _public_suffixes().privatesuffix(domain)
    return found or domain


@lru_cache(maxsize=1)
def _public_suffixes() -> Any:
    return PublicSuffixList()
