"""Questions to the DNS within one deadline, each asked once.

Answers are lists; a name or record that does not exist is an empty list. Whatever else goes wrong (no server, SERVFAIL,
time up, too many questions) is ``Unanswered``: a temporary error. Records over ``MAX_RECORD`` bytes are left out: no
honest policy or key is that long, and reading them takes others' code quadratic time and more.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import dns.exception
import dns.name
import dns.resolver

MAX_RECORD = 2_048
MAX_QUESTIONS = 60
PER_QUESTION = 3.0


class Unanswered(Exception):
    """The DNS did not answer, or the time is up (temperror in RFC 8601, 2.7)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one method found: its result, and the domain that it stands for (empty where it stands for none)."""

    result: str
    domain: str = ""


@dataclass(slots=True)
class Questions:
    """``deadline`` is of the monotonic clock, in seconds."""

    resolver: Any
    deadline: float
    asked: dict[tuple[str, str], list[Any] | None] = field(default_factory=dict)

    def ask(self, name: str, kind: str) -> list[Any]:
        """The records (dnspython rdata) of one name and type; raises ``Unanswered``.

        After the deadline known answers are not given either: what they would be used for takes time, too.
        """
        key = (name.lower().rstrip("."), kind)
        if key not in self.asked:
            self.asked[key] = self._resolve(*key)
        answer = self.asked[key]
        if answer is None or time.monotonic() > self.deadline:
            raise Unanswered(f"{kind} {name}")
        return answer

    def texts(self, name: str, limit: int = MAX_RECORD) -> list[bytes]:
        """TXT records of a name up to ``limit`` bytes, the strings of each joined; raises ``Unanswered``."""
        joined = [b"".join(record.strings) for record in self.ask(name, "TXT")]
        return [text for text in joined if len(text) <= limit]

    def _resolve(self, name: str, kind: str) -> list[Any] | None:
        left = self.deadline - time.monotonic()
        if left <= 0 or len(self.asked) >= MAX_QUESTIONS or self.resolver is None:
            return None
        try:
            return list(self.resolver.resolve(name, kind, lifetime=min(left, PER_QUESTION), search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.YXDOMAIN):
            return []
        except (dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel, dns.name.BadEscape):
            return []
        except dns.name.IDNAException:
            return []
        except (dns.exception.DNSException, OSError):
            return None


def open_questions(resolver: Any, seconds: float) -> Questions:
    """Questions to this resolver, or to the system's own; without any, none is answered."""
    if resolver is None:
        try:
            resolver = dns.resolver.get_default_resolver()
        except (dns.exception.DNSException, OSError):
            resolver = None
    return Questions(resolver, time.monotonic() + seconds)
