"""``docs/wording.md`` names everything that a wording can use."""

import re
from dataclasses import fields
from pathlib import Path

from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.catalogue import CATALOGUE, DeskWords, NoticeContext, TicketWords
from mailbot.templates.check import check_wording
from mailbot.templates.render import packaged_wording
from mailbot.templates.sandbox import FILTERS, OWN_FILTERS

MANUAL = (Path(__file__).parents[2] / "docs" / "wording.md").read_text("utf-8")
SHARED = {field.name for field in fields(NoticeContext)}


def test_manual_lists_the_names_of_every_notice() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (?:the same, and )?((?:`\w+`[^|]*)+) \|$", MANUAL, re.M))
    for kind in NoticeKind:
        wanted = {field.name for field in fields(CATALOGUE[kind].context)} - SHARED
        if kind is NoticeKind.AGENT_NEW_REPLY:
            wanted -= {field.name for field in fields(CATALOGUE[NoticeKind.AGENT_NEW_TICKET].context)}
        assert set(re.findall(r"`(\w+)`", rows[kind.value])) - {"word", "meaning"} == wanted


def test_manual_lists_the_facts_of_desk_and_ticket() -> None:
    rows = dict(re.findall(r"^\| `(desk|ticket)` \| ([^|]*) \|$", MANUAL, re.M))
    for name, kind in (("desk", DeskWords), ("ticket", TicketWords)):
        assert re.findall(r"`(\w+)`", rows[name]) == [field.name for field in fields(kind)]


def test_manual_lists_every_filter_and_part() -> None:
    room = packaged_wording().room_for("sv")
    listed = set(re.findall(r"\\\|(\w+)|`(\w+)`", MANUAL.partition("**Filters**")[2].partition("**Parts**")[0]))
    assert {first or second for first, second in listed} >= FILTERS | OWN_FILTERS
    parts = set(re.findall(r"^\| `\{[{%] (?:call )?(\w+)\(", MANUAL, re.M))
    assert parts == room.globals - {"language", "marker", "spacer", "box"}


def test_example_of_the_manual_is_a_wording() -> None:
    example = re.findall(r"```jinja\n(.*?)```", MANUAL, re.S)
    assert [check_wording(NoticeKind.RECEIPT, "sv", source) for source in example] == [()]
