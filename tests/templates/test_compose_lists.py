"""The fields by which a mail to many can be left: as programs read them, and with nothing of anybody else's in them."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mailbot.desk.correspondence import Mailbox
from mailbot.templates.catalogue import Rendered
from mailbot.templates.compose import ListFields, NoticeHead, compose_notice

PAGE = "https://support.almby.example/unsubscribe/u3-17-k7wq2mzt4hxb6d3rcv5yfn8a2q7"
MAIL = "mailto:support+u3-17-k7wq2mzt4hxb6d3rcv5yfn8a2q7@almby.example?subject=unsubscribe"
FIELDS = ListFields("events.almby.example", (PAGE, MAIL), one_click=True)
HEAD = NoticeHead(
    message_id="e3-17@almby.example",
    from_=Mailbox("support@almby.example", "IT"),
    to=Mailbox("asa@almby.example", "Åsa"),
    date=datetime(2026, 11, 23, 8, tzinfo=UTC),
    desk_id="desk-1",
    list_fields=FIELDS,
)
RENDERED = Rendered("Driftstörning: E-posten", "Hej\n", "<p>Hej</p>", "sv", "packaged")
NAMES = ("List-Id", "List-Unsubscribe", "List-Unsubscribe-Post")


def fields_of(head: NoticeHead, rendered: Rendered = RENDERED) -> list[str | None]:
    mail = email.message_from_bytes(compose_notice(rendered, head), policy=email.policy.default)
    return [mail[name] for name in NAMES]


def test_mail_to_many_says_how_to_leave() -> None:
    assert fields_of(HEAD) == ["<events.almby.example>", f"<{PAGE}>, <{MAIL}>", "List-Unsubscribe=One-Click"]


def test_no_link_is_folded() -> None:
    """A link with a space in it is no link."""
    lines = compose_notice(RENDERED, HEAD).split(b"\r\n")
    assert [line for line in lines if b"unsubscribe/" in line] == [f"List-Unsubscribe: <{PAGE}>,".encode()]


def test_one_click_is_not_promised_without_a_safe_page() -> None:
    assert fields_of(replace(HEAD, list_fields=replace(FIELDS, leave_links=(MAIL,)))) == [
        "<events.almby.example>",
        f"<{MAIL}>",
        None,
    ]


def test_other_mail_is_no_list() -> None:
    assert fields_of(replace(HEAD, list_fields=None)) == [None] * 3


@pytest.mark.parametrize(
    "fields",
    [
        ListFields("events.almby.example\r\nBcc: v@victim.example", (MAIL,)),
        ListFields("events", (MAIL,)),
        ListFields("events.almby.example", (f"{MAIL}\r\nBcc: v@victim.example",)),
        ListFields("events.almby.example", ("https://a.example/> <https://b.example/",)),
        ListFields("events.almby.example", ("javascript:alert(1)",)),
        ListFields("events.almby.example", (f"https://a.example/{'x' * 700}",)),
    ],
)
def test_what_cannot_stand_in_a_header_is_refused(fields: ListFields) -> None:
    with pytest.raises(ValueError, match="cannot stand in a mail"):
        compose_notice(RENDERED, replace(HEAD, list_fields=fields))


def test_hostile_subject_and_name_leave_the_fields_alone() -> None:
    evil = "x\r\nList-Unsubscribe: <https://evil.example/>\r\n\r\n"
    mail = compose_notice(replace(RENDERED, subject=evil), replace(HEAD, to=Mailbox("asa@almby.example", evil)))
    top = email.message_from_bytes(mail, policy=email.policy.default)
    assert top.get_all("List-Unsubscribe") == [f"<{PAGE}>, <{MAIL}>"]
