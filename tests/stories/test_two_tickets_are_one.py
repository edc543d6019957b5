"""Tickets turn out to be one, or two: merged, split, linked, and taken back; a problem is solved for all.

Row 7 of what the desk is for: problems, links, merging and splitting.
"""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from mailbot.cli import main
from mailbot.desk.errors import Conflict, IllegalTransition, NotAllowed
from mailbot.desk.links import LinkKind
from mailbot.workflows import merging, problems, resolution
from tests.support.desk import LISA, WorkingDesk

BO = "Bo Ek <bo@kommun.example>"


@pytest.fixture
def two(desk: WorkingDesk) -> WorkingDesk:
    """Anna's ticket SD-1001 and Bo's SD-1002."""
    desk.receive("Skrivaren står still.")
    desk.receive("Skrivaren gör ingenting.", sender=BO)
    desk.deliver()
    return desk


def merge(desk: WorkingDesk, one: int = 1002, into: int = 1001) -> None:
    with desk.office() as office:
        tickets = office.work.tickets
        merging.merge(office, tickets.get(one, lock=True), tickets.get(into, lock=True), LISA)


def link(desk: WorkingDesk, one: int, kind: LinkKind, other: int) -> None:
    with desk.office() as office:
        tickets = office.work.tickets
        merging.link(office, tickets.get(one, lock=True), kind, tickets.get(other, lock=True), LISA)


def test_mail_to_a_merged_number_goes_to_the_right_place(two: WorkingDesk) -> None:
    receipt = two.letter_to("bo@kommun.example")
    merge(two)
    told = two.letter_to("bo@kommun.example")
    assert "SD-1001" in told.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    rows = [two.answer(letter, "Den piper också.", sender=BO) for letter in (receipt, told)]
    assert [row.ticket for row in rows] == [1001, 1001]
    assert [e.words for e in two.entries(1001) if e.author.address == "bo@kommun.example"] == ["Den piper också."] * 2
    assert two.ticket(1002).state.value == "cancelled"


def test_nothing_of_the_other_persons_words_is_told(two: WorkingDesk) -> None:
    merge(two)
    told = two.letter_to("bo@kommun.example")
    said = told.get_body(("plain",)).get_content() + str(told["Subject"])  # type: ignore[union-attr]
    assert "SD-1001" in said
    assert "Skrivaren står still" not in said and "Anna" not in said


def test_requester_of_a_merged_ticket_is_asked_too(two: WorkingDesk) -> None:
    merge(two)
    two.resolve("Ny drivrutin.")
    assert [p.mailbox.address for p in two.ticket(1001).affected] == ["anna@kommun.example", "bo@kommun.example"]


def test_merging_is_taken_back(two: WorkingDesk) -> None:
    merge(two)
    with two.office() as office:
        assert merging.unmerge(office, office.work.tickets.get(1002, lock=True), LISA) == 1001
    receipt = two.letter_to("bo@kommun.example")
    assert (two.ticket(1002).state.value, two.answer(receipt, "Hej igen.", sender=BO).ticket) == ("in_progress", 1002)
    assert [p.mailbox.address for p in two.ticket(1001).affected] == ["anna@kommun.example"]
    assert (two.facts(1001)[-1], two.facts(1002)[-2]) == ("ticket_unmerged", "ticket_unmerged")


def test_chain_of_mergings_leads_to_its_end(two: WorkingDesk) -> None:
    two.receive("Samma här.", sender="Cia <cia@kommun.example>")
    merge(two, 1002, 1001)
    merge(two, 1001, 1003)
    with two.office() as office:
        assert [office.work.links.target_of(n) for n in (1001, 1002, 1003)] == [1003] * 3


@pytest.mark.parametrize(
    ("one", "into", "error"), [(1001, 1001, NotAllowed), (1002, 1003, NotAllowed), (1003, 1001, IllegalTransition)]
)
def test_merging_that_makes_no_sense_is_refused(two: WorkingDesk, one: int, into: int, error: type[Exception]) -> None:
    two.receive("Annat.", sender="Cia <cia@kommun.example>")
    with two.office() as office:
        resolution.cancel(office, office.work.tickets.get(1003, lock=True), LISA, "Fel adress.")
    before = two.facts(one)
    with pytest.raises(error):
        merge(two, one, into)
    assert two.facts(one) == before


