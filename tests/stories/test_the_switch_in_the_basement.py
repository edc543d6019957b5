"""The switch in the basement: routed by its words, handed to specialists by mail, accepted or returned, never lost.

Rows 2, 13, 14 and 16 of what the desk is for: the most competent agent, first and second level, ownership.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailbot.workflows import watch_list
from mailbot.workflows.timers import find_timers, fire_due
from tests.support.desk import WorkingDesk
from tests.support.routed import ASSIGNED
from tests.support.running import RunningMailbot
from tests.support.scripted_smtp import ScriptedSmtp

ANNA, LISA, OMAR = "anna@kommun.example", "lisa@desk.example", "omar@desk.example"
LISA_WRITES, OMAR_WRITES = f"Lisa Lind <{LISA}>", f"Omar Nasser <{OMAR}>"
SPECIALISTS = f"""
[[groups]]
name = "desk"
[[groups]]
name = "network"
[[agents]]
address = "{OMAR}"
name = "Omar Nasser"
groups = ["network"]
skills = {{ network = 3 }}
[[services]]
name = "network"
title = "Nätverk"
words = {{ sv = ["*nätverk*", "switch*"] }}
skills = {{ network = 1 }}
"""


@pytest.fixture
def specialists(tmp_path: Path, store_url: str, sink: ScriptedSmtp) -> Iterator[RunningMailbot]:
    with RunningMailbot(tmp_path, store_url, sink, SPECIALISTS) as running:
        yield running


def test_first_level_hands_over_by_mail_and_second_level_solves_it(specialists: RunningMailbot) -> None:
    desk = specialists
    desk.send("Långsamt", "Hej, nätverket på plan 3 är långsamt sedan i morse.")
    told = desk.letter_to(LISA, 1)
    shown = desk.json("ticket", "show", "SD-1001")
    assert (shown["service"], shown["group"], shown["routed"]["words"]) == ("network", "desk", ["nätverket"])

    desk.answer(told, "#prova\n#eskalera network Switchen i källaren tappar paket.", sender=LISA_WRITES)
    assert desk.letter_to(LISA, 2)["Subject"] == "[SD-1001] Prov: inget är ändrat: Långsamt"
    assert desk.json("ticket", "show", "SD-1001")["group"] == "desk"

    desk.answer(told, "#prioritet hög\n#eskalera network Switchen i källaren tappar paket.", sender=LISA_WRITES)
    asked = desk.letter_to(OMAR, 1)
    assert asked["Subject"] == "[SD-1001] Tar ni över? Långsamt"
    desk.answer(asked, "#ta\n#lös Vi har bytt switchen i källaren.", sender=OMAR_WRITES)

    question = desk.letter_to(ANNA, 2)
    assert question["From"].addresses[0].addr_spec == "support@desk.example"
    desk.answer(question, "Acceptera")
    closed = desk.wait_for_state("closed")
    assert (closed["owner"], closed["group"], closed["assignee"], closed["priority"]) == (
        "desk",
        "network",
        OMAR,
        "high",
    )
    steps = [s["fact"] for s in desk.json("ticket", "why", "SD-1001")["steps"]]
    assert steps == [
        "ticket_registered",
        "ticket_routed",
        "escalated_to_group",
        "escalation_accepted",
        "ticket_assigned",
    ]
    assert desk.json("audit")["findings"] == []


def test_nobody_accepts_so_it_comes_back_and_stands_on_the_list_of_the_morning(
    open_desk: Callable[..., WorkingDesk],
) -> None:
    desk = open_desk(ASSIGNED)
    tick(desk)
    desk.receive("Ingen har nät.", subject="Hjälp")
    desk.answer(desk.letter_to(LISA), "#eskalera network Switchen i källaren är död.", sender=LISA_WRITES)
    assert {m["To"] for m in desk.deliver() if "Tar ni över?" in m["Subject"]} == {
        OMAR_WRITES,
        "Eva Ek <eva@desk.example>",
        "Gun Gran <gun@desk.example>",
    }

    desk.later(hours=4, minutes=1)
    assert "[SD-1001] Inte mottaget av network: Hjälp" in tick(desk)
    assert (desk.ticket().group, desk.ticket().owner) == ("desk", "desk")

    desk.later(hours=3)
    desk.answer(desk.letter_to(LISA), "#eskalera network Omstartad utan resultat.", sender=LISA_WRITES)
    desk.now = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    assert "Servicedesk: 1 ärende att hålla ögonen på" in tick(desk)

    desk.now += timedelta(hours=1)
    (asked,) = [m for m in everything_to(desk, OMAR) if "Tar ni över?" in m["Subject"]][-1:]
    desk.answer(asked, "#åter Switchen är er sedan i våras.", sender=OMAR_WRITES)
    assert desk.ticket().group == "desk"
    assert [f for f in desk.facts() if f.startswith("escalat")] == [
        "escalated_to_group",
        "escalation_expired",
        "escalated_to_group",
        "escalation_returned",
    ]
    assert [to for notice, to in desk.notices() if to == ANNA and notice != "heartbeat"][:1] == [ANNA]


def tick(desk: WorkingDesk) -> set[str]:
    """What is due by the clock happens; the subjects of what leaves."""
    watch_list.run(desk.desk.open_office)
    fire_due(desk.desk.open_office, find_timers(), "story#t")
    return {m["Subject"] for m in desk.deliver()}


def everything_to(desk: WorkingDesk, address: str) -> list:  # type: ignore[type-arg]
    from tests.support.desk import read_letter

    with desk.office() as office:
        rows = office.work.outbox.list_rows(limit=1000)
    return [read_letter(m.content) for m in reversed(rows) if m.recipient == address]
