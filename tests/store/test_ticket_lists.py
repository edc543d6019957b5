"""Lists of tickets: what they find, in which order, page by page; on both databases."""

from __future__ import annotations

import pytest

from mailbot.desk.lifecycle import State
from mailbot.store.search_words import words_of
from mailbot.store.ticket_lists import Place
from mailbot.workflows import assignment
from tests.support.desk import LISA, WorkingDesk

SUBJECTS = ("Skrivaren på plan 3", "Äldre skrivare", "VPN faller", "Skrivbord trasigt", "Straße gesperrt")


@pytest.fixture
def filled(desk: WorkingDesk) -> WorkingDesk:
    """Five tickets of five people, 1001 the oldest."""
    for number, subject in enumerate(SUBJECTS):
        desk.receive(sender=f"Person{number} Ek <p{number}@k{number % 2}.example>", subject=subject)
        desk.later(minutes=1)
    return desk


def found(desk: WorkingDesk, **wanted: object) -> list[int]:
    with desk.office() as office:
        return [t.number for t in office.work.tickets.list_tickets(**wanted)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("search", "numbers"),
    [
        ("skriv", [1004, 1002, 1001]),
        ("SKRIVAREN plan", [1001]),
        ("plan 3", [1001]),
        ("vpn plan", []),
        ("äldre", [1002]),
        ("Äldre Skrivare", [1002]),
        ("strasse", [1005]),
        ("p3@k1.example", [1004]),
        ("k1.example", [1004, 1002]),
        ("person2", [1003]),
        ("ek person2", [1003]),
        ("rivaren", []),
        ("finns%", []),
        ("'; DROP TABLE tickets; --", []),
        ("\x00\ud800", [1005, 1004, 1003, 1002, 1001]),
        ("", [1005, 1004, 1003, 1002, 1001]),
    ],
)
def test_search_finds_the_beginnings_of_words(filled: WorkingDesk, search: str, numbers: list[int]) -> None:
    assert found(filled, search=search) == numbers


def test_words_that_many_have_find_the_same(filled: WorkingDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("skriv", "skriv plan", "example", "ek vpn", "äldre")
    few = [found(filled, search=search) for search in asked]
    monkeypatch.setattr("mailbot.store.ticket_search.FEW", 1)
    monkeypatch.setattr("mailbot.store.ticket_search.MANY", 2)
    assert (
        [found(filled, search=search) for search in asked]
        == few
        == [
            [1004, 1002, 1001],
            [1001],
            [1005, 1004, 1003, 1002, 1001],
            [1003],
            [1002],
        ]
    )


def test_name_that_is_learnt_later_finds_the_older_tickets(desk: WorkingDesk) -> None:
    desk.receive(sender="anna@kommun.example", subject="Musen")
    assert found(desk, search="berg") == []
    desk.receive(sender="Anna Berg <anna@kommun.example>", subject="Skärmen")
    assert found(desk, search="berg") == [1002, 1001]


@pytest.mark.parametrize("wanted", [{}, {"states": [State.NEW]}, {"search": "ek"}, {"groups": ("desk", "network")}])
def test_pages_follow_each_other_both_ways(filled: WorkingDesk, wanted: dict[str, object]) -> None:
    with filled.office() as office:
        lists = office.work.tickets
        first = lists.list_tickets(limit=2, **wanted)  # type: ignore[arg-type]
        second = lists.list_tickets(limit=2, beyond=Place(first[-1].changed_at, first[-1].number), **wanted)  # type: ignore[arg-type]
        before = Place(second[0].changed_at, second[0].number)
        back = lists.list_tickets(limit=2, beyond=before, backwards=True, **wanted)  # type: ignore[arg-type]
    assert [[t.number for t in page] for page in (first, second, back)] == [[1005, 1004], [1003, 1002], [1005, 1004]]


def test_tickets_changed_at_one_moment_are_each_on_one_page(desk: WorkingDesk) -> None:
    for number in range(7):
        desk.receive(sender=f"p{number}@k.example", subject="Samtidigt")
    seen, beyond = [], None
    with desk.office() as office:
        while page := office.work.tickets.list_tickets(limit=3, beyond=beyond):
            seen += [t.number for t in page]
            beyond = Place(page[-1].changed_at, page[-1].number)
    assert seen == [1007, 1006, 1005, 1004, 1003, 1002, 1001]


def test_counts_are_of_what_the_list_is_narrowed_to(filled: WorkingDesk) -> None:
    with filled.office() as office:
        assignment.assign(office, office.work.tickets.get(1002, lock=True), LISA, "lisa")
        assignment.assign(office, office.work.tickets.get(1003, lock=True), LISA, "network")
    with filled.office() as office:
        lists = office.work.tickets
        counted = [
            lists.count_some(1000),
            lists.count_some(2),
            lists.count_some(1000, assignee=LISA.address),
            lists.count_some(1000, groups=("network",)),
            lists.count_some(1000, search=lists.seek("skriv")),
            lists.count_some(1000, requester="P0@K0.example"),
        ]
    assert [(c[State.NEW], c[State.IN_PROGRESS]) for c in counted if c] == [
        (3, 2),
        (2, 2),
        (0, 1),
        (0, 1),
        (2, 1),
        (1, 0),
    ]


def test_words_are_the_same_however_they_are_written() -> None:
    assert words_of("Skrivaren på plan-3!", "ANNA@Kommun.example") == [
        "skrivaren",
        "på",
        "plan",
        "3",
        "anna",
        "kommun",
        "example",
    ]
    assert words_of("A\u030aL\ufb01 \ud800\x00_x_") == ["ålfi", "x"]
    assert len(words_of(" ".join(map(str, range(1000))))) == 60
    assert words_of("x" * 3000) == ["x" * 40]
