"""What trusted hops say of the sender: Authentication-Results (RFC 8601), and of nobody else.

Anybody can write such a header into a mail. One counts only if its authserv-id is among ``rules.trusted_authserv``, and
of those only the topmost block: hops put theirs on top, so whatever a sender wrote stands below. A block is

* every header of that hop down to the next Received line, where no Received line stands above it;
* its first header alone, where one does: what follows may be the sender's own, for the hop's Received line, which
  would part them, is already past (Gmail writes in this order).

Nothing below a Received line that some foreign host has written counts. That is a second net: the first is that the
border host takes headers with its own name out of what it receives (RFC 8601, 5), and only a host that does so, and
that stamps every mail, should be configured: without its stamp a forged one is the topmost.

``trusted_authserv`` holds host names; ``*.example.net`` means every host below it; ``protection.outlook.com`` also
means the header without any authserv-id that Microsoft 365 writes.

The verdict is about one address: unless there is exactly one From header with one address that cannot be read in two
ways, and the hop names the same domain, nothing is aligned. Two results for DMARC that differ count as a failure.
"""

from __future__ import annotations

import re

from mailbot.desk.correspondence import Authentication, InboundMail
from mailbot.desk.reading_rules import ReadingRules
from mailbot.parsers.authentication_results import MAX_HEADER, MethodResult, read_results

MICROSOFT = "protection.outlook.com"
MAX_HEADERS = 25

_POLICY_COMMENT = re.compile(r"\s*(?:p|policy)=(none|quarantine|reject)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s\"'<>(),;:@\[\]\\]{1,64}@[^\s\"'<>(),;:@\[\]\\]{1,255}")
_BY = re.compile(r"(?:^|\s)by\s{1,9}([^\s;()]{1,255})", re.IGNORECASE)
_LOCAL = frozenset({"internal", "local", "localdomain", "lan", "intranet", "home", "corp"})
_HOST = re.compile(r"[^\s@<>()\[\]\\,;:\"]{1,253}")


def read_authentication(mail: InboundMail, rules: ReadingRules) -> Authentication:
    """The sender's authentication as the nearest trusted hop found it; all empty where none has checked it."""
    domain, doubt = find_from_domain(mail)
    authserv, results = _read_trusted_block(mail, rules)
    if not authserv:
        return Authentication(from_domain=domain, reason=doubt or "no trusted hop has checked the sender")
    dmarc, policy, reason = _read_dmarc([result for result in results if result.method == "dmarc"], domain)
    if doubt and dmarc == "pass":
        dmarc, reason = "permerror", doubt
    return Authentication(
        dmarc=dmarc,
        spf=_first_word(results, "spf"),
        dkim=_best_word(results, "dkim"),
        arc=_first_word(results, "arc"),
        from_domain=domain,
        dmarc_policy=policy,
        checked_by=authserv,
        reason=reason or doubt or f"{authserv} says dmarc={dmarc or 'nothing'}",
    )


def find_from_domain(mail: InboundMail) -> tuple[str, str]:
    """The domain of the one From address in A-label form, and why it cannot be relied upon (empty where it can)."""
    if len(mail.header_all("From")) != 1:
        return "", f"{len(mail.header_all('From'))} From headers"
    if mail.author is None:
        return "", f"{len(mail.from_)} addresses in From"
    address = mail.author.address
    domain = to_ascii(mail.author.domain)
    if not _ADDRESS.fullmatch(address) or not _HOST.fullmatch(domain):
        return domain, "the From address can be read in more than one way"
    shown = {found.lower().strip(".") for found in _ADDRESS.findall(mail.header("From")[:MAX_HEADER])}
    if shown - {address.lower()}:
        return domain, "From shows more addresses than one"
    return domain, ""


def to_ascii(domain: str) -> str:
    """A domain in lower case and A-labels (RFC 5890); what is no domain comes back as it is."""
    lowered = domain.strip().rstrip(".").lower()
    try:
        return lowered.encode("idna").decode("ascii")
    except UnicodeError:
        return lowered


