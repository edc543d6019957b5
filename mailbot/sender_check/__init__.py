"""Who sent this mail? SPF (RFC 7208), DKIM (RFC 6376), ARC (RFC 8617) and DMARC (RFC 7489), where mailbot is the edge.

    questions      the DNS, within one deadline              sender_policy   SPF of the reverse-path
    author         the one From address, read strictly       signatures      DKIM and ARC
    dmarc          the From domain's policy, alignment

It asks the DNS and so is slow and may fail, but never raises: all questions together take no longer than ``seconds``,
and what is not known then is a temperror. A mail handed over by a host of the own network has come past another edge:
SPF then says nothing, and without an aligned signature the mail is unchecked rather than failed.
"""

from __future__ import annotations

from typing import Any

from mailbot.desk.correspondence import Authentication, Envelope
from mailbot.sender_check.author import find_doubt, read_header_block, to_ascii
from mailbot.sender_check.dmarc import Policy, find_policy, is_aligned
from mailbot.sender_check.questions import Finding, Questions, open_questions
from mailbot.sender_check.sender_policy import check_spf
from mailbot.sender_check.signatures import check_arc, check_signatures

CHECKED_BY = "mailbot"


def check_sender(
    raw: bytes, envelope: Envelope, from_domain: str, *, resolver: Any = None, seconds: float = 10.0
) -> Authentication:
    """The sender's authentication as this desk finds it. ``from_domain`` is that of the one From address, or empty.

    ``resolver`` is a dnspython ``Resolver``, the system's own where it is None. Where no record is published
    ``dmarc_policy`` is "absent" and ``dmarc`` is none; a mail whose From is not one plain address is a permerror.
    """
    questions = open_questions(resolver, seconds)
    domain = to_ascii(from_domain)
    head = read_header_block(raw)
    policy = find_policy(domain, questions) if domain else Policy("permerror")
    signatures = check_signatures(raw, head, questions)
    sender = check_spf(envelope, questions)
    dmarc, reason = _conclude(domain, find_doubt(head, domain), policy, signatures, sender)
    return Authentication(
        dmarc=dmarc,
        spf=sender.result,
        dkim=_sum_up(signatures),
        arc=check_arc(raw, head, questions),
        from_domain=domain,
        dmarc_policy="absent" if policy.found == "none" else policy.policy,
        checked_by=CHECKED_BY if dmarc else "",
        reason=reason,
    )


def _conclude(domain: str, doubt: str, policy: Policy, signatures: list[Finding], sender: Finding) -> tuple[str, str]:
    """The DMARC result (RFC 7489, 6.6.2) and why."""
    if doubt:
        return "permerror", doubt
    if policy.found:
        return policy.found, f"DMARC record of {domain}: {policy.found}"
    findings = [(finding, policy.strict_dkim, "DKIM") for finding in signatures] + [(sender, policy.strict_spf, "SPF")]
    aligned = [(found, name) for found, strict, name in findings if is_aligned(found.domain, domain, strict)]
    for found, name in aligned:
        if found.result == "pass":
            return "pass", f"{name} passed for {found.domain}"
    if any(found.result == "temperror" for found, _ in aligned):
        return "temperror", "the DNS did not answer"
    if not sender.result:
        return "", "no foreign host handed it over, and the From domain has not signed it"
    return "fail", f"neither SPF nor DKIM passed for {domain}"


def _sum_up(signatures: list[Finding]) -> str:
    """One signature that passes is enough (RFC 6376, 6.1)."""
    results = [found.result for found in signatures]
    return next((word for word in ("pass", "temperror") if word in results), results[0] if results else "none")


__all__ = ["CHECKED_BY", "Questions", "check_sender"]
