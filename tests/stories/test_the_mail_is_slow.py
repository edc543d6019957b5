"""An outage is announced: mail about it is answered with how it stands, and one resolution asks everybody.

Row 15 of what the desk is for: users are informed of events that may touch them. Row 7: many incidents, one cause.
"""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import pytest

from mailbot.desk.announcements import Announcement, says_not_this
from mailbot.desk.errors import NotAllowed, PermanentError
from mailbot.workflows import announcements
from tests.support.desk import LISA, WorkingDesk

BO = "Bo Ek <bo@kommun.example>"


def announce(desk: WorkingDesk, **given: object) -> Announcement:
    fields = {"patterns": ("e-post*", "mejl*"), "starts_at": desk.now, **given}
    with desk.office() as office:
        said = Announcement(0, 0, False, "E-posten är långsam", "Mejl dröjer en timme.", **fields)  # type: ignore[arg-type]
        return announcements.announce(office, said, LISA)


def plain(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


@pytest.fixture
def told(desk: WorkingDesk) -> WorkingDesk:
    """SD-1001 is the outage, SD-1002 and SD-1003 are Anna's and Bo's tickets about it."""
    announce(desk, expected_end=desk.now + timedelta(hours=4))
    desk.receive("Det tar en timme.", subject="Mina mejl kommer inte fram")
    desk.receive("E-posten står still.", sender=BO, subject="Hjälp")
    return desk


def test_mail_about_it_is_answered_with_how_it_stands_and_linked(told: WorkingDesk) -> None:
    receipt = plain(told.letter_to("anna@kommun.example"))
    assert "E-posten är långsam\nMejl dröjer en timme." in receipt
    assert "Vi räknar med att det är över senast måndag 23 november kl. 13:00." in receipt
    with told.office() as office:
        assert office.work.links.list_children(1001) == [1002, 1003]
    assert "announcement_matched" in told.facts(1002)


def test_mail_about_something_else_is_an_ordinary_ticket(told: WorkingDesk) -> None:
    told.receive("Den är trasig.", subject="Skrivaren")
    assert "långsam" not in plain(told.letter_to("anna@kommun.example"))
    assert "announcement_matched" not in told.facts(1004)


def test_updates_reach_everybody_whose_ticket_is_about_it(told: WorkingDesk) -> None:
    with told.office() as office:
        _, count = announcements.update(office, 1, LISA, "Hälften går fram.")
    assert count == 2
    assert ["Hälften går fram." in plain(told.letter_to(a)) for a in ("anna@kommun.example", "bo@kommun.example")] == [
        True,
        True,
    ]


def test_one_resolution_asks_all_and_each_answers_for_themselves(told: WorkingDesk) -> None:
    with told.office() as office:
        _, asked = announcements.end(office, 1, LISA, "Felet är rättat.")
    assert (asked, told.ticket(1002).state.value, told.ticket(1003).state.value) == (2, "resolved", "resolved")
    told.answer(told.letter_to("anna@kommun.example"), "acceptera")
    told.answer(told.letter_to("bo@kommun.example"), "Nej, det är fortfarande trasigt.", sender=BO)
    assert (told.ticket(1002).state.value, told.ticket(1003).state.value) == ("closed", "in_progress")


def test_it_is_not_this_detaches(told: WorkingDesk) -> None:
    told.answer(told.letter_to("bo@kommun.example"), "Det är något annat fel.", sender=BO)
    with told.office() as office:
        assert office.work.links.list_children(1001) == [1002]
    assert told.facts(1003)[-1] == "announcement_denied"


def test_mail_after_its_end_and_before_its_beginning_is_not_about_it(desk: WorkingDesk) -> None:
    announce(desk, starts_at=desk.now + timedelta(hours=1))
    desk.receive("Går inte.", subject="Mejl")
    desk.later(hours=2)
    desk.receive("Går inte.", subject="Mejl")
    with desk.office() as office:
        announcements.end(office, 1, LISA, "Klart.")
    desk.receive("Går inte.", subject="Mejl")
    assert ["announcement_matched" in desk.facts(n) for n in (1002, 1003, 1004)] == [False, True, False]


def test_customers_and_services_limit_it(desk: WorkingDesk) -> None:
    announce(desk, customers=("almby",))
    desk.receive("Går inte.", subject="Mejl")
    assert "announcement_matched" not in desk.facts(1002)


@pytest.mark.parametrize("given", [{"patterns": ()}, {"ticket_ends": True}])
def test_announcement_that_makes_no_sense_is_refused(desk: WorkingDesk, given: dict[str, object]) -> None:
    fields = {"expected_end": desk.now - timedelta(hours=1)} if "ticket_ends" in given else given
    with pytest.raises(NotAllowed):
        announce(desk, **fields)


def test_ended_announcement_is_neither_updated_nor_ended_again(told: WorkingDesk) -> None:
    with told.office() as office:
        announcements.end(office, 1, LISA, "Klart.")
    for act in (announcements.update, announcements.end):
        with told.office() as office, pytest.raises(PermanentError, match="announcement 1 has ended"):
            act(office, 1, LISA, "Igen.")


@pytest.mark.parametrize(
    ("words", "denies"),
    [
        ("Det är något annat fel.", True),
        ("it is NOT   this", True),
        ("Tack, då väntar jag.", False),
        ("Det är inte detta. " + "Så här är det: " * 60, False),
    ],
)
def test_denial_is_short_and_says_so(words: str, denies: bool) -> None:
    assert says_not_this(words) is denies
