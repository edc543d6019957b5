"""The desk's watch-list: each working morning, once, oldest first; not at all when there is nothing on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage

from mailbot.desk.correspondence import Authentication, Mailbox
from mailbot.desk.staff import Absence
from mailbot.workflows import assignment, handover, waiting, watch_list
from mailbot.workflows.timers import find_timers, fire_due
from tests.support.desk import LISA, WorkingDesk

OMAR = Mailbox("omar@desk.example", "Omar Nasser")
TUESDAY = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
"""Half past seven in Stockholm."""
TWO_AGENTS = '[[agents]]\naddress = "kim@desk.example"\nlanguage = "en"\ngroups = ["desk"]\n'


def at(desk: WorkingDesk, moment: datetime) -> list[EmailMessage]:
    """The clock shows ``moment``: what is due happens; the watch-lists that leave."""
    desk.now = moment
    watch_list.run(desk.desk.open_office)
    fire_due(desk.desk.open_office, find_timers(), "test#t")
    return [m for m in desk.deliver() if m["Message-ID"].startswith("<watch-list.")]


def plain(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_the_list_comes_on_the_next_working_morning_with_the_oldest_first(desk: WorkingDesk) -> None:
    at(desk, desk.now)
    desk.receive("Gammalt.", subject="Gammalt")
    assert at(desk, TUESDAY) == []
    desk.later(hours=8)
    desk.receive("Nyare.", subject="Nyare", message_id="<n@test.example>")
    with desk.office() as office:
        handover.escalate(office, office.work.tickets.get(1002, lock=True), LISA, "network", "Switchen.")
    assert at(desk, datetime(2026, 11, 25, 6, 29, tzinfo=UTC)) == []
    (letter,) = at(desk, datetime(2026, 11, 25, 6, 30, tzinfo=UTC))
    assert (letter["To"], letter["From"]) == ("Lisa Lind <lisa@desk.example>", "Servicedesk <support@desk.example>")
    assert letter["Subject"] == "Servicedesk: 2 ärenden att hålla ögonen på"
    text = plain(letter)
    assert text.index("SD-1001: Gammalt") < text.index("SD-1002: Nyare")
    assert "Någon i desk behöver ta det" in text and "network ska ta emot det senast" in text
    assert "1 är överlämnat men inte mottaget." in text


def test_it_comes_once_whatever_is_fired_again_and_the_next_one_is_set(desk: WorkingDesk) -> None:
    at(desk, desk.now)
    desk.receive("Hej")
    with desk.office() as office:
        office.work.tickets.save(needing_a_person(office.work.tickets.get(1001)))
    assert len(at(desk, TUESDAY)) == 1
    assert at(desk, TUESDAY) == at(desk, TUESDAY + timedelta(minutes=5)) == []
    with desk.office() as office:
        assert office.work.timers.find("watch_list").due_at == TUESDAY + timedelta(days=1)


def needing_a_person(ticket):  # type: ignore[no-untyped-def]
    ticket.needs_person = True
    return ticket


def test_nothing_on_the_list_is_no_mail(desk: WorkingDesk) -> None:
    at(desk, desk.now)
    desk.receive("Nytt i går.")
    assert at(desk, TUESDAY) == []


def test_receipts_that_were_too_many_are_told_once_in_one_line(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk(checked=Authentication(dmarc="none", dmarc_policy="absent", checked_by="mailbot"))
    at(desk, desk.now)
    for n in range(4):
        desk.receive("Hej", sender="anna@kommun.example", subject=f"Fel {n}")
    desk.receive("Hej", sender="lista@kommun.example", List_Id="<lista.kommun.example>")
    (letter,) = at(desk, TUESDAY)
    assert letter["Subject"] == "Servicedesk: 3 kvitton skickades inte"
    assert "3 kvitton skickades inte: de blev för många på kort tid." in " ".join(plain(letter).split())
    assert "mailbot outbox withheld" in plain(letter)
    (letter,) = at(desk, TUESDAY + timedelta(days=1))
    assert (letter["Subject"], "kvitto" in plain(letter)) == ("Servicedesk: 5 ärenden att hålla ögonen på", False)


def test_receipts_of_the_weekend_are_told_on_monday(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk("[limits]\nunverified_per_hour = 1\n", now=datetime(2026, 11, 28, 9, 0, tzinfo=UTC))
    at(desk, desk.now)
    desk.receive("Hej", sender="anna@kommun.example")
    desk.receive("Hej", sender="bo@kommun.example")
    (letter,) = at(desk, datetime(2026, 11, 30, 6, 30, tzinfo=UTC))
    assert letter["Subject"] == "Servicedesk: 1 kvitto skickades inte"


def test_a_weekend_and_a_holiday_have_no_morning(desk: WorkingDesk) -> None:
    desk.now = datetime(2026, 12, 23, 9, 0, tzinfo=UTC)
    at(desk, desk.now)
    with desk.office() as office:
        due = office.work.timers.find("watch_list").due_at
    assert due == datetime(2026, 12, 28, 6, 30, tzinfo=UTC)


def test_what_waits_for_a_day_ahead_is_not_on_it_and_what_a_person_must_read_is_at_once(desk: WorkingDesk) -> None:
    desk.receive("Väntar.", subject="Väntar")
    desk.receive("Nej.", subject="Läses", message_id="<l@test.example>")
    with desk.office() as office:
        waiting.pause(office, office.work.tickets.get(1001, lock=True), LISA, "", date(2026, 12, 24))
        office.work.tickets.save(needing_a_person(office.work.tickets.get(1002)))
        office_list = watch_list.watched(office)
    assert [(w.ticket.number, w.mark.value) for w in office_list] == [(1002, "read")]
    desk.later(days=20)
    with desk.office() as office:
        assert [w.ticket.number for w in watch_list.watched(office)] == [1002]


def test_who_is_away_gets_no_list_and_each_reads_their_own_language(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk(TWO_AGENTS)
    at(desk, desk.now)
    desk.receive("Hej")
    with desk.office() as office:
        assignment.take(office, office.work.tickets.get(1001, lock=True), OMAR)
        away = Absence("lisa@desk.example", date(2026, 11, 25), date(2026, 11, 25))
        office.work.roster.set_absence(away, "lisa@desk.example", office.now)
    at(desk, TUESDAY)
    (letter,) = at(desk, TUESDAY + timedelta(days=1))
    assert (letter["To"], letter["Subject"]) == ("kim@desk.example", "Servicedesk: 1 ticket to keep an eye on")
    assert "Omar Nasser works on it" in plain(letter)


def test_settings_move_it_or_turn_it_off(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk('[watch_list]\ntime = "06:00"\n')
    at(desk, desk.now)
    with desk.office() as office:
        assert office.work.timers.find("watch_list").due_at == datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
        office.work.timers.set("watch_list", TUESDAY, key="watch_list")
    at(desk, desk.now)
    with desk.office() as office:
        assert office.work.timers.find("watch_list").due_at == datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


def test_a_morning_that_was_missed_is_made_up_for_once(desk: WorkingDesk) -> None:
    at(desk, desk.now)
    desk.receive("Hej")
    (letter,) = at(desk, datetime(2026, 11, 26, 9, 0, tzinfo=UTC))
    assert letter["Subject"] == "Servicedesk: 1 ärende att hålla ögonen på"
    assert at(desk, datetime(2026, 11, 26, 9, 5, tzinfo=UTC)) == []


def test_a_requester_who_must_be_spoken_with_is_on_the_list_at_once(desk: WorkingDesk) -> None:
    desk.receive("Hej")
    desk.resolve()
    with desk.office() as office:
        ticket = office.work.tickets.get(1001)
        assert watch_list.watched(office) == ()
        ticket.needs_contact = True
        office.work.tickets.save(ticket)
        (row,) = watch_list.rows_of(office, watch_list.watched(office), "sv")
    assert (row.mark, row.next_step) == ("contact", "Ring användaren: ingen har svarat om lösningen fungerar")
