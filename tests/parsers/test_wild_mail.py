"""Mails of programs that nobody listed beforehand, and of people who write about those: each is read as labelled."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from mailbot.parsers.filenames import clean_filename
from mailbot.parsers.message import read_message
from tests.support.wild_mail import list_lines, mail_bytes, read_line

ALERTS = list_lines("alerts")
REPORTS = list_lines("reports")
ABSENCES = list_lines("absences")
MESSAGES = list_lines("mime")
HEADERS = list_lines("headers")
KEYS_OF_PAIRS: dict[str, list[set[tuple[str, str]]]] = defaultdict(list)
for _line in ALERTS:
    if _line["pair"]:
        KEYS_OF_PAIRS[_line["pair"]].append({(alert.tool, alert.key) for alert in read_line(_line).alerts})


def name_of(line: dict[str, Any]) -> str:
    return str(line["name"])


@pytest.mark.parametrize("line", ALERTS, ids=name_of)
def test_alerts_are_read_as_labelled(line: dict[str, Any]) -> None:
    """State of each event in order; severity, host and service where the label names them."""
    alerts = read_line(line).alerts
    assert [alert.state.value for alert in alerts] == [wanted["state"] for wanted in line["alerts"]]
    for alert, wanted in zip(alerts, line["alerts"], strict=True):
        named = {part: value for part in ("severity", "host", "service") if (value := wanted[part]) is not None}
        assert alert.tool in wanted["tools"]
        assert {part: getattr(alert, part) for part in named} == named


@pytest.mark.parametrize("pair", KEYS_OF_PAIRS)
def test_mails_about_one_thing_have_one_key(pair: str) -> None:
    """Problem, acknowledgement, recovery: the same key, also where the first mail told of several things."""
    first, *later = KEYS_OF_PAIRS[pair]
    assert first
    assert all(keys and keys <= first for keys in later)


@pytest.mark.parametrize("line", REPORTS, ids=name_of)
def test_reports_are_read_as_labelled(line: dict[str, Any]) -> None:
    reading = read_line(line)
    assert reading.automatic.kind.value in line["kinds"]
    report = reading.report
    if line["message_id"]:
        assert report is not None
        assert report.original_message_id == line["message_id"]
    if line["recipients"]:
        assert report is not None
        told = {each.address: each for each in report.recipients}
        assert sorted(told) == sorted(wanted["address"] for wanted in line["recipients"])
        for wanted in line["recipients"]:
            assert told[wanted["address"]].action == wanted["action"]
            if wanted["permanent"] is not None:
                assert told[wanted["address"]].permanent is wanted["permanent"]


@pytest.mark.parametrize("line", ABSENCES, ids=name_of)
def test_absences_and_words_of_people_are_read_as_labelled(line: dict[str, Any]) -> None:
    automatic = read_line(line).automatic
    assert automatic.kind.value in line["kinds"]
    told = {
        "returns_on": automatic.returns_on.isoformat() if automatic.returns_on else None,
        "substitute": automatic.substitute.address if automatic.substitute else None,
    }
    assert {part: told[part] for part in told if part in line} == {part: line[part] for part in told if part in line}


@pytest.mark.parametrize("line", MESSAGES, ids=name_of)
def test_messages_are_read_as_labelled(line: dict[str, Any]) -> None:
    mail, wanted = read_message(mail_bytes(line)), line["expect"]
    assert [part for part in wanted.get("text", []) if part not in mail.text] == []
    assert [part for part in wanted.get("nottext", []) if part in mail.text] == []
    assert [part for part in wanted.get("html", []) if part not in mail.html] == []
    told = {
        "subject": mail.subject,
        "names": [each.filename for each in mail.attachments],
        "sizes": [len(each.content) for each in mail.attachments],
        "from_": mail.from_[0].name if mail.from_ else "",
        "encrypted": mail.encrypted,
        "signed": mail.signed,
    }
    expected = {part: wanted[part] for part in told if part in wanted}
    if "names" in expected:
        expected["names"] = [clean_filename(each) for each in expected["names"]]
    assert {part: told[part] for part in expected} == expected


@pytest.mark.parametrize("line", HEADERS, ids=name_of)
def test_people_dates_ids_and_nested_mails_are_read_as_labelled(line: dict[str, Any]) -> None:
    mail, wanted = read_message(mail_bytes(line)), line["expect"]
    told = {
        "from": [[box.name, box.address] for box in mail.from_],
        "author": mail.author.address if mail.author else "",
        "to": [box.address for box in mail.to],
        "date": mail.date.isoformat() if mail.date else None,
        "mid": mail.message_id,
        "irt": list(mail.in_reply_to),
        "refs": list(mail.references),
        "names": [each.filename for each in mail.attachments],
        "encrypted": mail.encrypted,
        "signed": mail.signed,
    }
    assert {part: told[part] for part in told if part in wanted} == {
        part: wanted[part] for part in told if part in wanted
    }
    assert [part for part in wanted.get("text", []) if part not in mail.text] == []
    assert [part for part in wanted.get("nottext", []) if part in mail.text] == []
    assert [part for part in wanted.get("html", []) if part not in mail.html] == []
    inner = "\n".join(each.text for each in mail.nested)
    assert [part for part in wanted.get("nested", []) if part not in inner] == []
