"""Notices as mail: what is written is what the standard library reads, and nothing from outside adds to it."""

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.desk.correspondence import Attachment, Mailbox
from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.catalogue import Rendered
from mailbot.templates.clean import clean_line
from mailbot.templates.compose import NoticeHead, compose_notice, reads_back
from mailbot.templates.render import render_notice
from mailbot.templates.samples import sample_context, sample_contexts

REPLY_TO = "support+1042.7.2.k7wq2mzt4hxb6d3rcv5yfn8a@almby.example"
HEAD = NoticeHead(
    message_id="1042.7.2.9a3f5c1e7b2d4860@almby.example",
    from_=Mailbox("support@almby.example", "IT-supporten"),
    to=Mailbox("asa.oberg@almby.example", "Åsa Öberg"),
    date=datetime(2026, 11, 23, 9, 12, 30, tzinfo=timezone(timedelta(hours=1))),
    desk_id="desk-1",
    reply_to=Mailbox(REPLY_TO, "IT-supporten"),
    in_reply_to="CAF=x1@mail.example",
    references=("root@mail.example", "CAF=x1@mail.example"),
    auto_submitted="auto-replied",
)
RENDERED = Rendered(
    "[SD-1042] Vi har tagit emot ditt ärende", "Hej Åsa!\n\n-- \nIT\n", "<p>Hej Åsa!</p>\n", "sv", "packaged"
)
NAMES = [
    "Date",
    "From",
    "Reply-To",
    "To",
    "Subject",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Mailbot-Desk",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
]


def test_header_is_what_was_meant() -> None:
    mail = _read(compose_notice(RENDERED, HEAD, strict=True))
    assert mail.items() == [
        ("Date", "Mon, 23 Nov 2026 09:12:30 +0100"),
        ("From", "IT-supporten <support@almby.example>"),
        ("Reply-To", f"IT-supporten <{REPLY_TO}>"),
        ("To", "Åsa Öberg <asa.oberg@almby.example>"),
        ("Subject", "[SD-1042] Vi har tagit emot ditt ärende"),
        ("Message-ID", "<1042.7.2.9a3f5c1e7b2d4860@almby.example>"),
        ("In-Reply-To", "<CAF=x1@mail.example>"),
        ("References", "<root@mail.example> <CAF=x1@mail.example>"),
        ("Auto-Submitted", "auto-replied"),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Mailbot-Desk", "desk-1"),
        ("Content-Language", "sv"),
        ("MIME-Version", "1.0"),
        ("Content-Type", mail["Content-Type"]),
    ]
    assert mail.defects == []


def test_reply_that_a_person_wrote_is_not_called_automatic() -> None:
    mail = _read(compose_notice(RENDERED, replace(HEAD, auto_submitted="")))
    machine = {"Auto-Submitted", "X-Auto-Response-Suppress"}
    assert list(mail.keys()) == [name for name in NAMES if name not in machine]


@pytest.mark.parametrize("kind", list(NoticeKind))
@pytest.mark.parametrize("language", ["sv", "en"])
def test_body_reads_back_as_text_and_html(kind: NoticeKind, language: str) -> None:
    rendered = render_notice(kind, language, sample_context(kind, language))
    mail = _read(compose_notice(rendered, HEAD, strict=True))
    assert mail.get_content_type() == "multipart/alternative"
    text, page = mail.iter_parts()
    assert (text.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
    assert _words(text) == rendered.text
    assert _words(page).rstrip("\n") == rendered.html.rstrip("\n")
    assert mail["Content-Language"] == language


def test_notice_without_html_is_a_plain_mail() -> None:
    mail = _read(compose_notice(replace(RENDERED, html=""), HEAD, strict=True))
    assert (mail.get_content_type(), _words(mail)) == ("text/plain", RENDERED.text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "x" * 500,
        "å" * 500,
        "漢字" * 300,
        ".\n..\n.x\nFrom a\n",
        "a \t\nb\t\n",
        "a\r\nb\rc\n",
        "=\n==C3\n",
        "\ud800",
    ],
)
def test_odd_text_survives_and_lines_stay_short(text: str) -> None:
    raw = compose_notice(replace(RENDERED, text=text, html=""), HEAD, strict=True)
    _assert_sound(raw)
    expected = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").replace("\ud800", "?") + "\n"
    assert _words(_read(raw)) == expected


