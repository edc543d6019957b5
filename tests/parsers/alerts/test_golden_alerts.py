"""Golden pairs: what each monitoring mail in ``tests/corpus/alerts`` says, and that exactly one format takes it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from mailbot.desk.reading_rules import AlertRule, ReadingRules
from mailbot.parsers.alerts import alert_formats, read_alerts
from mailbot.parsers.alerts.sheet import Sheet
from mailbot.parsers.message import read_message

CORPUS = Path(__file__).parents[2] / "corpus" / "alerts"
MAILS = sorted(CORPUS.glob("*/*.eml"))


def read_pair(path: Path) -> tuple[bytes, ReadingRules, list[dict[str, Any]]]:
    told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    rules = [
        AlertRule(rule["name"], rule["sender"], rule["pattern"], tuple((word, state) for word, state in rule["states"]))
        for rule in told.get("rules", [])
    ]
    return path.read_bytes(), ReadingRules(alert_rules=tuple(rules)), told["alerts"]


def as_json(alert: Any) -> dict[str, Any]:
    told = asdict(alert)
    told["state"] = str(told["state"])
    told["occurred_at"] = told["occurred_at"].isoformat() if told["occurred_at"] else None
    return told


@pytest.mark.parametrize("path", MAILS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_read_alerts_of_golden_mail(path: Path) -> None:
    raw, rules, expected = read_pair(path)
    assert [as_json(alert) for alert in read_alerts(read_message(raw), rules)] == expected


@pytest.mark.parametrize("path", MAILS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_exactly_one_format_takes_golden_mail(path: Path) -> None:
    raw, rules, expected = read_pair(path)
    sheet = Sheet(read_message(raw))
    takers = [alert_format.tool for alert_format in alert_formats() if alert_format.read(sheet, rules)]
    assert takers == ([path.parent.name] if expected else [])


def test_every_format_has_golden_mails() -> None:
    assert {path.parent.name for path in MAILS} == {alert_format.tool for alert_format in alert_formats()}
