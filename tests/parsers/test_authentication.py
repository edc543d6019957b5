"""Whose word on the sender counts (RFC 8601), against what people forge."""

from __future__ import annotations

import pytest

from mailbot.desk.correspondence import Authentication, InboundMail, Mailbox
from mailbot.desk.reading_rules import ReadingRules
from mailbot.parsers.authentication import find_from_domain, is_own_hop, is_trusted, read_authentication
from mailbot.parsers.message import read_message

MX = "mx.helpdesk.example"
RULES = ReadingRules(
    own_addresses=frozenset({"support@helpdesk.example"}), domain="helpdesk.example", trusted_authserv=(MX,)
)
PASS = f"{MX}; dmarc=pass (p=reject dis=none) header.from=kund.example"
BORDER = ("Received", f"from out.kund.example (out.kund.example [203.0.113.9]) by {MX} (Postfix) with ESMTPS")
STORE = ("Received", f"from {MX} by store.helpdesk.example with LMTP id x")
FOREIGN = ("Received", "from laptop by out.kund.example with ESMTPSA")


def mail(*headers: tuple[str, str]) -> InboundMail:
    author = Mailbox("eva@kund.example", "Eva Berg")
    return InboundMail(from_=(author,), headers=(*headers, ("From", "Eva Berg <eva@kund.example>"), ("Subject", "x")))


def stamp(value: str) -> tuple[str, str]:
    return "Authentication-Results", value


def read(*headers: tuple[str, str], rules: ReadingRules = RULES) -> Authentication:
    return read_authentication(mail(*headers), rules)


def test_read_authentication_of_trusted_hop() -> None:
    value = (
        f"{MX}; spf=pass (sender is allowed) smtp.mailfrom=b-1@bounce.kund.example; dkim=fail header.d=old.example; "
        "dkim=pass (2048-bit key) header.d=kund.example header.i=@kund.example header.b=ab/cd; arc=none; "
        "dmarc=pass (p=quarantine sp=none dis=none) header.from=kund.example"
    )
    found = read(stamp(value), BORDER, FOREIGN)
    assert found == Authentication(
        dmarc="pass",
        spf="pass",
        dkim="pass",
        arc="none",
        from_domain="kund.example",
        dmarc_policy="quarantine",
        checked_by=MX,
        reason=f"{MX} says dmarc=pass",
    )
    assert found.aligned


def test_read_authentication_joins_the_headers_of_one_hop_on_top() -> None:
    found = read(stamp(PASS), stamp(f"{MX}; dkim=pass header.d=kund.example"), stamp(f"{MX}; spf=softfail"), BORDER)
    assert (found.dmarc, found.dkim, found.spf) == ("pass", "pass", "softfail")


def test_read_authentication_behind_own_store_is_aligned() -> None:
    assert read(STORE, stamp(PASS), BORDER, FOREIGN).aligned


def test_read_authentication_below_the_received_line_of_its_hop_is_aligned() -> None:
    """Gmail writes its Received line first and its verdict below."""
    rules = ReadingRules(trusted_authserv=("mx.google.com",))
    value = (
        "mx.google.com; dkim=pass header.i=@kund.example; dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=kund.example"
    )
    found = read(
        ("Received", "by 2002:a05:6402:1d0f:b0:123:4567:89ab with SMTP id x"),
        ("Received", "from mail.kund.example (mail.kund.example. [203.0.113.9]) by mx.google.com with ESMTPS id y"),
        ("Received-SPF", "pass (google.com: domain of eva@kund.example designates 203.0.113.9)"),
        stamp(value),
        rules=rules,
    )
    assert (found.aligned, found.dmarc_policy) == (True, "none")


FORGED = stamp(f"{MX}; dmarc=pass header.from=kund.example; dkim=pass header.d=kund.example")

UNHEARD = {
    "no header at all": (BORDER,),
    "another's name": (stamp(PASS.replace(MX, "mx.evil.example")), BORDER),
    "a name that begins alike": (stamp(PASS.replace(MX, MX + ".evil.example")), BORDER),
    "a name that ends alike": (stamp(PASS.replace(MX, "evil-" + MX)), BORDER),
    "the name in a comment": (stamp(f"evil.example ({MX}); dmarc=pass header.from=kund.example"), BORDER),
    "the name in the result": (stamp(f"evil.example; dmarc=pass header.from=kund.example; x={MX}"), BORDER),
    "the name as a second word": (stamp(f"evil.example {MX}; dmarc=pass header.from=kund.example"), BORDER),
    "another version": (stamp(f"{MX} 2; dmarc=pass header.from=kund.example"), BORDER),
    "no name": (stamp("dmarc=pass header.from=kund.example"), BORDER),
    "below a foreign Received line": (BORDER, FOREIGN, FORGED),
    "below two of them": (STORE, BORDER, FOREIGN, ("Received", "from x by y.kund.example"), FORGED),
    "ARC without trust": (("ARC-Authentication-Results", "i=1; " + PASS), BORDER),
    "another header": (("X-Authentication-Results", PASS), ("Original-Authentication-Results", PASS), BORDER),
    "an open comment": (stamp(f"{MX} (; dmarc=pass header.from=kund.example"), BORDER),
    "an open quotation": (stamp(f'{MX}; dmarc=pass header.from="kund.example'), BORDER),
    "too long": (stamp(PASS + " x" * 10_000), BORDER),
}


