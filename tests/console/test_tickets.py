"""The queue and the page of a ticket, as they come from the server."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from email.message import EmailMessage
from html import unescape
from urllib.parse import quote

import pytest

import mailbot.desk
from mailbot.console.texts import load_texts
from mailbot.desk.journal import Fact, fact_name
from mailbot.desk.links import Link, LinkKind
from mailbot.desk.ticket import EntryKind
from mailbot.desk.trust import Evidence
from mailbot.desk.vocabulary import DeliveryStatus, Disposition, Intent, MailKind, NoticeKind, SpanKind
from mailbot.workflows import assignment, resolution
from tests.support.console import Console, open_console
from tests.support.desk import ADDRESS, ANNA, LISA, WorkingDesk


@pytest.fixture
def console(sqlite_desk: WorkingDesk) -> Iterator[Console]:
    with open_console(sqlite_desk) as console:
        console.sign_in("lisa@desk.example")
        yield console


def listed(console: Console, path: str) -> list[str]:
    """The references in the list, from above."""
    answer = console.get(path)
    assert answer.status_code == 200, answer.text[:3000]
    return re.findall(r'<td[^>]*class="lead"[^>]*>\s*<a href="/tickets/(SD-\d+)"', answer.text)


def words_of(page: str) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", page)))


def many(desk: WorkingDesk, count: int) -> None:
    for number in range(count):
        desk.receive(sender=f"P{number} <p{number}@k.example>", subject=f"Fel {number}")
        desk.later(minutes=1)


def test_queue_shows_what_is_open_by_default(console: Console) -> None:
    desk = console.desk
    many(desk, 3)
    with desk.office() as office:
        resolution.cancel(office, office.work.tickets.get(1002, lock=True), LISA, "Felskickat.")
    assert listed(console, "/tickets") == ["SD-1003", "SD-1001"]
    assert listed(console, "/tickets?state=cancelled") == ["SD-1002"]
    assert listed(console, "/tickets?state=all") == ["SD-1002", "SD-1003", "SD-1001"]
    assert listed(console, "/tickets?state=nonsense&whose=nonsense&group=nonsense&beyond=nonsense") == [
        "SD-1003",
        "SD-1001",
    ]


def test_queue_is_narrowed_by_whose_they_are(console: Console) -> None:
    desk = console.desk
    many(desk, 4)
    with desk.office() as office:
        for number, to in ((1001, "lisa"), (1002, "network"), (1003, "omar")):
            assignment.assign(office, office.work.tickets.get(number, lock=True), LISA, to)
    desk.receive("Nytt", sender="p3@k.example", subject="x")
    assert listed(console, "/tickets?whose=mine") == ["SD-1001"]
    assert sorted(listed(console, "/tickets?whose=groups")) == ["SD-1001", "SD-1004", "SD-1005"]
    assert sorted(listed(console, "/tickets?whose=unowned")) == ["SD-1002", "SD-1004", "SD-1005"]
    assert sorted(listed(console, "/tickets?group=NETWORK")) == ["SD-1002", "SD-1003"]
    assert listed(console, "/tickets?whose=person") == []
    assert listed(console, "/tickets?by=p0@k.example") == ["SD-1001"]


def test_pages_lead_to_the_end_and_back(console: Console) -> None:
    many(console.desk, 103)
    console.sign_in("lisa@desk.example")
    everything = [f"SD-{number}" for number in range(1103, 1000, -1)]
    path, seen, back = "/tickets", [], ""
    while path:
        seen.append(listed(console, path))
        page = console.get(path).text
        older = re.search(r'<a class="button" rel="next" href="([^"]+)"', page)
        newer = re.search(r'<a class="button" rel="prev" href="([^"]+)"', page)
        assert bool(newer) is (len(seen) > 1)
        path = f"/tickets{unescape(older[1])}" if older else ""
        back = unescape(newer[1]) if newer else ""
    assert [len(one) for one in seen] == [50, 50, 3]
    assert [reference for one in seen for reference in one] == everything
    assert listed(console, f"/tickets{back}") == everything[50:100]


@pytest.mark.parametrize("typed", ["SD-1001", "sd1001", "1001", " #1001 "])
def test_number_leads_straight_to_its_ticket(console: Console, typed: str) -> None:
    console.desk.receive()
    answer = console.get(f"/tickets?q={quote(typed)}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/tickets/SD-1001")


@pytest.mark.parametrize("typed", ["sd1001", "1001", "SD 1001"])
def test_ticket_has_one_address(console: Console, typed: str) -> None:
    console.desk.receive()
    assert console.get(f"/tickets/{quote(typed)}").headers["location"] == "/tickets/SD-1001"


@pytest.mark.parametrize("path", ["/tickets/SD-9999", "/tickets/xx", "/tickets/SD-99999999999", "/tickets/%00"])
def test_ticket_that_does_not_exist_is_missing(console: Console, path: str) -> None:
    answer = console.get(path)
    assert (answer.status_code, "Det finns inget sådant ärende" in answer.text) == (404, True)


def test_story_stands_in_order(console: Console) -> None:
    desk = console.desk
    desk.receive("Den skriver tomma sidor.")
    desk.later(minutes=1)
    with desk.office() as office:
        assignment.take(office, office.work.tickets.get(1001, lock=True), LISA)
    desk.later(minutes=1)
    letter = desk.resolve("Vi har bytt trumma.")
    desk.later(minutes=1)
    desk.answer(letter, "Accept\n\n> Vi har bytt trumma.\n> Har det\n> hjälpt?")
    page = words_of(console.get("/tickets/SD-1001").text)
    order = [
        "Den skriver tomma sidor.",
        "Ärendet registrerades.",
        "Mottagningsbevis till anna@kommun.example",
        "Lisa Lind tog ärendet (desk).",
        "Vi har bytt trumma.",
        "Lisa Lind föreslog en lösning.",
        "Lösning att godkänna till anna@kommun.example",
        "godkänner",
        "Anna Berg godkände lösningen med orden ”Accept”. Ärendet stängdes.",
    ]
    places = [page.find(said) for said in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)


def test_long_story_is_read_a_part_at_a_time(console: Console) -> None:
    desk = console.desk
    desk.receive("Så började det.")
    for number in range(130):
        desk.later(minutes=1)
        with desk.office() as office:
            resolution.note(office, office.work.tickets.get(1001, lock=True), LISA, f"Anteckning {number}.")
    console.sign_in("lisa@desk.example")
    newest = console.get("/tickets/SD-1001").text
    shown = re.findall(r"Anteckning (\d+)\.", newest)
    assert shown == [str(n) for n in range(30, 130)]
    assert "Så började det." in newest
    earlier = re.search(r'href="(/tickets/SD-1001\?before=[\d.]+)"', newest)
    assert earlier
    older = console.get(earlier[1]).text
    assert re.findall(r"Anteckning (\d+)\.", older) == [str(n) for n in range(30)]
    assert "?before=" not in older


def test_quotation_and_great_length_are_folded(console: Console) -> None:
    quoted = "\n".join(f"> rad {n}" for n in range(9))
    console.desk.receive(f"Se nedan.\n{quoted}\n" + "\n".join(f"lång {n}" for n in range(200)), subject="Fw: x")
    page = console.get("/tickets/SD-1001").text
    folded = re.findall(r"<details class=\"more\"><summary>.*?</summary>", page, re.DOTALL)
    assert any("Visa resten" in one for one in folded)
    assert "lång 199" in page


@pytest.fixture
def with_file(console: Console) -> tuple[Console, str]:
    """A ticket with an attachment that calls itself a page; the address of the file."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = ANNA, ADDRESS, "Fil", "<f1@test.example>"
    mail.set_content("Se filen.")
    mail.add_attachment(b"<script>alert(1)</script>", maintype="text", subtype="html", filename='å"ä;\n../ö.html')
    console.desk.receive_raw(mail.as_bytes(), ANNA)
    found = re.search(r'href="(/tickets/SD-1001/files/[0-9a-f]{64})"', console.get("/tickets/SD-1001").text)
    assert found
    return console, found[1]


