"""What strangers write stays words: in headers, in envelopes, in the wording of every notice."""

from __future__ import annotations

import email
import random
from collections.abc import Callable

from tests.support.desk import ADDRESS, WorkingDesk

SYNTAX = ("{{ 7*7 }}", "{% raise %}", "${7*7}", "#{7*7}", "{{ config }}", "{# gone #}", "%(name)s %s {0}")
PIECES = (
    "=?utf-8?Q?=0D=0ABcc=3A_eve=40evil.example?=",
    "=?utf-8?B?DQpCY2M6IGV2ZUBldmlsLmV4YW1wbGU=?=",
    "\r\n Bcc: eve@evil.example",
    "\x00\x0b\x0c\x85\u2028\u2029",
    "=?utf-16?B?AAo=?=",
    "=?idna?Q?xn--?=",
    "<>,;:@\"'\\",
    "\ud7ff\ufffe\U0001f600",
    "=?utf-8?Q?=ED=A0=80?=",
    "å" * 400,
)


def _hostile(count: int) -> list[bytes]:
    draw = random.Random(33)
    mails = []
    for n in range(count):
        subject, name = ("".join(draw.choices(PIECES, k=draw.randint(1, 4))) for _ in range(2))
        lines = (
            f"From: {name} <anna{n}@kommun{n}.example>",
            f"To: {ADDRESS}",
            f"Subject: {subject}",
            f"Message-ID: <{draw.choice(PIECES)}{n}@test.example>",
            f"References: {draw.choice(PIECES)} <a@b.example>",
        )
        mails.append(("\r\n".join(lines) + "\r\n\r\nHej\r\n").encode("utf-8", "replace"))
    return mails


def test_hostile_headers_reach_no_header_of_ours(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk()
    desk.receive("Hej", sender="plain@plain.example")
    raws = _hostile(60)
    desk.reception.receive_many([(raw, desk.envelope("x@y.example")) for raw in raws])
    desk.work()
    desk.deliver()
    with desk.office() as office:
        counts = office.work.inbox.count_by_disposition()
        rows = office.work.outbox.list_rows(limit=1000)
    names: dict[str, set[tuple[str, ...]]] = {kind: set() for kind in ("receipt", "agent_new_ticket")}
    for row in rows:
        letter = email.message_from_bytes(row.content)
        names[row.notice.value].add(tuple(sorted({*letter} - {"References", "In-Reply-To"})))
        assert (letter.defects, letter["To"].count("@"), letter["Bcc"]) == ([], 1, None)
        assert row.recipient in letter["To"] and "evil" not in row.recipient
    assert counts == {"ticket": 61}
    assert {kind: len(found) for kind, found in names.items()} == {"receipt": 1, "agent_new_ticket": 1}


def test_the_syntax_of_templates_stays_text_in_every_notice(desk: WorkingDesk) -> None:
    for syntax in SYNTAX:
        number = desk.receive(syntax, sender=f'"{syntax}" <anna@kommun.example>', subject=syntax).ticket or 0
        assert desk.ticket(number).subject == syntax
        letter = desk.resolve(f"Lagat {syntax}", number)
        assert f"Lagat {syntax}" in letter.get_body(("plain",)).get_content()
        desk.answer(letter, f"Acceptera\n\n{syntax}")
        desk.deliver()
        with desk.office() as office:
            for row in office.work.outbox.list_rows(ticket=number):
                assert ("49" in row.subject.replace(str(number), ""), row.revision == "") == (False, False)
        assert "wording_failed" not in desk.facts(number)
