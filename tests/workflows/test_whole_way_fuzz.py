"""Hostile and broken mail through the complete pipeline: kept byte for byte, settled once, nothing raised."""

from __future__ import annotations

import random

from mailbot.desk.vocabulary import Disposition
from tests.support.desk import ADDRESS, ANNA, WorkingDesk

SEEDS = [
    b"From: Anna <anna@kommun.example>\r\nTo: support@desk.example\r\nSubject: =?utf-8?q?Skrivare=6E?=\r\n"
    b"Message-ID: <x@kommun.example>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    b'Content-Type: text/plain; charset=utf-8\r\n\r\nHej \xc3\xa5\r\n--b\r\nContent-Type: image/png; name="a.png"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n",
    b'From: "\\x00" <a\x00b@kommun.example>\r\nSubject: \x00\xff\xfe\r\nTo: support@desk.example\r\n\r\n\x00\x01\x02',
    b"From: =?utf-8?q?=ED=A0=80?= <anna@kommun.example>\r\nSubject: =?utf-16?q?=D8=00?=\r\n\r\n\xed\xa0\x80 text",
    b"Subject: hi =?utf-8?Q?=0ABcc=3A_x=40y.z?=\r\nFrom: anna@kommun.example\r\n\r\nHej",
    b"From: anna@kommun.example\r\nMessage-ID: "
    + b"<"
    + b"m" * 9000
    + b"@x>\r\nSubject: "
    + b"s" * 9000
    + b"\r\n\r\n"
    + b"w" * 9000,
    b"From: " + b"a" * 5000 + b"@kommun.example\r\nSubject: long address\r\n\r\nHej",
    b"From: anna@kommun.example, eve@evil.example\r\nSubject: two authors\r\n\r\nHej",
    b"",
    b"\r\n\r\n",
    b"not a mail at all",
]


def mutations(count: int, seed: int) -> list[bytes]:
    draw = random.Random(seed)
    made = []
    for _ in range(count):
        raw = bytearray(draw.choice(SEEDS))
        for _ in range(draw.randint(1, 8)):
            at = draw.randrange(len(raw) + 1)
            raw[at : at + draw.randint(0, 4)] = draw.choice(
                [b"\x00", b"\r", b"\n", b"\xff", b"\xed\xa0\x80", b"=?", b"<>", b""]
            )
        made.append(bytes(raw))
    return made


def test_hostile_mail_is_kept_and_settled_whatever_it_holds(desk: WorkingDesk) -> None:
    raws = list(dict.fromkeys([*SEEDS, *mutations(250, seed=7)]))
    received = desk.reception.receive_many([(raw, desk.envelope(ANNA)) for raw in raws])
    desk.work()
    with desk.office() as office:
        kept = office.work.inbox.raw_of([r.id for r in received])
        counts = office.work.inbox.count_by_disposition()
    assert [kept[r.id] for r in received] == raws
    assert counts.keys() - {d.value for d in Disposition} == set()
    assert (counts.get("received", 0), counts.get("quarantined", 0), sum(counts.values())) == (0, 0, len(raws))


def test_template_syntax_in_mail_stays_text(desk: WorkingDesk) -> None:
    desk.receive("{{ 7*7 }} {% for x in y %} ${7*7} #{7*7}", subject="{{ 7*7 }}{% raise %}")
    text = desk.letter_to("lisa@desk.example").get_body(("plain",)).get_content()
    assert "{{ 7*7 }} {% for x in y %} ${7*7} #{7*7}" in text


def test_header_injection_through_the_subject_is_impossible(desk: WorkingDesk) -> None:
    raw = SEEDS[3].replace(b"\r\n\r\n", b"\r\nTo: support@desk.example\r\n\r\n")
    desk.receive_raw(raw, ANNA, ADDRESS)
    letter = desk.letter_to("lisa@desk.example")
    assert (letter["Bcc"], letter["Cc"]) == (None, None)
