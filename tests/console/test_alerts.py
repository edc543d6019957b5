"""The alerts that last, those that are over, and sources that are silent: on the page and on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from mailbot.cli import main
from mailbot.desk.journal import AlertRecorded
from mailbot.desk.monitoring import KnownAlert
from mailbot.workflows.notification import record
from tests.console.test_tickets import words_of
from tests.support.console import Console, open_console
from tests.support.desk import WorkingDesk

SOURCES = """
[[monitoring.sources]]
name = "nagios"
senders = ["nagios@mon.example"]
expect_minutes = 30
"""


@pytest.fixture
def console(desk: WorkingDesk) -> Iterator[Console]:
    """On both databases: two alerts of one incident last, one of another source is over."""
    desk = WorkingDesk(desk.folder, desk.url, SOURCES)
    for subject in ("Switch", "Disk"):
        desk.receive("Larm", subject=subject)
    with desk.office() as office:
        keep = office.work.alerts.keep
        for number in range(60):
            keep(KnownAlert(f"nagios|sw{number:02}|100% ping", "nagios", 1001, True, desk.now, desk.now, repeats=3))
        keep(KnownAlert("zabbix|disk", "zabbix", 1002, False, desk.now, desk.now, severity="High"))
    with open_console(desk) as opened:
        opened.sign_in("lisa@desk.example")
        yield opened


def test_alerts_are_listed_with_their_incident_a_page_at_a_time(console: Console) -> None:
    first = console.get("/alerts")
    page = words_of(first.text)
    assert ("Kvarstår 60" in page, "60 larm i det. Upprepat 3 gånger." in page) == (True, True)
    assert (page.count("SD-1001"), "zabbix · disk" in page) == (50, False)
    older = httpx_path(first.text, "next")
    second = console.get(older).text
    assert words_of(second).count("SD-1001") == 10
    assert words_of(console.get(httpx_path(second, "prev")).text).count("SD-1001") == 50
    assert "zabbix · disk" in words_of(console.get("/alerts?state=over").text)
    assert "Inget larm kvarstår" in console.get("/alerts?source=zabbix").text
    assert console.get("/alerts?beyond=junk").status_code == 200


def httpx_path(page: str, way: str) -> str:
    return "/alerts" + page.split(f'rel="{way}" href="')[1].split('"')[0].replace("&amp;", "&")


def test_source_that_should_have_been_heard_is_told_first(console: Console) -> None:
    assert "nagios är tyst Den har aldrig hörts." in words_of(console.get("/alerts").text)
    with console.desk.office() as office:
        office.work.alerts.hear("nagios", console.desk.now)
    assert "är tyst" not in console.get("/alerts").text
    console.desk.later(minutes=31)
    console.sign_in("lisa@desk.example")
    assert "nagios är tyst Den borde ha hörts av" in words_of(console.get("/alerts").text)


def test_command_line_lists_the_same(console: Console) -> None:
    settings = str(console.desk.folder / "settings.toml")
    over = CliRunner().invoke(main, ["--settings", settings, "alerts", "list", "--state", "over", "--json"])
    (row,) = json.loads(over.output)
    assert (row["key"], row["incident"], row["folded"], row["severity"]) == ("zabbix|disk", "SD-1002", 1, "High")
    table = CliRunner().invoke(main, ["--settings", settings, "alerts", "list", "--source", "nagios", "--limit", "2"])
    assert [line.split()[0] for line in table.output.splitlines()] == ["SOURCE", "nagios", "nagios"]
    none = CliRunner().invoke(main, ["--settings", settings, "alerts", "list", "--source", "zabbix"])
    assert none.output.strip() == "No alert lasts."


def test_fact_whose_details_have_any_name_is_told(console: Console) -> None:
    with console.desk.office() as office:
        ticket = office.work.tickets.get(1002, lock=True)
        fact = AlertRecorded(ticket=1002, at=office.now, actor="nagios@mon.example", state="problem", key="nagios|disk")
        record(office, ticket, [fact])
    assert "Övervakning" in words_of(console.get("/tickets/SD-1002").text)