def test_file_can_only_be_saved(with_file: tuple[Console, str]) -> None:
    console, path = with_file
    answer = console.get(path)
    assert answer.content == b"<script>alert(1)</script>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert re.fullmatch(
        r"attachment; filename=\"[\w .-]+\"; filename\*=UTF-8''[\w%.-]+",
        answer.headers["content-disposition"],
        re.ASCII,
    )


def test_file_of_one_ticket_is_not_had_through_another(with_file: tuple[Console, str]) -> None:
    console, path = with_file
    console.desk.receive("Annat", sender="bo@k.example", subject="Annat")
    assert console.get(path.replace("SD-1001", "SD-1002")).status_code == 404


def kinds_of_facts() -> list[str]:
    """The names of all facts that the desk can write down."""
    for module in pkgutil.iter_modules(mailbot.desk.__path__):
        importlib.import_module(f"mailbot.desk.{module.name}")
    found, waiting = set(), [Fact]
    while waiting:
        kinds = waiting.pop().__subclasses__()
        waiting += kinds
        found |= {fact_name(kind) for kind in kinds if kind.__module__.startswith("mailbot.desk.")}
    return sorted(found - {"target_fact", "promise_fact"})


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_fact_has_plain_words(language: str) -> None:
    texts = load_texts(language)
    assert [name for name in kinds_of_facts() if not texts.has(f"fact.{name}")] == []


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("notice", NoticeKind),
        ("entry", EntryKind),
        ("intent", Intent),
        ("evidence", Evidence.__members__),
        ("mail_kind", MailKind),
        ("span", SpanKind),
        ("disposition_help", Disposition),
        ("delivery_help", DeliveryStatus),
        ("link", LinkKind),
    ],
)
def test_every_value_that_a_page_tells_has_words(language: str, table: str, values: Iterable[str]) -> None:
    texts = load_texts(language)
    assert [str(value) for value in values if not texts.has(f"{table}.{value}")] == []


def test_linked_tickets_stand_beside_the_story(console: Console) -> None:
    desk = console.desk
    many(desk, 2)
    with desk.office() as office:
        office.work.links.add(Link(1001, LinkKind.RELATED, 1002, desk.now, LISA.address))
    for mine, other in (("SD-1001", "SD-1002"), ("SD-1002", "SD-1001")):
        assert f"Hör ihop med {other}" in words_of(console.get(f"/tickets/{mine}").text)
