"""Sources described by the admin: which expressions are fit for strangers' text, and what their words mean."""

from __future__ import annotations

import pytest

from mailbot.desk.reading_rules import AlertRule, ReadingRules
from mailbot.desk.vocabulary import AlertState
from mailbot.parsers.alerts import read_alerts
from mailbot.parsers.alerts.labelled import find_fault, read_state
from mailbot.parsers.message import read_message


@pytest.mark.parametrize(
    "pattern",
    [
        r"^Host (?P<host>\S+) is (?P<state>UP|DOWN)$",
        r"(?P<host>[^/\n]+)/(?P<service>.*?): (?P<state>\w+)",
        r"(?:\[(?P<severity>\w+)\] )?(?P<summary>.+)",
        r"(?P<host>[(*+]+) x",
        r"\((?P<host>a+)\)\+",
        r"[]+*]+(?P<host>x)",
        r"(?P<host>abc)+",
    ],
)
def test_find_fault_of_fit_pattern_is_empty(pattern: str) -> None:
    assert find_fault(pattern) == ""


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        (r"(a+)+b", "a repetition inside a repeated group"),
        (r"(?P<host>\w*\s?)*$", "a repetition inside a repeated group"),
        (r"(a|aa)+$", "a repetition inside a repeated group"),
        (r"((?:a*))*", "a repetition inside a repeated group"),
        (r"(?:x[)]+){2,}", "a repetition inside a repeated group"),
        (r"(?P<host>", "not a regular expression: missing ), unterminated name at position 9"),
        ("a" * 2_001, "longer than 2,000 characters"),
    ],
)
def test_find_fault_of_unfit_pattern_tells_why(pattern: str, fault: str) -> None:
    assert find_fault(pattern).startswith(fault.split(":")[0])


@pytest.mark.timeout(10)
def test_refused_pattern_is_never_tried() -> None:
    rules = ReadingRules(alert_rules=(AlertRule("x", "x@kund.example", r"(a+)+(?P<host>b)"),))
    raw = b"From: x@kund.example\nSubject: " + b"a" * 3_000 + b"\n\n\n"
    assert read_alerts(read_message(raw), rules) == ()


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("DOWN", AlertState.PROBLEM),
        ("Critical (since 5 min)", AlertState.PROBLEM),
        ("OK", AlertState.RECOVERY),
        ("Resolved.", AlertState.RECOVERY),
        ("acknowledged", AlertState.ACKNOWLEDGEMENT),
        ("läge röd", AlertState.PROBLEM),
        ("blå", AlertState.UNKNOWN),
        ("tyst", AlertState.UNKNOWN),
        ("", AlertState.UNKNOWN),
    ],
)
def test_read_state_by_own_table_then_by_common_words(text: str, state: AlertState) -> None:
    assert read_state(text, (("Läge  röd", "problem"), ("tyst", "no such state"))) is state


def test_pattern_without_state_gives_unknown() -> None:
    rules = ReadingRules(alert_rules=(AlertRule("dörr", "x@kund.example", r"Door (?P<host>\w+)(?P<key>)?"),))
    (found,) = read_alerts(read_message(b"From: x@kund.example\nSubject: Door A7\n\n\n"), rules)
    assert (found.tool, found.state, found.key, found.host) == ("dörr", AlertState.UNKNOWN, "A7|", "A7")


def test_second_rule_of_one_sender_is_tried() -> None:
    rules = ReadingRules(
        alert_rules=(
            AlertRule("a", "x@kund.example", r"^no (?P<host>\w)"),
            AlertRule("b", "x@kund.example", r"(?P<key>\d+) up"),
        )
    )
    (found,) = read_alerts(read_message(b"From: x@kund.example\nSubject: 17 up\n\n\n"), rules)
    assert (found.tool, found.key) == ("b", "17")


def test_described_source_may_show_the_header_of_a_mail() -> None:
    """A watcher of mail queues tells of mails; a person who passes an alert on is not one of its senders."""
    rules = ReadingRules(alert_rules=(AlertRule("kö", "ko@kund.example", r"Queue (?P<host>\w+) is (?P<state>\w+)"),))
    body = b"Queue mx1 is full\n\nFrom: a@kund.example\nSubject: stuck\n"
    (found,) = read_alerts(read_message(b"From: ko@kund.example\nSubject: mail queue\n\n" + body), rules)
    assert (found.tool, found.host) == ("k\u00f6", "mx1")