def test_same_input_gives_the_same_bytes() -> None:
    assert compose_notice(RENDERED, HEAD) == compose_notice(RENDERED, replace(HEAD))
    assert _boundary(compose_notice(RENDERED, HEAD)) != _boundary(
        compose_notice(RENDERED, replace(HEAD, message_id="other@almby.example"))
    )


def test_identifiers_with_angle_brackets_are_the_same() -> None:
    bracketed = replace(
        HEAD,
        message_id=f"<{HEAD.message_id}>",
        in_reply_to=f" <{HEAD.in_reply_to}>",
        references=tuple(f"<{identifier}>" for identifier in HEAD.references),
    )
    assert _read(compose_notice(RENDERED, bracketed)).items()[:-1] == _read(compose_notice(RENDERED, HEAD)).items()[:-1]


def test_references_keep_the_root_and_the_latest() -> None:
    chain = tuple(f"{number}@mail.example" for number in range(40))
    mail = _read(compose_notice(RENDERED, replace(HEAD, references=chain), strict=True))
    assert mail["References"].split() == [f"<{number}@mail.example>" for number in (0, *range(29, 40))]


def test_identifiers_that_cannot_be_repeated_are_left_out() -> None:
    hostile = ("a b@x", "a\r\nBcc: v@victim.example", "x" * 251, "å@x", "", "<>", "a<b@x", "good@x")
    mail = _read(compose_notice(RENDERED, replace(HEAD, references=hostile, in_reply_to="a\nb"), strict=True))
    assert mail["References"] == "<good@x>"
    assert "In-Reply-To" not in mail


def test_neutral_notice_is_small_and_names_nobody() -> None:
    for language in ("sv", "en"):
        rendered = render_notice(NoticeKind.RECEIPT, language, sample_contexts(NoticeKind.RECEIPT, language)["neutral"])
        raw = compose_notice(rendered, replace(HEAD, to=Mailbox("v@victim.example", "Billiga lån")), strict=True)
        assert len(raw) <= 4096
        assert str(_read(raw)["To"]) == "v@victim.example"
        assert _read(raw).get_content_type() == "multipart/alternative"


def test_domain_beyond_ascii_is_written_in_a_labels() -> None:
    mail = _read(compose_notice(RENDERED, replace(HEAD, to=Mailbox("asa@räksmörgås.example")), strict=True))
    assert str(mail["To"]) == "asa@xn--rksmrgs-5wao1o.example"


def test_local_part_beyond_ascii_is_written_as_it_is() -> None:
    raw = compose_notice(RENDERED, replace(HEAD, to=Mailbox("åsa@räksmörgås.example", "Åsa")), strict=True)
    assert "To: =?utf-8?q?=C3=85sa?= <åsa@räksmörgås.example>\r\n".encode() in raw


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@",
        "@b",
        "a b@c.example",
        "a@b\r\nBcc: c@d",
        "a@b c",
        "<a@b>",
        "a,b@c",
        "a@b,c",
        "a@\u202eb.example",
        "a@b..c",
    ],
)
def test_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError):
        compose_notice(RENDERED, replace(HEAD, to=Mailbox(address)))


def test_head_without_identifier_or_zone_is_refused() -> None:
    for broken in (replace(HEAD, message_id="a b"), replace(HEAD, date=datetime(2026, 1, 1))):
        with pytest.raises(ValueError):
            compose_notice(RENDERED, broken)


