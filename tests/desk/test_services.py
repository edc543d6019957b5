"""Which service a mail speaks of, and the words that decided."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.desk.services import Found, Matter, Service, find_services

PRINTING = Service(
    "printing",
    title="Utskrift",
    titles=(("en", "Printing"),),
    words=(("sv", ("skrivar*", "skriv* ut", "*toner*")), ("en", ("printer*",))),
)
NETWORK = Service("network", words=(("sv", ("*nätverk*", "wi-fi", "trådlös*")), ("en", ("network*",))))
SERVICES = (PRINTING, NETWORK)


def found(subject: str, words: str = "") -> list[tuple[str, int]]:
    return [(m.service.name, m.score) for m in find_services(Matter(subject, words), SERVICES)]


@pytest.mark.parametrize(
    ("subject", "words", "expected"),
    [
        ("Skrivaren på plan 3", "", [("printing", 3)]),
        ("SKRIVARKÖ", "", [("printing", 3)]),
        ("Hjälp", "Det går inte att skriva ut.", [("printing", 2)]),
        ("Hjälp", "Vi skriver sedan ut.", []),
        ("Ingen wi-fi", "", [("network", 6)]),
        ("Inget Wi Fi", "", [("network", 6)]),
        ("Gästnätverket", "", [("network", 3)]),
        ("Gastnatverket", "", [("network", 3)]),
        ("tradlost", "", [("network", 3)]),
        ("Skrivaren", "Skrivaren når inte nätverket.", [("printing", 3), ("network", 1)]),
        ("Printer and network", "", [("printing", 3), ("network", 3)]),
        ("En skrivelse", "", []),
        ("", "", []),
    ],
)
def test_words_point_to_their_services(subject: str, words: str, expected: list[tuple[str, int]]) -> None:
    assert found(subject, words) == expected


def test_a_word_written_without_its_dots_is_known_but_another_word_is_not() -> None:
    got = find_services(Matter("far"), (Service("sheep", words=(("sv", ("får",)),)),))
    assert [m.found for m in got] == [(Found("får", "far", "subject"),)]
    assert find_services(Matter("fär"), (Service("sheep", words=(("sv", ("får",)),)),)) == ()


def test_the_words_that_decided_are_told_as_they_were_written() -> None:
    (match,) = find_services(Matter("Hjälp", "Bytte TONERKASSETTEN i skrivaren."), (PRINTING,))
    assert [str(f) for f in match.found] == ["«skrivaren» in the body (+1)", "«tonerkassetten» in the body (+1)"]


def test_the_address_that_it_came_to_decides() -> None:
    vpn = Service("vpn", addresses=("VPN@desk.example",))
    (match,) = find_services(Matter("Hjälp", address="vpn@desk.example"), (PRINTING, vpn))
    assert (match.service.name, match.score) == ("vpn", 10)


def test_a_service_of_some_customers_is_not_chosen_for_others() -> None:
    schools = Service("printing", words=(("sv", ("skrivar*",)),), customers=("schools",))
    assert find_services(Matter("Skrivaren", customer="town"), (schools,)) == ()
    assert len(find_services(Matter("Skrivaren", customer="Schools"), (schools,))) == 1


def test_a_service_is_called_what_the_reader_calls_it() -> None:
    assert [PRINTING.title_in(language) for language in ("en", "sv", "fi")] == ["Printing", "Utskrift", "Utskrift"]
    assert NETWORK.title_in("sv") == "network"


PATTERNS = st.lists(st.text("abåä* -.#", max_size=8), max_size=6).map(tuple)


@given(st.text(max_size=60), st.text(max_size=200), PATTERNS)
def test_any_text_and_any_pattern_are_read_and_nothing_counts_twice(subject: str, words: str, several: object) -> None:
    service = Service("x", words=(("sv", several),))  # type: ignore[arg-type]
    for match in find_services(Matter(subject, words), (service,)):
        assert match.score == sum(f.points for f in match.found) > 0
        assert len({f.pattern for f in match.found}) == len(match.found)


def test_a_long_mail_is_read_to_its_bound_and_no_further() -> None:
    assert found("Hjälp", "a " * 9_990 + "skrivaren") == []
    assert found("Hjälp", "a " * 3_990 + "skrivaren") == [("printing", 1)]
