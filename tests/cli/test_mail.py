"""``mailbot mail``, ``outbox``, ``people``, ``db`` and ``audit``: what they say, in words and in JSON."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.cli.conftest import CommandLine
from tests.support.desk import WorkingDesk

AT = "2026-11-23T08:00:00+00:00"
NASTY = "\x1b[31mred\x1b]0;title\x07 \u009b5m \u202eturned\u2066 \u200b\u2028end"


@pytest.fixture
def three(desk: WorkingDesk) -> WorkingDesk:
    """A ticket, an automatic mail, and a mail that failed three times."""
    desk.receive("Den ger bara tomma sidor.")
    desk.receive("Jag är borta.", subject="Autosvar: semester", Auto_Submitted="auto-replied")
    received = desk.reception.receive(
        b"From: bo@kommun.example\r\nSubject: Gift\r\n\r\nHej", desk.envelope("bo@k.example")
    )
    change(desk, f"UPDATE inbox SET disposition = 'quarantined', attempts = 3 WHERE id = {received.id}")
    return desk


def change(desk: WorkingDesk, statement: str) -> None:
    """Trouble that no command can make."""
    with desk.desk.engine.begin() as connection:
        connection.execute(text(statement))


def test_list_of_mails(three: WorkingDesk, cli: CommandLine) -> None:
    assert cli.lines("mail", "list") == [
        "MAIL  RECEIVED          STATE        TICKET   FROM              SUBJECT",
        "3     2026-11-23 09:00  quarantined  -        bo@k.example",
        "2     2026-11-23 09:00  automatic    -        anna@kommun.exa…  Autosvar: semes…",
        "1     2026-11-23 09:00  ticket       SD-1001  anna@kommun.exa…  Skrivaren",
    ]
    assert [m["id"] for m in cli.json("mail", "list", "--state", "automatic")] == [2]
    assert [m["id"] for m in cli.json("mail", "list", "--limit", "1", "--before", "3")] == [2]


def test_why_says_what_became_of_a_mail(three: WorkingDesk, cli: CommandLine) -> None:
    shown = cli.json("mail", "why", "1")
    with three.office() as office:
        kept = office.work.inbox.raw_of([1])[1]
    assert shown == {
        "id": 1,
        "received_at": AT,
        "state": "ticket",
        "reasons": ["a new matter"],
        "ticket": 1001,
        "duplicate_of": None,
        "attempts": 1,
        "settled_at": AT,
        "way_in": "smtp",
        "source_key": "",
        "reverse_path": "anna@kommun.example",
        "forward_paths": ["support@desk.example"],
        "peer": "192.0.2.1",
        "queue": "support@desk.example",
        "sha256": hashlib.sha256(kept).hexdigest(),
        "size": len(kept),
        "message_id": "1@test.example",
        "from": "anna@kommun.example",
        "subject": "Skrivaren",
    }
    assert shown == cli.json("mail", "list")[-1]
    assert cli.lines("mail", "why", "1")[-1] == "  · a new matter"


def test_raw_is_the_mail_byte_for_byte(three: WorkingDesk, cli: CommandLine) -> None:
    raw = b"From: anna@kommun.example\r\nSubject: r\xe5\r\n\r\n\x00\xff\x1b[31m\n\rHej"
    row = three.receive_raw(raw, "anna@kommun.example")
    again = three.receive_raw(raw, "anna@kommun.example")
    assert cli("mail", "raw", str(row.id)).stdout_bytes == raw
    assert (again.duplicate_of, cli("mail", "raw", str(again.id)).stdout_bytes) == (row.id, raw)


def test_show_reads_the_mail_again(three: WorkingDesk, cli: CommandLine) -> None:
    shown = cli.json("mail", "show", "1")
    assert shown.pop("reading")["new_words"].strip() == "Den ger bara tomma sidor."
    assert shown == cli.json("mail", "why", "1")
    lines = cli.lines("mail", "show", "1")
    assert "new           Den ger bara tomma sidor." in lines


def test_replay_gives_a_quarantined_mail_fresh_attempts(three: WorkingDesk, cli: CommandLine) -> None:
    assert cli.error("mail", "replay", "3", "1") == "Error: mail 1 is ticket: only quarantined mail is replayed"
    assert cli.json("mail", "why", "3")["state"] == "quarantined"
    assert cli.json("mail", "replay", "3") == {"replayed": [3]}
    assert cli.json("mail", "why", "3")["state"] == "received"
    three.work()
    assert cli.json("mail", "why", "3")["ticket"] == 1002


def test_read_needs_no_desk(cli: CommandLine, tmp_path: Path) -> None:
    cli.settings.unlink()
    mail = tmp_path / "mail.eml"
    mail.write_bytes(b"From: a@b.example\r\nSubject: Re: [SD-1] x\r\n\r\nAcceptera\r\n\r\n> Fungerar det?\r\n")
    (tmp_path / "sent.txt").write_text("Fungerar det?")
    one = cli.json("mail", "read", str(mail), "--sent", str(tmp_path / "sent.txt"))
    assert (one["file"], one["new_words"], one["intent"]["intent"]) == (str(mail), "Acceptera", "accept")
    typed = cli.json("mail", "read", "-", typed=mail.read_bytes())
    assert typed["spans"] == one["spans"]
    assert [r["file"] for r in cli.json("mail", "read", str(mail), str(mail))] == [str(mail)] * 2
    question = json.dumps({"id": "q1", "input_path": str(mail), "kind": "eml"})
    answered = json.loads(cli("mail", "read", "--stream", typed=f"{question}\n").stdout)
    assert (answered["id"], answered["reply"], answered["intent"]) == ("q1", "Acceptera", "accept")


def test_read_shows_each_line_with_what_it_is(cli: CommandLine) -> None:
    raw = b"From: a@b.example\r\n\r\nAcceptera\r\n\r\n> Fungerar det?\r\n"
    body = cli.lines("mail", "read", "-", typed=raw)
    shown = [line[:13].strip() for line in body if line[14:].startswith(("Acceptera", "> Fungerar"))]
    assert shown == ["new", "quoted"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("mail", "why", "99"), "there is no mail 99: see `mailbot mail list`"),
        (("mail", "raw", "99"), "there is no mail 99: see `mailbot mail list`"),
        (("mail", "replay", "99"), "there is no mail 99: see `mailbot mail list`"),
        (("mail", "read", "no-such.eml"), "no-such.eml: No such file or directory"),
        (("mail", "read", "."), ".: Is a directory"),
        (("outbox", "show", "99"), "there is no outgoing mail 99: see `mailbot outbox list`"),
        (("outbox", "retry", "99"), "there is no outgoing mail 99: see `mailbot outbox list`"),
        (("people", "show", "eve@evil.example"), "nobody with the address eve@evil.example has written to the desk"),
        (("people", "language", "anna@kommun.example", "tlh"), "the desk does not speak 'tlh'; it speaks sv, en"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_is_not_there_is_said(cli: CommandLine, arguments: tuple[str, ...], said: str) -> None:
    assert cli.error(*arguments) == f"Error: {said}"


@pytest.mark.parametrize("number", ["0", "-1", "x", "1" * 30])
def test_impossible_number_is_wrong_use(cli: CommandLine, number: str) -> None:
    assert "Usage: " in cli.error("mail", "why", "--", number, fails=2)


@pytest.mark.parametrize(
    "arguments",
    [
        ("ticket", "list"),
        ("ticket", "show", "1001"),
        ("ticket", "log", "1001"),
        ("mail", "list"),
        ("mail", "why", "1"),
        ("mail", "show", "1"),
        ("outbox", "list"),
        ("outbox", "show", "2"),
        ("people", "show", "anna@kommun.example"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("form", ["words", "json"])
def test_nothing_in_a_mail_steers_the_terminal(
    desk: WorkingDesk, cli: CommandLine, arguments: tuple[str, ...], form: str
) -> None:
    raw = (
        f'From: "{NASTY.replace(chr(0x2028), " ")}" <anna@kommun.example>\nTo: support@desk.example\nSubject: {NASTY}\n'
        f"Message-ID: <{NASTY.split()[0]}@x.example>\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{NASTY}\n--b\nContent-Type: image/png\n"
        f'Content-Disposition: attachment; filename="{NASTY.split()[0]}.png"\n\nx\n--b--\n'
    )
    desk.receive_raw(raw.encode(), "anna@kommun.example")
    shown = cli(*arguments, *(["--json"] if form == "json" else [])).stdout
    assert len(shown) > 100
    assert [c for c in shown if c != "\n" and (ord(c) < 32 or c in "\x7f\x9b\u202e\u2066\u200b\u2028")] == []


def test_outbox_in_words_and_json(three: WorkingDesk, cli: CommandLine) -> None:
    cli.columns = 109
    assert cli.lines("outbox", "list") == [
        "ID  QUEUED            STATUS  TRIES  NOTICE            TO                   SUBJECT",
        "2   2026-11-23 09:00  queued  0      agent_new_ticket  lisa@desk.example    [SD-1001] Nytt ärende: Skrivaren",
        "1   2026-11-23 09:00  queued  0      receipt           anna@kommun.example  [SD-1001] Vi har tagit emot ditt…",
    ]
    listed = cli.json("outbox", "list", "--status", "queued")
    shown = cli.json("outbox", "show", "1")
    assert shown.pop("text").startswith("##-")
    assert shown == listed[1]
    assert {k: v for k, v in shown.items() if k not in ("reverse_path", "message_id")} == {
        "id": 1,
        "ticket": 1001,
        "notice": "receipt",
        "status": "queued",
        "attempts": 0,
        "recipient": "anna@kommun.example",
        "subject": "[SD-1001] Vi har tagit emot ditt ärende",
        "revision": "packaged",
        "queued_at": AT,
        "due_at": AT,
        "settled_at": None,
        "last_code": 0,
        "last_reply": "",
        "automatic": True,
        "resolution": 0,
    }
    assert shown["message_id"].encode() in cli("outbox", "raw", "1").stdout_bytes


def test_outgoing_mail_is_cancelled_and_queued_again(three: WorkingDesk, cli: CommandLine) -> None:
    assert cli.lines("outbox", "cancel", "1", "2") == ["2 cancelled."]
    assert cli.error("outbox", "cancel", "1") == "Error: mail 1 is cancelled: it cannot cancel"
    assert three.deliver() and cli.json("outbox", "list", "--status", "cancelled") != []


def test_outgoing_mail_that_has_left_is_not_called_back(three: WorkingDesk, cli: CommandLine) -> None:
    three.deliver()
    before = cli.json("outbox", "list")
    assert "is relayed" in cli.error("outbox", "cancel", "1")
    assert "is relayed" in cli.error("outbox", "retry", "2")
    assert cli.json("outbox", "list") == before


def test_people_and_their_language(three: WorkingDesk, cli: CommandLine) -> None:
    lisa = {"address": "lisa@desk.example", "name": "Lisa Lind", "groups": ["desk"], "language": "", "admin": False}
    omar = {
        "address": "omar@desk.example",
        "name": "Omar Nasser",
        "groups": ["network"],
        "language": "",
        "admin": False,
    }
    groups = [{"name": "desk", "address": ""}, {"name": "network", "address": ""}]
    assert cli.json("people", "list") == {"agents": [lisa, omar], "groups": groups}
    assert cli.lines("people", "list")[1] == "Lisa Lind    lisa@desk.example  agent  sv        desk"
    assert cli.lines("people", "language", "anna@kommun.example", "en") == ["anna@kommun.example reads en from now on."]
    shown = cli.json("people", "show", "ANNA@kommun.example")
    known: dict[str, Any] = {"address": "anna@kommun.example", "name": "Anna Berg", "language": "en", "tickets": [1001]}
    assert shown == known | {"id": shown["id"]}
    three.receive("Den är trasig igen.", subject="Skrivaren igen")
    assert three.letter_to("anna@kommun.example")["Content-Language"] == "en"


def test_audit_accounts_for_every_mail_or_ends_with_1(desk: WorkingDesk, cli: CommandLine) -> None:
    desk.receive("Hej")
    desk.deliver()
    assert cli.json("audit") == {
        "inbox": {"ticket": 1},
        "outbox": {"relayed": 2},
        "tickets": {"new": 1},
        "findings": [],
    }
    assert cli.lines("audit")[-1] == "Every mail is accounted for."
    rows = cli.json("audit", "--rows")
    assert ([r["id"] for r in rows["inbox_rows"]], [r["id"] for r in rows["outbox_rows"]]) == ([1], [2, 1])
    change(desk, "UPDATE inbox SET ticket = NULL")
    found = cli.json("audit", fails=1)["findings"]
    assert len(found) == 1
    assert cli.lines("audit", fails=1)[-1] == f"! {found[0]}"


def test_database_of_another_revision_is_told_apart_and_upgraded(desk: WorkingDesk, cli: CommandLine) -> None:
    (now,) = cli.lines("db", "revision")
    revision = now.rpartition(" ")[2]
    assert now == f"database {revision}, mailbot {revision}"
    assert cli.json("db", "revision") == {"database": revision, "mailbot": revision}
    assert cli.lines("db", "upgrade") == [f"revision {revision}"]
    change(desk, "UPDATE alembic_version SET version_num = '9999'")
    assert "this mailbot does not know: it belongs to a newer one" in cli.error("ticket", "list")
    assert "this mailbot does not know: it belongs to a newer one" in cli.error("db", "upgrade")
    change(desk, "UPDATE alembic_version SET version_num = '0001'")
    assert "make a backup, then run `mailbot db upgrade`" in cli.error("ticket", "list")


def test_receipts_that_were_one_too_many_are_listed(cli: CommandLine, desk: WorkingDesk) -> None:
    assert cli.lines("outbox", "withheld") == ["No receipt was one too many."]
    desk.now = datetime.now(UTC) - timedelta(days=2)
    for n in range(7):
        desk.receive("Hej", subject=f"Fel {n}")
    reason = "5 automatic mails to this address within an hour"
    assert [(w["ticket"], w["to"], w["reason"]) for w in cli.json("outbox", "withheld")] == [
        ("SD-1007", "anna@kommun.example", reason),
        ("SD-1006", "anna@kommun.example", reason),
    ]
    assert cli.json("outbox", "withheld", "--days", "1") == []