@pytest.mark.parametrize("name", UNHEARD)
def test_read_authentication_hears_nobody_else(name: str) -> None:
    found = read(*UNHEARD[name])
    assert found == Authentication(from_domain="kund.example", reason="no trusted hop has checked the sender")


def test_read_authentication_without_trusted_names_hears_nobody() -> None:
    assert read(stamp(PASS), BORDER, rules=ReadingRules()).checked_by == ""


OVERRULED = {
    "forged below the border": (stamp(f"{MX}; dmarc=fail header.from=kund.example"), BORDER, FORGED),
    "forged below behind a store": (STORE, stamp(f"{MX}; dmarc=fail header.from=kund.example"), FORGED, BORDER),
    "forged twice": (STORE, stamp(f"{MX}; dmarc=fail"), FORGED, FORGED),
    "two that differ": (stamp(f"{MX}; dmarc=fail header.from=kund.example"), FORGED, BORDER),
    "two in one": (stamp(f"{PASS}; dmarc=fail header.from=kund.example"), BORDER),
    "passed for another": (stamp(f"{MX}; dmarc=pass header.from=evil.example"), BORDER),
    "passed for a subdomain": (stamp(f"{MX}; dmarc=pass header.from=kund.example.evil.example"), BORDER),
}


@pytest.mark.parametrize("name", OVERRULED)
def test_read_authentication_of_contradiction_is_fail(name: str) -> None:
    found = read(*OVERRULED[name])
    assert (found.dmarc, found.checked_by, found.aligned) == ("fail", MX, False)


UNSAID = {
    "in MAIL FROM": f'{MX}; spf=pass smtp.mailfrom="x; dmarc=pass header.from=kund.example"@evil.example',
    "in MAIL FROM with a backslash": f'{MX}; spf=pass smtp.mailfrom="x\\"; dmarc=pass"@evil.example',
    "in a comment": f"{MX}; spf=fail (dmarc=pass header.from=kund.example)",
    "in a nested comment": f"{MX}; spf=fail (a (b) ; dmarc=pass header.from=kund.example)",
    "in a comment with a bracket escaped": f"{MX}; spf=fail (a \\) ; dmarc=pass header.from=kund.example)",
    "as a property": f"{MX}; spf=fail smtp.mailfrom=dmarc=pass",
    "as a reason": f'{MX}; spf=fail reason="x; dmarc=pass"',
    "with another version": f"{MX}; dmarc/2=pass header.from=kund.example",
    "as no result": f"{MX}; dmarc=passed header.from=kund.example",
    "as a method alike": f"{MX}; x-dmarc=pass header.from=kund.example",
    "none": f"{MX}; none",
    "of nobody": f"{MX}; dmarc=pass",
}


@pytest.mark.parametrize("name", UNSAID)
def test_read_authentication_hears_no_dmarc_that_is_not_said(name: str) -> None:
    found = read(stamp(UNSAID[name]), BORDER)
    assert (found.dmarc, found.dmarc_policy, found.checked_by, found.aligned) == ("", "", MX, False)


@pytest.mark.parametrize(
    ("said", "policy"),
    [
        ("dmarc=fail (p=REJECT sp=REJECT dis=NONE) header.from=kund.example", "reject"),
        ("dmarc=fail policy.published-domain-policy=quarantine header.from=kund.example", "quarantine"),
        ("dmarc=fail (policy=none) header.from=kund.example", "none"),
        ("dmarc=none header.from=kund.example", "absent"),
        ("dmarc=bestguesspass action=none header.from=kund.example", "absent"),
        ("dmarc=fail (something p=none) header.from=kund.example", ""),
        ("dmarc=temperror header.from=kund.example", ""),
    ],
)
def test_read_authentication_tells_published_policy(said: str, policy: str) -> None:
    found = read(stamp(f"{MX}; {said}"), BORDER)
    assert (found.dmarc_policy, found.aligned) == (policy, False)


