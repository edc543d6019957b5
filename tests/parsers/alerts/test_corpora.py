"""Alerts and ordinary mails that nobody of this project wrote; skipped where the corpora are not at hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailbot.desk.reading_rules import ReadingRules
from mailbot.parsers.alerts import alert_formats, read_alerts
from mailbot.parsers.alerts.sheet import Sheet
from mailbot.parsers.message import read_message

CORPORA = Path(__file__).parents[4] / "shared" / "corpora"
pytestmark = pytest.mark.skipif(not (CORPORA / "alerts").is_dir(), reason="needs the corpora beside the checkout")


def read_index(folder: str) -> list[dict[str, object]]:
    index = CORPORA / folder / "index.jsonl"
    return [json.loads(line) for line in index.read_text(encoding="utf-8").splitlines()] if index.is_file() else []


@pytest.mark.parametrize("entry", read_index("alerts"), ids=lambda entry: entry["file"])
def test_read_alerts_of_corpus_mail(entry: dict[str, object]) -> None:
    """The index knows one alert for a mail: its key is the group's where a tool tells a group."""
    mail = read_message((CORPORA / "alerts" / str(entry["file"])).read_bytes())
    key = str(entry["key"]).partition("|")[2]
    wanted = (entry["state"], entry["severity"], entry["host"] or "", entry["service"] or "")
    found = read_alerts(mail, ReadingRules())
    assert {(str(alert.state), alert.severity, alert.host, alert.service) for alert in found} == {wanted}
    assert all(key in (alert.key, alert.group) for alert in found)
    assert [form.tool for form in alert_formats() if form.read(Sheet(mail), ReadingRules())] == [found[0].tool]


def test_read_alerts_of_ordinary_corpus_mails_is_empty() -> None:
    paths = [CORPORA / "mime" / str(entry["file"]) for entry in read_index("mime")]
    taken = [path.name for path in paths if read_alerts(read_message(path.read_bytes()), ReadingRules())]
    assert taken == []
