"""Reports on the fate of a mail (RFC 3464, 8098, 5965, and the words of servers)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from mailbot.desk.correspondence import DeliveryReport, Envelope, InboundMail, Mailbox
from mailbot.desk.language import Lexicon
from mailbot.languages import load_lexicon
from mailbot.parsers.bounces.fields import read_fields, read_typed_address
from mailbot.parsers.bounces.reasons import find_reason, find_status, is_permanent
from mailbot.parsers.bounces.words import get_words
from mailbot.parsers.delivery_status import read_report
from mailbot.parsers.message import read_message
from tests.support.automatic_mail import RECEIVED_AT, as_json, list_pairs, read_expectations, read_pair

LEXICON = load_lexicon()
WORDS = get_words(LEXICON)
ENVELOPE = Envelope("", ("desk@help.example",), RECEIVED_AT, way_in="smtp")
DAEMON = InboundMail(
    subject="Undelivered Mail Returned to Sender",
    from_=(Mailbox("mailer-daemon@mx.example", "Mail Delivery System"),),
    to=(Mailbox("desk@help.example"),),
)
CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"


def read(mail: InboundMail) -> DeliveryReport | None:
    return read_report(mail, ENVELOPE, LEXICON)


def addresses(mail: InboundMail) -> list[str]:
    report = read(mail)
    return [each.address for each in report.recipients] if report else []


def with_fields(*groups: str) -> InboundMail:
    part = "\n\n".join(("Reporting-MTA: dns; mx.example", *groups))
    return replace(DAEMON, content_type="multipart/report", report_parts=(("message/delivery-status", part),))


@pytest.mark.parametrize("name", list_pairs("report"))
def test_read_report_of_golden_mail(name: str) -> None:
    report = read_report(*read_pair(name), LEXICON)
    assert report is not None
    assert as_json(report) == read_expectations(name)["report"]


@pytest.mark.parametrize("name", [name for name in list_pairs("kind") if "report" not in read_expectations(name)])
def test_read_report_of_mail_that_is_none(name: str) -> None:
    assert read_report(*read_pair(name), LEXICON) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("rfc822; a@b.example", "a@b.example"),
        ("rfc822;<a@B.Example>", "a@b.example"),
        ("RFC822 ; A.b+c=d@b.example", "A.b+c=d@b.example"),
        ("a@b.example", "a@b.example"),
        ("utf-8; \\x{E5}sa@b.example", "åsa@b.example"),
        ("utf-8;åsa@blå.example", "åsa@blå.example"),
        ("utf-8; \\x{110000}\\x{D800}a@b.example", "a@b.example"),
        ("x400; /G=A/S=B/", ""),
        ("rfc822;", ""),
        ("", ""),
    ],
)
def test_read_typed_address(value: str, expected: str) -> None:
    assert read_typed_address(value) == expected


def test_read_fields_group_without_blank_line_between() -> None:
    text = (
        "Final-Recipient: rfc822; a@b.example\nAction: failed\nFinal-Recipient: rfc822; c@b.example\nAction: delayed\n"
    )
    groups = read_fields(text).recipients
    assert [(group.address, group.get("action")) for group in groups] == [
        ("a@b.example", "failed"),
        ("c@b.example", "delayed"),
    ]


def test_read_fields_recipient_last_in_its_group() -> None:
    text = "Action: failed\nStatus: 5.1.1\nFinal-Recipient: rfc822; a@b.example\n\nAction: failed\nStatus: 5.2.2\n"
    groups = read_fields(text + "Final-Recipient: rfc822; c@b.example\n").recipients
    assert [(group.address, group.get("status")) for group in groups] == [
        ("a@b.example", "5.1.1"),
        ("c@b.example", "5.2.2"),
    ]


def test_read_fields_unfolds_values() -> None:
    text = "Final-Recipient: rfc822;\n a@b.example\nDiagnostic-Code: smtp; 550\n\tno\n such user\n"
    group = read_fields(text).recipients[0]
    assert (group.address, group.get("diagnostic-code")) == ("a@b.example", "smtp; 550 no such user")


def test_read_report_original_recipient_where_final_is_no_address() -> None:
    group = "Original-Recipient: rfc822; a@b.example\nFinal-Recipient: local; |/usr/bin/procmail\nAction: failed\n"
    assert addresses(with_fields(group)) == ["a@b.example"]


def test_read_report_names_each_recipient_once_and_the_failure_counts() -> None:
    delayed = "Final-Recipient: rfc822; A@b.example\nAction: delayed\nStatus: 4.4.1"
    failed = "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.4.7"
    report = read(with_fields(delayed, failed))
    assert report is not None
    assert [(each.action, each.status) for each in report.recipients] == [("failed", "5.4.7")]


@pytest.mark.parametrize(
    ("action", "status", "expected"),
    [
        ("failed", "5.1.1", "failed"),
        ("Failed (bad)", "5.1.1", "failed"),
        ("delayed", "4.4.1", "delayed"),
        ("delivered", "2.0.0", "delivered"),
        ("relayed", "2.0.0", "relayed"),
        ("expanded", "2.0.0", "expanded"),
        ("", "5.1.1", "failed"),
        ("misspelt", "4.4.1", "failed"),
    ],
)
def test_read_report_action(action: str, status: str, expected: str) -> None:
    report = read(with_fields(f"Final-Recipient: rfc822; a@b.example\nAction: {action}\nStatus: {status}"))
    assert report is not None
    assert [each.action for each in report.recipients] == [expected]


@pytest.mark.parametrize(
    ("action", "status", "reply", "reason", "expected"),
    [
        ("failed", "5.1.1", "", "user_unknown", True),
        ("failed", "4.4.7", "", "expired", False),
        ("failed", "", "550", "", True),
        ("failed", "", "421", "", False),
        ("failed", "", "", "mailbox_full", False),
        ("failed", "", "", "host_unknown", True),
        ("failed", "", "", "", None),
        ("delayed", "5.1.1", "", "", False),
        ("delivered", "2.0.0", "", "", None),
    ],
)
def test_is_permanent(action: str, status: str, reply: str, reason: str, expected: bool | None) -> None:
    assert is_permanent(action, status, reply, reason) is expected


@pytest.mark.parametrize(
    ("status", "text", "expected"),
    [
        ("5.1.1", "", "user_unknown"),
        ("5.1.2", "", "host_unknown"),
        ("5.2.2", "", "mailbox_full"),
        ("5.3.4", "", "too_large"),
        ("5.4.6", "", "loop"),
        ("4.4.7", "", "expired"),
        ("5.7.26", "", "authentication"),
        ("5.7.1", "", "policy"),
        ("5.7.1", "550 5.7.1 Your IP is on a blocklist", "blocked"),
        ("5.1.1", "550 5.1.1 Mailbox full", "mailbox_full"),
        ("5.0.0", "550 User not listed in Domino Directory", "user_unknown"),
        ("", "The account has been disabled", "disabled"),
        ("", "Message rejected as spam", "spam"),
        ("", "551 Relaying denied", "relaying_denied"),
        ("", "501 Sender address rejected", "sender_rejected"),
        ("", "", ""),
    ],
)
def test_find_reason(status: str, text: str, expected: str) -> None:
    assert find_reason(status, text, WORDS) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("550 5.1.1 no", "5.1.1"),
        ("5.1.0 - Unknown address error 550-'5.2.2 full'", "5.2.2"),
        ("(#5.1.1)", "5.1.1"),
        ("2.0.0 Ok", ""),
        ("192.5.1.1", ""),
        ("version 5.1.1.2", ""),
        ("5.0.0", "5.0.0"),
    ],
)
def test_find_status(text: str, expected: str) -> None:
    assert find_status(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Your mail could not be delivered to these recipients:\n\n  eva@kommun.example\n",
        "Delivery failed.\n\n<eva@kommun.example>:\nno such user\n",
        "Delivery failed.\n\n * eva@kommun.example [unknown]\n",
        "Failed recipient: eva@kommun.example\nReason: no such user\n",
        "We were unable to deliver your message to <eva@kommun.example>. The mailbox does not exist.\n",
        ">>> RCPT TO:<eva@kommun.example>\n<<< 550 unknown\n",
        "550 <eva@kommun.example>... User unknown\n",
        "Delivery failed.\n\neva@kommun.example\n\nFor help, please contact\npostmaster@mx.example\n",
        "Delivery failed.\n\n<eva@kommun.example> (expanded from\n    <all@mx.example>): mailbox full\n",
        "Delivery failed:\n\n  an undisclosed address\n    (generated from eva@kommun.example)\n",
        "Your message wasn’t delivered to eva@kommun.example because the address couldn’t be found.\n",
        "The mail from desk@help.example was not delivered:\n\neva@kommun.example ... unknown host\n",
    ],
)
def test_read_report_recipient_in_words(text: str) -> None:
    assert addresses(replace(DAEMON, text=text)) == ["eva@kommun.example"]


def test_read_report_recipient_in_html_only() -> None:
    html = (
        "<html><head><style>a@b {}</style></head><p>Could not be delivered to:<br><b>eva@kommun.example</b></p></html>"
    )
    assert addresses(replace(DAEMON, html=html)) == ["eva@kommun.example"]


def test_read_report_header_names_recipients_that_the_words_do_not() -> None:
    mail = replace(
        DAEMON,
        text="Ett fel uppstod.\n",
        headers=(("X-Failed-Recipients", "eva@kommun.example,\n per@kommun.example"),),
    )
    assert addresses(mail) == ["eva@kommun.example", "per@kommun.example"]


def test_read_report_server_that_names_its_own_mailboxes() -> None:
    text = "Your mail to the following recipients could not be delivered:\n\n  eva.lind\n"
    assert addresses(replace(DAEMON, text=text)) == ["eva.lind@mx.example"]


def test_read_report_of_returned_mail_to_oneself() -> None:
    assert addresses(replace(DAEMON, text="Delivery failed:\n\n<desk@help.example>: mailbox full\n")) == [
        "desk@help.example"
    ]


def test_read_report_within_a_report() -> None:
    inner = with_fields("Final-Recipient: rfc822; eva@kommun.example\nAction: failed\nStatus: 5.1.1")
    outer = replace(DAEMON, text="Your message was returned, see the attached report.\n", nested=(inner,))
    assert addresses(outer) == ["eva@kommun.example"]


def test_read_report_redirected_by_a_person_is_none() -> None:
    mail = replace(DAEMON, text="<eva@kommun.example>: unknown\n", to=(Mailbox("anna@kommun.example"),))
    assert addresses(mail) == ["eva@kommun.example"]
    assert read(replace(mail, headers=(("Resent-From", "Anna <anna@kommun.example>"),))) is None


def test_read_report_spam_passed_on_by_a_person_is_no_complaint() -> None:
    spam = InboundMail(subject="You won", from_=(Mailbox("win@spam.example"),), to=(Mailbox("eva@kommun.example"),))
    mail = InboundMail(subject="Spam report", from_=(Mailbox("eva@kommun.example", "Eva"),), nested=(spam,))
    assert read(mail) is None
    marked = replace(spam, headers=(("X-HmXmrOriginalRecipient", "kund@butik.example"),))
    report = read(replace(mail, nested=(marked,)))
    assert report is not None
    assert [(report.form, each.address) for each in report.recipients] == [("rfc5965", "kund@butik.example")]


def test_read_report_absence_note_about_an_invalid_address_is_none() -> None:
    mail = InboundMail(
        subject="Automatic reply: Undeliverable: Offer",
        from_=(Mailbox("eva@kommun.example", "Eva"),),
        text="This address is no longer valid. Write to per@kommun.example.\n",
        headers=(("Auto-Submitted", "auto-replied"),),
    )
    assert read(mail) is None
    assert read(replace(mail, subject="Semester")) is None


def test_read_report_without_language_data_follows_the_rfcs() -> None:
    mail = with_fields("Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1")
    report = read_report(mail, ENVELOPE, Lexicon({}))
    assert report is not None
    assert [(each.address, each.reason) for each in report.recipients] == [("a@b.example", "user_unknown")]


@pytest.mark.parametrize(
    "piece", ["a@", "<", "Final-Recipient: x\n", "{", "<p ", "550 ", "\n", "@", "\x00", "RCPT TO:<"]
)
def test_read_report_of_hostile_text_ends_without_recipients_that_are_no_addresses(piece: str) -> None:
    text = piece * 20_000
    for mail in (replace(DAEMON, text=text), replace(DAEMON, html=text), with_fields(text)):
        assert all("@" in address for address in addresses(mail))


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not here")
def test_read_report_recognises_the_bounces_of_the_corpora() -> None:
    missed: list[str] = []
    total = 0
    for line in (CORPORA / "mime" / "index.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        if entry["source"] == "sisimai-set-of-emails" and entry["kind"] == "bounce":
            total += 1
            mail = read_message((CORPORA / "mime" / entry["file"]).read_bytes())
            if not addresses(mail):
                missed.append(entry["file"])
    assert len(missed) <= total * 0.02, missed