MICROSOFT = (
    "spf=pass (sender IP is 203.0.113.9) smtp.mailfrom=kund.example; dkim=pass (signature was verified) "
    "header.d=kund.example;dmarc=pass action=none header.from=kund.example;compauth=pass reason=100"
)
EXCHANGE = ("Received", "from AM0PR.eurprd.prod.outlook.com (2603:10a6::1) by DB9PR.eurprd.prod.outlook.com with HTTPS")


def test_read_authentication_of_microsoft_365_counts_only_where_configured() -> None:
    rules = ReadingRules(trusted_authserv=("protection.outlook.com",))
    edge = ("Received", "from out.kund.example (203.0.113.9) by AM7.mail.protection.outlook.com (10.1.1.1) with SMTP")
    found = read(EXCHANGE, stamp(MICROSOFT), edge, rules=rules)
    assert (found.aligned, found.spf, found.dkim, found.checked_by) == (True, "pass", "pass", "protection.outlook.com")
    assert read(EXCHANGE, stamp(MICROSOFT), edge).checked_by == ""


def test_read_authentication_of_microsoft_365_is_not_moved_by_a_second_header() -> None:
    rules = ReadingRules(trusted_authserv=("protection.outlook.com",))
    found = read(EXCHANGE, stamp(MICROSOFT.replace("dmarc=pass", "dmarc=fail")), stamp(MICROSOFT), rules=rules)
    assert (found.dmarc, found.aligned) == ("fail", False)


def test_read_authentication_of_hosts_below_a_name() -> None:
    rules = ReadingRules(trusted_authserv=("*.post.example",))
    value = "mx7.post.example; dmarc=pass header.from=kund.example"
    assert read(stamp(value), rules=rules).checked_by == "mx7.post.example"


def test_read_authentication_compares_international_domains_in_one_form() -> None:
    author = Mailbox("eva@räksmörgås.example")
    headers = (stamp(f"{MX}; dmarc=pass header.from=xn--rksmrgs-5wao1o.example"), ("From", "eva@räksmörgås.example"))
    found = read_authentication(InboundMail(from_=(author,), headers=headers), RULES)
    assert (found.aligned, found.from_domain) == (True, "xn--rksmrgs-5wao1o.example")


AMBIGUOUS = {
    "two addresses": b"From: <admin@kund.example>, <a@evil.example>",
    "two addresses the other way": b"From: <a@evil.example>, <admin@kund.example>",
    "an address as name": b"From: a@evil.example <admin@kund.example>",
    "an address as quoted name": b'From: "a@evil.example" <admin@kund.example>',
    "an address hidden in the name": b"From: =?utf-8?q?a=40evil.example?= <admin@kund.example>",
    "two in angles": b"From: <a@evil.example> <admin@kund.example>",
    "a route": b"From: <@evil.example,@x.example:admin@kund.example>",
    "a colon between": b"From: <a@evil.example>:<admin@kund.example>",
    "words behind the angle": b"From: <admin@kund.example>a@evil.example",
    "double angles": b"From: <<admin@kund.example>>",
    "an open comment": b"From: (a@evil.example <admin@kund.example>",
    "two headers": b"From: admin@kund.example\r\nFrom: a@evil.example",
    "two headers, one shouted": b"From: a@evil.example\r\nFROM: admin@kund.example",
    "a space before the colon": b"From : admin@kund.example\r\nFrom: a@evil.example",
    "the first header folded": b"From:\r\n <a@evil.example>\r\nFrom: admin@kund.example",
    "a header that begins with a space": b" From: a@evil.example\r\nFrom: admin@kund.example",
    "a NUL": b"From: admin@kund.example\x00@evil.example",
    "a NUL before the angle": b"From: admin@kund.example\x00<a@evil.example>",
    "a group": b"From: a@evil.example:admin@kund.example;",
    "a quoted local part": b'From: "a@evil.example"@kund.example',
    "a domain in brackets": b"From: admin@[kund.example]",
    "an encoded address": b"From: =?utf-8?q?=3Cadmin=40kund.example=3E?=",
    "two at signs": b"From: admin@kund.example@evil.example",
    "no address": b"From: admin",
    "nothing": b"From:",
    "only Sender": b"Sender: admin@kund.example",
    "only Resent-From": b"Resent-From: admin@kund.example",
    "Resent-From beside another": b"From: a@evil.example\r\nResent-From: admin@kund.example",
    "an address of an address": b"From: admin@kund.example <admin@kund.example@evil.example>",
    "a percent route": b"From: admin%kund.example@evil.example",
}