def test_words_about_something_else_become_a_ticket(two: WorkingDesk) -> None:
    two.answer(two.letter_to("anna@kommun.example"), "Jag behöver också ett nytt tangentbord.")
    entry = two.entries(1001)[-1]
    with two.office() as office:
        new = merging.split(office, office.work.tickets.get(1001, lock=True), [entry.id], "Tangentbord", LISA)
    made = two.ticket(new.number)
    assert (made.subject, made.requester and made.requester.mailbox.address) == ("Tangentbord", "anna@kommun.example")
    assert two.entries(new.number)[0].words == entry.words
    with two.office() as office:
        assert merging.unsplit(office, office.work.tickets.get(new.number, lock=True), LISA) == 1001
    assert two.facts(1001)[-2:] == ["ticket_took_over", "split_undone"]


def test_entries_that_cannot_be_split_off_are_refused(two: WorkingDesk) -> None:
    with two.office() as office:
        note = office.work.tickets.get(1001, lock=True)
        resolution.note(office, note, LISA, "Ring.")
    for entries in ([], [999_999], [two.entries(1001)[-1].id], [two.entries(1002)[0].id]):
        with two.office() as office, pytest.raises(NotAllowed):
            merging.split(office, office.work.tickets.get(1001, lock=True), entries, "", LISA)


def test_links_are_said_once_and_never_in_a_circle(two: WorkingDesk) -> None:
    link(two, 1001, LinkKind.CHILD_OF, 1002)
    with pytest.raises(Conflict):
        link(two, 1001, LinkKind.CHILD_OF, 1002)
    for one, kind, other in ((1002, LinkKind.CHILD_OF, 1001), (1001, LinkKind.CAUSED_BY, 1002)):
        with pytest.raises(NotAllowed):
            link(two, one, kind, other)
    with two.office() as office:
        tickets = office.work.tickets
        assert merging.unlink(office, tickets.get(1002), tickets.get(1001), LISA) is LinkKind.CHILD_OF
        assert office.work.links.of_ticket(1001) == []


def test_resolution_of_a_problem_asks_each_childs_requester(two: WorkingDesk) -> None:
    with two.office() as office:
        children = [office.work.tickets.get(n, lock=True) for n in (1001, 1002)]
        problem = problems.open_problem(office, LISA, "Skrivarservern", "Full disk.", children)
    with two.office() as office:
        known = office.work.tickets.get(problem.number, lock=True)
        assert problems.record_known_error(office, known, LISA, "Full disk.", "Skriv ut som PDF.", tell=True) == 2
    assert "Skriv ut som PDF." in two.letter_to("bo@kommun.example").as_string()
    with two.office() as office:
        resolution.propose(office, office.work.tickets.get(problem.number, lock=True), LISA, "Disken är tömd.")
    assert [two.ticket(n).state.value for n in (1001, 1002, problem.number)] == ["resolved"] * 3
    two.answer(two.letter_to("anna@kommun.example"), "acceptera")
    assert [two.ticket(n).state.value for n in (1001, 1002)] == ["closed", "resolved"]


def test_agent_merges_and_splits_by_mail(two: WorkingDesk) -> None:
    notice = two.letter_to("lisa@desk.example")
    assert "SD-1002" in notice["Subject"]
    two.answer(notice, "#slå_ihop SD-1001", sender="Lisa Lind <lisa@desk.example>")
    assert two.ticket(1002).state.value == "cancelled"


def test_command_line_links_and_shows(two: WorkingDesk) -> None:
    def run(*arguments: str) -> str:
        done = CliRunner().invoke(main, ["--settings", str(two.folder / "settings.toml"), *arguments])
        assert done.exit_code == 0, done.output
        return done.stdout

    assert run("problem", "new", "Skrivarservern", "--child", "SD-1001", "--as", "lisa") == (
        "SD-1003 is registered as a problem, with 1 children.\n"
    )
    assert run("ticket", "link", "SD-1002", "SD-1003", "--kind", "child", "--as", "lisa") == (
        "SD-1002 is a child of SD-1003.\n"
    )
    shown = json.loads(run("problem", "show", "SD-1003", "--json"))
    assert [c["ticket"] for c in shown["children"]] == ["SD-1001", "SD-1002"]
    assert [(k["ticket"], k["kind"]) for k in json.loads(run("ticket", "links", "SD-1002", "--json"))] == [
        ("SD-1002", "child_of")
    ]
    assert [p["problem"] for p in json.loads(run("problem", "list", "--json"))] == ["SD-1003"]
