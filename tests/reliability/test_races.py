"""Two things at the same moment: both are recorded, nothing is closed over a person's head, nobody is told twice."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest

from mailbot.desk.lifecycle import State
from mailbot.desk.vocabulary import Disposition
from mailbot.workflows import resolution
from tests.support.desk import ADDRESS, LISA, WITHOUT_LIMITS, WorkingDesk, read_letter
from tests.support.races import intake_of, together

PAIRS = 12


def _anna(n: int) -> str:
    return f"anna{n}@kommun{n}.example"


def _open_tickets(desk: WorkingDesk, *, resolved: bool) -> list[tuple[EmailMessage, EmailMessage]]:
    """Tickets 1001 … with the newest letters to their requesters and to the agent."""
    for n in range(PAIRS):
        desk.receive("Hej", sender=_anna(n), subject=f"Fel {n}")
        if resolved:
            with desk.office() as office:
                resolution.propose(office, office.work.tickets.get(1001 + n, lock=True), LISA, "Lagat.")
    desk.deliver()
    with desk.office() as office:
        rows = office.work.outbox.list_rows(limit=1000)
    newest = {}
    for row in reversed(rows):
        newest[(row.ticket, row.recipient)] = read_letter(row.content)
    return [(newest[(1001 + n, _anna(n))], newest[(1001 + n, "lisa@desk.example")]) for n in range(PAIRS)]


def _arrive(desk: WorkingDesk, mails: list[tuple[EmailMessage, str, str]]) -> None:
    """All at one moment, in this order."""
    raws = []
    for letter, sender, words in mails:
        to = letter["Reply-To"].addresses[0].addr_spec
        headers = {"In_Reply_To": letter["Message-ID"], "References": letter["Message-ID"]}
        raw = desk.write(words, sender=sender, to=to, subject=f"Re: {letter['Subject']}", **headers)
        raws.append((raw, desk.envelope(sender, to)))
    desk.reception.receive_many(raws)


def _work_together(desk: WorkingDesk, workers: int) -> None:
    """Until nothing is left: intake workers in threads of their own, as in processes of their own."""
    together([intake_of(desk, worker).run_once for worker in range(workers)])
    for _ in range(4):
        desk.later(seconds=10)
        desk.work()


@pytest.mark.parametrize("words", [("Acceptera", "Återöppna"), ("Återöppna", "Acceptera")])
@pytest.mark.parametrize("workers", [1, 3])
def test_accept_and_reopen_at_once_leave_the_ticket_open(
    open_desk: Callable[..., WorkingDesk], words: tuple[str, str], workers: int
) -> None:
    desk = open_desk(WITHOUT_LIMITS + "[intake]\nbatch = 3\n")
    letters = _open_tickets(desk, resolved=True)
    _arrive(desk, [(letter, _anna(n), word) for n, (letter, _) in enumerate(letters) for word in words])
    _work_together(desk, workers)
    for number in range(1001, 1001 + PAIRS):
        notices, facts = desk.notices(number), desk.facts(number)
        assert desk.ticket(number).state is State.IN_PROGRESS
        assert sum(e.intent in ("accept", "reopen") for e in desk.entries(number)) == 2
        assert (facts.count("reply_received"), facts.count("ticket_reopened")) == (2, 1)
        assert [kind for kind, _ in notices].count("reopened") == 1
        assert len(notices) == len(set(notices)) + notices.count(("agent_new_reply", "lisa@desk.example")) - 1


@pytest.mark.parametrize("agent_first", [True, False])
@pytest.mark.parametrize("workers", [1, 3])
def test_an_agents_resolution_and_a_reply_at_once_are_both_there(
    open_desk: Callable[..., WorkingDesk], agent_first: bool, workers: int
) -> None:
    desk = open_desk(WITHOUT_LIMITS + "[intake]\nbatch = 3\n")
    pairs = []
    for n, (letter, notice) in enumerate(_open_tickets(desk, resolved=False)):
        pair = [(notice, "lisa@desk.example", "#resolve Lagat."), (letter, _anna(n), "Skrivaren står på plan tre.")]
        pairs += pair if agent_first else pair[::-1]
    _arrive(desk, pairs)
    _work_together(desk, workers)
    for number in range(1001, 1001 + PAIRS):
        facts = desk.facts(number)
        assert desk.ticket(number).state is State.RESOLVED
        assert (facts.count("reply_received"), facts.count("resolution_proposed")) == (1, 1)
        assert [kind for kind, _ in desk.notices(number)].count("resolution") == 1
        if workers == 1 and agent_first:
            assert desk.ticket(number).needs_person


def test_workers_that_meet_on_the_same_tickets_in_opposite_order(open_desk: Callable[..., WorkingDesk]) -> None:
    """A deadlock is the store's trouble: no attempt is counted, nothing goes to quarantine."""
    desk = open_desk(WITHOUT_LIMITS + "[intake]\nbatch = 6\n")
    letters = _open_tickets(desk, resolved=False)[:6]
    for turn in range(6):
        order = letters if turn % 2 else letters[::-1]
        people = {str(letter["To"]): letter for letter, _ in order}
        _arrive(desk, [(letter, to, f"Mer om saken {turn}.") for to, letter in people.items()])
    _work_together(desk, 3)
    with desk.office() as office:
        assert office.work.inbox.count_by_disposition() == {"ticket": PAIRS, "reply": 36}
    assert [desk.facts(1001 + n).count("reply_received") for n in range(6)] == [6] * 6


def test_new_people_met_by_several_workers_at_once_are_registered_once(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk(WITHOUT_LIMITS + "[intake]\nbatch = 2\n")
    raws = [
        desk.write(
            "Hej", sender=_anna(n % 3), to=ADDRESS, subject=f"Fel {n}", Cc=f"{_anna((n + 1) % 3)}, {_anna(n % 3)}"
        )
        for n in range(24)
    ]
    desk.reception.receive_many([(raw, desk.envelope("a@b.example")) for raw in raws])
    _work_together(desk, 3)
    with desk.office() as office:
        assert office.work.inbox.count_by_disposition() == {Disposition.TICKET.value: 24}
        assert office.work.directory.count() == 4