@pytest.mark.parametrize("domain", ["kund.example", "evil.example"])
@pytest.mark.parametrize("name", [name for name in AMBIGUOUS if "begins with a space" not in name])
def test_read_authentication_of_ambiguous_from_is_never_aligned_for_the_spoofed(name: str, domain: str) -> None:
    """Whichever address the hop has looked at: nobody becomes kund.example by it."""
    top = f"Authentication-Results: {MX}; dmarc=pass header.from={domain}\r\nReceived: from x by {MX}\r\n".encode()
    read_back = read_message(top + AMBIGUOUS[name] + b"\r\nSubject: x\r\n\r\nx\r\n")
    found = read_authentication(read_back, RULES)
    assert not (found.aligned and (found.from_domain != "evil.example" or domain != "evil.example"))


@pytest.mark.parametrize(
    "name", [name for name in AMBIGUOUS if name not in ("a percent route", "Resent-From beside another")]
)
def test_find_from_domain_of_ambiguous_from_tells_doubt(name: str) -> None:
    assert find_from_domain(read_message(AMBIGUOUS[name] + b"\r\nSubject: x\r\n\r\nx\r\n"))[1] != ""


@pytest.mark.parametrize(
    "field",
    [
        b"From: eva@kund.example",
        b"From: Eva Berg <Eva@Kund.Example>",
        b'From: "Berg, Eva" <eva@kund.example>',
        b"From: =?utf-8?q?Berg=2C_=C3=85sa?= <eva@kund.example>",
        b"From: eva@kund.example (Eva)",
        b'From: "eva@kund.example" <eva@kund.example>',
        b"From:\r\n Eva\r\n <eva@kund.example>",
    ],
)
def test_find_from_domain_of_plain_from_has_no_doubt(field: bytes) -> None:
    assert find_from_domain(read_message(field + b"\r\nSubject: x\r\n\r\nx\r\n")) == ("kund.example", "")


def test_read_authentication_with_doubt_says_why() -> None:
    headers = (stamp(PASS), BORDER, ("From", "a@kund.example"), ("From", "b@kund.example"))
    found = read_authentication(
        InboundMail(from_=(Mailbox("a@kund.example"), Mailbox("b@kund.example")), headers=headers), RULES
    )
    assert (found.dmarc, found.reason, found.aligned) == ("fail", "DMARC passed for kund.example, not for From", False)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("part", ["(", ")", '"', "\\", ";", "=", "a=", '"\\"', "()", "dmarc=pass;", " ", "\u00a0"])
def test_read_authentication_of_hostile_header_ends(part: str) -> None:
    headers = tuple(stamp((f"{MX}; " + part * 8_000)[:8_000]) for _ in range(50))
    assert read(*headers, BORDER).aligned is False


@pytest.mark.parametrize(
    ("name", "trusted"),
    [
        (MX, True),
        ("mx.helpdesk.example.evil.example", False),
        ("helpdesk.example", False),
        ("a.post.example", True),
        ("post.example", False),
        (".post.example", False),
        ("evilpost.example", False),
    ],
)
def test_is_trusted(name: str, trusted: bool) -> None:
    assert is_trusted(name, (MX.upper(), "*.post.example")) is trusted


@pytest.mark.parametrize(
    ("received", "own"),
    [
        (f"from x (y [203.0.113.9]) by {MX} (Postfix) with ESMTP id 1", True),
        ("from x by store.helpdesk.example with LMTP", True),
        ("from x by localhost with LMTP", True),
        ("by 2002:a05:6402:: with SMTP id x", True),
        ("from x by [10.0.0.4] with ESMTP", True),
        ("from x by store7.internal (Cyrus) with LMTPA", True),
        ("(qmail 1234 invoked by uid 89); 2 Nov 2026", True),
        ("from x by mx.evil.example with ESMTP", False),
        (f"from {MX} by mx.evil.example with ESMTP", False),
    ],
)
def test_is_own_hop(received: str, own: bool) -> None:
    assert is_own_hop(received, RULES) is own


def test_an_encoded_word_in_a_servers_header_is_not_decoded() -> None:
    """What a sender can have a trusted hop repeat, encoded, must not become a method of that hop (RFC 2047, 5)."""
    raw = (
        b"Authentication-Results: mx.desk.example; spf=pass smtp.mailfrom==?utf-8?q?x=3B_dmarc=3Dpass_header=2Efrom"
        b"=3Dkund=2Eexample_x=3D?=@evil.example\r\nReceived: from evil.example by mx.desk.example; Mon, 23 Nov 2026 "
        b"08:00:00 +0100\r\nFrom: Anna <anna@kund.example>\r\nSubject: hej\r\n\r\nHej\r\n"
    )
    found = read_authentication(read_message(raw), ReadingRules(trusted_authserv=("mx.desk.example",)))
    assert (found.dmarc, found.aligned) == ("", False)
