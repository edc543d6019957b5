"""SPF of the reverse-path, by pyspf, with questions of our own: pyspf would ask the system's resolver, 20 seconds each
time, whatever it is told."""

from __future__ import annotations

import ipaddress
import warnings
from typing import Any

from mailbot.desk.correspondence import Envelope
from mailbot.sender_check.author import to_ascii
from mailbot.sender_check.questions import MAX_RECORD, Finding, Questions, Unanswered

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import spf  # type: ignore[import-untyped]

_OWN_NETWORKS = [
    ipaddress.ip_network(network)
    for network in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"),
        *("::1/128", "fc00::/7", "fe80::/10"),
    )
]
_WORDS = frozenset({"pass", "fail", "softfail", "neutral", "none", "temperror", "permerror"})
# What pyspf lets out besides its own exceptions where a record is broken enough.
_BROKEN = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError, RecursionError)


def check_spf(envelope: Envelope, questions: Questions) -> Finding:
    """The result for MAIL FROM, or for HELO where that is empty (RFC 7208, 2.4).

    No result (an empty one) where the peer is unknown or of the own network: there is then no foreign host to check.
    """
    peer = read_peer(envelope.peer)
    sender, helo = envelope.reverse_path.strip("<> ")[:320], envelope.helo.strip("[] ")[:255]
    if not peer or not (sender or helo):
        return Finding("")
    domain = to_ascii(sender.rpartition("@")[2] or helo)
    mailbox = f"{sender.rpartition('@')[0] or 'postmaster'}@{domain}"
    try:
        result = _Query(peer, mailbox, helo or domain, questions).check()[0]
    except Unanswered:
        result = "temperror"
    except (*_BROKEN, spf.PermError, spf.TempError):
        result = "permerror"
    return Finding(result if result in _WORDS else "permerror", domain)


def read_peer(peer: str) -> str:
    """The address to ask about, an IPv4 one taken out of its IPv6 form; empty for none or one of the own network."""
    try:
        address = ipaddress.ip_address(peer.strip("[] ").removeprefix("IPv6:").partition("%")[0])
    except ValueError:
        return ""
    address = getattr(address, "ipv4_mapped", None) or address
    return "" if any(address in network for network in _OWN_NETWORKS) else str(address)


class _Query(spf.query):
    def __init__(self, peer: str, sender: str, helo: str, questions: Questions) -> None:
        self.questions = questions
        super().__init__(i=peer, s=sender, h=helo)

    def dns(self, name: Any, qtype: str, cnames: Any = None, ignore_void: bool = False) -> list[Any]:
        name = str(name).rstrip(".")
        if not all(0 < len(label) < 64 for label in name.split(".")):
            return []
        found = [_as_pyspf(record, qtype) for record in self.questions.ask(name, qtype)]
        if qtype == "TXT":
            found = [strings for strings in found if sum(map(len, strings)) <= MAX_RECORD]
        if not found and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError("too many lookups that find nothing (RFC 7208, 4.6.4)")
        return found


def _as_pyspf(record: Any, kind: str) -> Any:
    if kind in ("A", "AAAA"):
        return record.address
    if kind == "MX":
        return record.preference, record.exchange.to_text(True)
    return record.target.to_text(True) if kind == "PTR" else record.strings
