"""Ready answers: found by what agents type, proposed for what people write, filled without being a template."""

from __future__ import annotations

import pytest

from mailbot.desk.first_aid import FirstAid, fill, find_first_aid, find_nearest, propose_first_aid, read_called
from mailbot.desk.services import Matter

PASSWORD = FirstAid(
    "lösenord",
    "Byta lösenord",
    (("en", "Password"),),
    (("sv", "Byt det."), ("en", "Change it.")),
    ("accounts",),
    (("sv", ("lösenord*",)), ("en", ("password*",))),
)
PRINTER = FirstAid("utskrift", texts=(("sv", "Starta om."),), words=(("sv", ("skrivar*", "papper")),))
VPN = FirstAid("vpn", texts=(("sv", "Ring."),), services=("network",))
ALL = (PRINTER, PASSWORD, VPN)


@pytest.mark.parametrize("typed", ["lösenord", "LÖSENORD", "losenord", "lo\u0308senord", "@lösenord", "password"])
def test_answer_is_found_as_people_type_it(typed: str) -> None:
    assert find_first_aid(typed, ALL) is PASSWORD


@pytest.mark.parametrize("typed", ["", "byta lösenord", "lösen", "@"])
def test_answer_of_another_name_is_not_found(typed: str) -> None:
    assert find_first_aid(typed, ALL) is None


def test_names_go_before_titles() -> None:
    titled = FirstAid("a", titles=(("en", "vpn"),))
    assert find_first_aid("vpn", (titled, VPN)) is VPN


@pytest.mark.parametrize(
    ("typed", "near"), [("lösenrod", "lösenord"), ("pasword", "lösenord"), ("vnp", "vpn"), ("semester", "")]
)
def test_nearest_name_is_told(typed: str, near: str) -> None:
    assert find_nearest(typed, ALL) == near


@pytest.mark.parametrize(
    ("matter", "service", "names"),
    [
        (Matter("Lösenordet", "Min skrivare också"), "", ["lösenord", "utskrift"]),
        (Matter("Skrivaren", "Slut på papper, och mitt lösenord"), "", ["utskrift", "lösenord"]),
        (Matter("Hjälp", "Glömt mitt password"), "accounts", ["lösenord"]),
        (Matter("Skrivaren", ""), "accounts", ["utskrift", "lösenord"]),
        (Matter("Hej", "Hej"), "network", ["vpn"]),
        (Matter("Hej", "Hej"), "", []),
    ],
)
def test_fitting_answers_are_proposed_the_best_first(matter: Matter, service: str, names: list[str]) -> None:
    assert [a.name for a in propose_first_aid(matter, service, ALL)] == names


def test_language_of_the_requester_goes_first() -> None:
    assert [PASSWORD.text_in(tag, "sv") for tag in ("en", "sv", "fi")] == ["Change it.", "Byt det.", "Byt det."]
    assert [PRINTER.text_in("en", "fi"), FirstAid("x").text_in("sv")] == ["Starta om.", ""]


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("@lösenord", ("lösenord", "")),
        ("@lösenord: Ring annars.", ("lösenord", "Ring annars.")),
        (" @vpn\n\nTvå rader\nbelow", ("vpn", "Två rader\nbelow")),
        ("Hej @vpn", ("", "Hej @vpn")),
        ("@desk.example svarar inte", ("", "@desk.example svarar inte")),
        ("@ 5 kr", ("", "@ 5 kr")),
        ("@@vpn", ("", "@@vpn")),
        ("@" + "x" * 41, ("", "@" + "x" * 41)),
        ("", ("", "")),
    ],
)
def test_name_behind_an_at_sign_is_read(words: str, read: tuple[str, str]) -> None:
    assert read_called(words) == read


def test_only_two_places_are_filled_and_once() -> None:
    text = "Hej {name}, {reference} {{name}} {name.__class__} {0} {% x %} {{ 7*7 }} {NAME} }{"
    said = "Hej {reference}, SD-1 {{reference}} {name.__class__} {0} {% x %} {{ 7*7 }} {NAME} }{"
    assert fill(text, name="{reference}", reference="SD-1") == said


def test_name_of_nobody_leaves_no_gap_and_a_long_one_is_cut_to_a_line() -> None:
    assert fill("Hej {name}!\n{name} skrev.", name="", reference="SD-1") == "Hej!\n skrev."
    assert fill("{name}", name="Anna\r\nBcc: x" + "y" * 200, reference="") == ("Anna Bcc: x" + "y" * 200)[:80]
