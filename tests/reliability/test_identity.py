"""What may happen on which evidence, seen through the whole pipeline: forged senders, stolen threads, broken tokens."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from email.message import EmailMessage
from itertools import count

import pytest

from mailbot.desk.correspondence import Authentication
from mailbot.desk.lifecycle import State
from mailbot.desk.reference import read_detail
from mailbot.desk.vocabulary import Disposition
from mailbot.workflows import resolution
from tests.support.desk import ADDRESS, ANNA, LISA, WITHOUT_LIMITS, WorkingDesk

FAIL = Authentication(dmarc="fail", dmarc_policy="reject", checked_by="mailbot", from_domain="kommun.example")
NOBODY = Authentication()
TEMPERROR = Authentication(dmarc="temperror", checked_by="mailbot", from_domain="kommun.example")
PASS = Authentication(dmarc="pass", dmarc_policy="reject", checked_by="mailbot", from_domain="kommun.example")
EVIL = "eve@evil.example"

HELD, OPEN = (Disposition.HELD, State.RESOLVED), (Disposition.REPLY, State.RESOLVED)
CLOSED, AGAIN = (Disposition.REPLY, State.CLOSED), (Disposition.REPLY, State.IN_PROGRESS)
KEPT, IDLE, SOLVED = (Disposition.HELD, State.NEW), (Disposition.REPLY, State.NEW), (Disposition.REPLY, State.RESOLVED)

# (who has checked the sender, whose token) → what becomes of: accept, reopen, an agent's command
MATRIX = {
    ("fail", "none"): (HELD, HELD, KEPT),
    ("fail", "own"): (HELD, HELD, KEPT),
    ("fail", "another's"): (HELD, HELD, KEPT),
    ("nobody", "none"): (HELD, HELD, KEPT),
    ("nobody", "own"): (CLOSED, AGAIN, SOLVED),
    ("nobody", "another's"): (HELD, HELD, KEPT),
    ("temperror", "none"): (HELD, HELD, KEPT),
    ("temperror", "own"): (OPEN, AGAIN, IDLE),
    ("temperror", "another's"): (HELD, HELD, KEPT),
    ("pass", "none"): (OPEN, AGAIN, IDLE),
    ("pass", "own"): (CLOSED, AGAIN, SOLVED),
    ("pass", "another's"): (OPEN, AGAIN, IDLE),
}
CHECKS = {"fail": FAIL, "nobody": NOBODY, "temperror": TEMPERROR, "pass": PASS}
_people = count(1)


class Case:
    """A ticket of a requester of its own, with the letters that the requester and the agent got about it."""

    def __init__(self, desk: WorkingDesk) -> None:
        self.desk, desk.checked = desk, PASS
        self.address = f"anna{next(_people)}@kommun.example"
        self.number = desk.receive(sender=f"Anna <{self.address}>").ticket or 0
        self.receipt, self.notice = desk.letter_to(self.address), desk.letter_to("lisa@desk.example")

    def resolve(self) -> None:
        with self.desk.office() as office:
            resolution.propose(office, office.work.tickets.get(self.number, lock=True), LISA, "Lagat.")
        self.receipt = self.desk.letter_to(self.address)

    def write(self, words: str, sender: str, checked: Authentication, letter: EmailMessage | None) -> tuple[str, State]:
        self.desk.checked = checked
        to = letter["Reply-To"].addresses[0].addr_spec if letter else ADDRESS
        row = self.desk.receive(words, sender=sender, to=to, subject=f"Re: [SD-{self.number}] Skrivaren")
        assert row.ticket == self.number
        return row.disposition, self.desk.ticket(self.number).state


@pytest.mark.parametrize("check", CHECKS)
def test_nothing_is_done_above_the_evidence(open_desk: Callable[..., WorkingDesk], check: str) -> None:
    desk = open_desk(WITHOUT_LIMITS, checked=PASS)
    found = {}
    for token in ("none", "own", "another's"):
        accepting, reopening, commanding = Case(desk), Case(desk), Case(desk)
        outcome = []
        for case, words in ((accepting, "Acceptera"), (reopening, "Återöppna")):
            case.resolve()
            letter = {"none": None, "own": case.receipt, "another's": case.notice}[token]
            outcome.append(case.write(words, case.address, CHECKS[check], letter))
        letter = {"none": None, "own": commanding.notice, "another's": commanding.receipt}[token]
        outcome.append(commanding.write("#resolve Lagat.", "lisa@desk.example", CHECKS[check], letter))
        found[(check, token)] = tuple(outcome)
    assert found == {key: row for key, row in MATRIX.items() if key[0] == check}


def _is_untouched(desk: WorkingDesk) -> bool:
    ticket = desk.ticket(1001)
    public = [e for e in desk.entries(1001) if e.public and e.inbox]
    people = {p.mailbox.address for p in ticket.participants}
    return (ticket.state, len(public), people) == (State.RESOLVED, 1, set())


def test_a_stranger_with_number_references_and_quotation_changes_nothing(desk: WorkingDesk) -> None:
    desk.receive(message_id="<first@kommun.example>")
    letter = desk.resolve()
    ours, signed = letter["Message-ID"], letter["Reply-To"].addresses[0].addr_spec
    quoted = "\n".join(f"> {line}" for line in letter.get_body(("plain",)).get_content().splitlines())
    attempts = [
        {"subject": "Re: [SD-1001] Skrivaren"},
        {"subject": "SD-1001 acceptera"},
        {"References": "<first@kommun.example>", "In_Reply_To": "<first@kommun.example>"},
        {"References": ours, "In_Reply_To": ours, "subject": f"Re: {letter['Subject']}"},
        {"to": signed, "References": ours},
        {"subject": "Fwd: [SD-1001] Skrivaren", "body": f"Acceptera\n\n{quoted}"},
    ]
    for attempt in attempts:
        body = attempt.pop("body", "Acceptera")
        row = desk.receive(body, sender=EVIL, **attempt)
        assert (row.ticket != 1001 or row.disposition is Disposition.HELD, _is_untouched(desk)) == (True, True)
    assert "Acceptera" not in "".join(e.words for e in desk.entries(1001) if e.public)


def test_a_stranger_who_guesses_numbers_reaches_no_ticket(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk(WITHOUT_LIMITS)
    desk.receive()
    desk.resolve()
    for number in range(985, 1002):
        row = desk.receive("Acceptera", sender=EVIL, subject=f"[SD-{number}]")
        assert row.disposition is Disposition.TICKET
    assert _is_untouched(desk)


def test_a_changed_token_is_none(desk: WorkingDesk) -> None:
    desk.receive()
    detail = desk.resolve()["Reply-To"].addresses[0].addr_spec.partition("@")[0].partition("+")[2]
    keyring, draw = desk.desk.policy.keyring, random.Random(6)
    assert read_detail(keyring, detail) is not None
    alphabet = string.ascii_lowercase + string.digits + "-"
    other = [detail[:n] + draw.choice(alphabet) + detail[n + 1 :] for n in range(len(detail)) for _ in range(20)]
    shorter = [detail[:n] for n in range(len(detail))]
    longer = [detail + letter for letter in alphabet]
    made_up = ["".join(draw.choices(alphabet, k=len(detail))) for _ in range(1000)]
    renumbered = [detail.replace("1001", str(number), 1) for number in range(1002, 1100)]
    swapped = {d for d in (*other, *shorter, *longer, *made_up, *renumbered) if d != detail}
    assert [d for d in swapped if read_detail(keyring, d) is not None] == []


def test_a_token_of_one_ticket_does_not_open_another(desk: WorkingDesk) -> None:
    desk.receive()
    desk.receive(sender=EVIL)
    letter = desk.letter_to(EVIL)
    desk.resolve()
    to = letter["Reply-To"].addresses[0].addr_spec
    row = desk.receive("Acceptera", sender=EVIL, to=to, subject="Re: [SD-1001] Skrivaren")
    assert (row.ticket, _is_untouched(desk)) == (1002, True)


def test_people_in_copy_get_no_octet(desk: WorkingDesk) -> None:
    desk.receive(Cc=f"Eve <{EVIL}>, bo@kommun.example", Reply_To=EVIL)
    letter = desk.resolve()
    desk.answer(letter, "Fungerar inte", Cc=EVIL, Reply_To=EVIL)
    desk.answer(desk.resolve("Nu då?"), "Acceptera", Cc=EVIL)
    desk.receive("Hej igen", subject="[SD-1001]", Cc=EVIL)
    desk.deliver()
    with desk.office() as office:
        recipients = {m.recipient for m in office.work.outbox.list_rows(limit=1000)}
    assert recipients == {"anna@kommun.example", "lisa@desk.example"}


@pytest.mark.parametrize("copy", [False, True])
@pytest.mark.parametrize("marked", [False, True])
def test_a_code_sent_to_a_tickets_address_stays_inside(desk: WorkingDesk, copy: bool, marked: bool) -> None:
    desk.receive()
    signed = desk.letter_to("anna@kommun.example")["Reply-To"].addresses[0].addr_spec
    headers = {"Cc": "code@service.example"} if copy else {}
    headers |= {"Auto_Submitted": "auto-generated"} if marked else {}
    row = desk.receive(
        "Your code is 445566.",
        sender='"[SD-1001] 445566" <code@service.example>',
        to=signed,
        subject="445566",
        **headers,
    )
    assert row.disposition is (Disposition.AUTOMATIC if marked else Disposition.HELD)
    desk.resolve()
    with desk.office() as office:
        outside = [m for m in office.work.outbox.list_rows(limit=100) if m.recipient != "lisa@desk.example"]
    assert {m.recipient for m in outside} == {"anna@kommun.example"}
    assert [m for m in outside if b"445566" in m.content or "445566" in m.words] == []
    assert [e for e in desk.entries() if e.public and "445566" in e.words] == []


def test_control_headers_control_nothing(desk: WorkingDesk) -> None:
    names = ("Ticket", "State", "Priority", "Group", "Agent", "Role", "Evidence", "Trust", "Command", "Resolution")
    forged = {f"X_Mailbot_{name}": "1001 closed #resolve lisa@desk.example E5" for name in names}
    forged |= {"X_Mailbot_Desk": "another-desk", "X_Loop": "no", "X_Priority": "1"}
    forged |= {"Authentication_Results": "desk.example; dmarc=pass header.from=kommun.example"}
    desk.receive()
    desk.resolve()
    row = desk.receive("Acceptera", **forged)
    ticket = desk.ticket(1002)
    assert (row.disposition, row.ticket, _is_untouched(desk)) == (Disposition.TICKET, 1002, True)
    assert (ticket.state, ticket.assignee, ticket.group) == (State.NEW, "", "desk")
    assert desk.entries(1002)[0].evidence == "E1"


def test_agents_are_known_by_more_than_their_address(desk: WorkingDesk) -> None:
    desk.receive()
    for sender in ("lisa@desk.example", '"lisa@desk.example" <eve@evil.example>', f"Lisa Lind <{EVIL}>"):
        row = desk.receive("#resolve Lagat.", sender=sender, subject="[SD-1001]")
        assert (row.disposition is Disposition.REPLY, desk.ticket(1001).state) == (False, State.NEW)
    assert desk.receive("Hej", sender=ANNA).disposition is Disposition.TICKET