def test_attachments_come_back_whole() -> None:
    files = (
        Attachment(
            "Lathund för skrivare på plan 3 – så byter du toner, papper och häftklamrar.pdf",
            "application/pdf",
            b"\0\1" * 90,
        ),
        Attachment("a.txt", "text/plain", "å\r\n".encode("latin-1")),
        Attachment('x";\r\nEvil: 1.exe', "Text/HTML; x=\r\ny", b""),
        Attachment("mail.eml", "message/rfc822", b"Subject: x\r\n\r\ny"),
        Attachment("bild.png", "image/png", b"png", content_id="bild@x", inline=True),
    )
    raw = compose_notice(RENDERED, replace(HEAD, attachments=files), strict=True)
    _assert_sound(raw)
    mail = _read(raw)
    words, *parts = mail.iter_parts()
    assert (mail.get_content_type(), words.get_content_type()) == ("multipart/mixed", "multipart/alternative")
    assert [(part.get_filename(), part.get_content_type(), part.get_content_disposition()) for part in parts] == [
        (files[0].filename, "application/pdf", "attachment"),
        ("a.txt", "text/plain", "attachment"),
        ('x"; Evil: 1.exe', "application/octet-stream", "attachment"),
        ("mail.eml", "application/octet-stream", "attachment"),
        ("bild.png", "image/png", "inline"),
    ]
    assert [part.get_payload(decode=True) for part in parts] == [file.content for file in files]
    assert [part["Content-ID"] for part in parts] == [None, None, None, None, "<bild@x>"]


def test_reading_back_finds_a_field_that_was_added() -> None:
    top = compose_notice(RENDERED, HEAD).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert reads_back(top, NAMES, RENDERED.subject)
    assert not reads_back(top.replace(b"Subject: ", b"Bcc: v@victim.example\r\nSubject: "), NAMES, RENDERED.subject)
    assert not reads_back(top.replace(b"To: ", b"\r\nTo: ", 1), NAMES, RENDERED.subject)
    assert not reads_back(top, NAMES, "another subject")


PIECES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ("\r\n", "\n", "\r", "\x00", "\x85", "\u2028", "\u202e", "\ud800", "\nBcc: v@victim.example", "\r\n\r\n<html>")
    ),
    st.sampled_from(
        ("=?utf-8?q?=0ABcc:_v=40x?=", "=?utf-8?b?DQpCY2M6IHg=?=", "=?", "?=", "å" * 60, "x" * 200, "漢" * 50)
    ),
    st.sampled_from(('"', "\\", "<", ">", ",", ";", ":", "@", "(", " ", "  ", "\t", "😀", "[SD-1]", ".")),
)
HOSTILE = st.lists(PIECES, max_size=12).map("".join)


@settings(max_examples=100, deadline=None)
@given(subject=HOSTILE, name=HOSTILE, identifiers=st.lists(HOSTILE, max_size=5), language=HOSTILE, text=HOSTILE)
def test_hostile_values_add_no_field(subject: str, name: str, identifiers: list[str], language: str, text: str) -> None:
    head = replace(
        HEAD,
        from_=Mailbox(HEAD.from_.address, name),
        to=Mailbox(HEAD.to.address, name),
        in_reply_to="".join(identifiers[:1]),
        references=tuple(identifiers),
        language=language,
        desk_id=language,
    )
    raw = compose_notice(Rendered(f"S {subject}", text, text, "sv", "packaged"), head, strict=True)
    _assert_sound(raw)
    mail = message_from_bytes(raw)
    optional = {"In-Reply-To", "References", "X-Mailbot-Desk", "Content-Language"}
    found = list(mail.keys())
    assert found == [n for n in (*NAMES, "Content-Transfer-Encoding") if n in found]
    assert [n for n in NAMES if n not in found and n not in optional] == []
    assert _unfolded(mail["Subject"]) == clean_line(f"S {subject}")[:300].rstrip()
    ((shown, address),) = getaddresses([mail["To"].replace("\r\n", "")])
    assert (_unfolded(shown), address) == (clean_line(name)[:300].rstrip(), HEAD.to.address)


def _unfolded(value: str) -> str:
    """Decoded by the legacy API: the newer one puts a space between adjacent encoded words of a name."""
    return str(make_header(decode_header(value.replace("\r\n", ""))))


def _assert_sound(raw: bytes) -> None:
    lines = raw.split(b"\r\n")
    assert raw.isascii()
    assert [line for line in lines if b"\n" in line or b"\r" in line or len(line) > 300] == []
    body = raw.partition(b"\r\n\r\n")[2].split(b"\r\n")
    assert [line for line in body if len(line) > 78] == []


def _read(raw: bytes) -> EmailMessage:
    mail = message_from_bytes(raw, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def _words(part: Any) -> str:
    return str(part.get_content()).replace("\r\n", "\n")


def _boundary(raw: bytes) -> bytes:
    found = re.search(rb'boundary="([^"]*)"', raw)
    assert found
    return found[1]