def _read_trusted_block(mail: InboundMail, rules: ReadingRules) -> tuple[str, list[MethodResult]]:
    """The authserv-id that speaks, and all that it says in the topmost block of its headers."""
    below_received, looked_at = False, 0
    speaker, results = "", list[MethodResult]()
    for name, value in mail.headers:
        lowered = name.lower()
        if lowered == "received":
            if speaker or not is_own_hop(value, rules):
                break
            below_received = True
        if lowered != "authentication-results" or (speaker and below_received):
            continue
        looked_at += 1
        if looked_at > MAX_HEADERS:
            break
        authserv, found = read_results(value)
        if authserv == "" and found and MICROSOFT in rules.trusted_authserv:
            authserv = MICROSOFT
        if authserv and is_trusted(authserv, rules.trusted_authserv) and speaker in ("", authserv):
            speaker = authserv
            results += found
    return speaker, results


def is_own_hop(received: str, rules: ReadingRules) -> bool:
    """Whether a Received line may be one of ours: written by a host of a trusted name's domain, of the desk's own
    domains, or by one without a public name (an address, ``localhost``, ``store7.internal``)."""
    match = _BY.search(received[:MAX_HEADER])
    if match is None:
        return True
    host = match[1].strip("[]").rstrip(".").lower()
    if "." not in host or ":" in host or host.replace(".", "").isdigit():
        return True
    ours = [*rules.trusted_authserv, rules.domain, *(address.rpartition("@")[2] for address in rules.own_addresses)]
    return _zone(host) in {_zone(name.strip().lower()) for name in ours} or host.rpartition(".")[2] in _LOCAL


def _zone(host: str) -> str:
    """The last two labels of a host name; three where the second-last is as short as that of co.uk. A rough measure is
    enough here, and the public suffix list is another room's."""
    labels = host.split(".")
    return ".".join(labels[-3:] if len(labels) > 2 and len(labels[-2]) <= 3 and len(labels[-1]) == 2 else labels[-2:])


def is_trusted(authserv: str, trusted: tuple[str, ...]) -> bool:
    """Whether this authserv-id is one of the configured ones (exactly, or below ``*.name``)."""
    for name in (entry.strip().lower() for entry in trusted):
        if authserv == name or (name.startswith("*.") and authserv.endswith(name[1:]) and len(authserv) >= len(name)):
            return True
    return False


def _read_dmarc(results: list[MethodResult], domain: str) -> tuple[str, str, str]:
    """Result, published policy and doubt of what a block says of DMARC."""
    words = {result.result for result in results}
    if not words:
        return "", "", ""
    policy = next((found for found in map(_read_policy, results) if found), "")
    if len(words) > 1:
        return "fail", policy, "contradictory DMARC results"
    word = words.pop()
    if word in ("none", "bestguesspass"):
        return "none", "absent", ""
    told = [result.properties["header.from"] for result in results if "header.from" in result.properties]
    named = {to_ascii(name.rpartition("@")[2]) for name in told}
    if word == "pass" and not named:
        return "", policy, "the hop does not say for whom DMARC passed"
    if word == "pass" and named != {domain}:
        return "fail", policy, f"DMARC passed for {', '.join(sorted(named))}, not for {domain or 'From'}"
    return word, policy, ""


def _read_policy(result: MethodResult) -> str:
    told = result.properties.get("policy.published-domain-policy") or result.properties.get("policy.policy", "")
    if told.lower() in ("none", "quarantine", "reject"):
        return told.lower()
    matches = (_POLICY_COMMENT.match(comment) for comment in result.comments)
    return next((match[1].lower() for match in matches if match), "")


def _first_word(results: list[MethodResult], method: str) -> str:
    return next((result.result for result in results if result.method == method), "")


def _best_word(results: list[MethodResult], method: str) -> str:
    """A mail has several signatures: one that passes is enough (RFC 6376, 6.1)."""
    words = [result.result for result in results if result.method == method]
    return "pass" if "pass" in words else (words[0] if words else "")
