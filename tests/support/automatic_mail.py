"""The golden pairs of ``tests/corpus/automatic``: a mail, its envelope, and what must be read from both.

In the JSON file, ``envelope`` has reverse_path, way_in and forward_paths; ``expect`` has kind and answerable, and where
they matter reason, returns_on, substitute, report and hints. All pairs share the desk of ``RULES``.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mailbot.desk.correspondence import DeliveryReport, Envelope, InboundMail
from mailbot.desk.reading_rules import ReadingRules
from mailbot.parsers.message import read_message

FOLDER = Path(__file__).parent.parent / "corpus" / "automatic"
RULES = ReadingRules(
    own_addresses=frozenset({"desk@help.example", "bounce@help.example"}),
    domain="help.example",
    own_mark="help.example",
)
RECEIVED_AT = datetime(2026, 7, 8, 12, 0, tzinfo=UTC)


def list_pairs(key: str) -> list[str]:
    """The names of the pairs whose expectations speak of something."""
    return [path.stem for path in sorted(FOLDER.glob("*.json")) if key in read_expectations(path.stem)]


def read_expectations(name: str) -> dict[str, Any]:
    expect: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))["expect"]
    return expect


def read_pair(name: str) -> tuple[InboundMail, Envelope]:
    told = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))["envelope"]
    envelope = Envelope(told["reverse_path"], tuple(told["forward_paths"]), RECEIVED_AT, way_in=told["way_in"])
    return read_message((FOLDER / f"{name}.eml").read_bytes()), envelope


def as_json(report: DeliveryReport) -> dict[str, Any]:
    """A report with the parts that pairs speak of; what is empty is left out, as in the pairs."""
    recipients = [
        {
            "address": each.address,
            "action": each.action,
            "status": each.status,
            "reason": each.reason,
            "permanent": each.permanent,
        }
        for each in report.recipients
    ]
    told: dict[str, Any] = {"form": report.form, "recipients": recipients}
    told["original_message_id"] = report.original_message_id
    if report.original_references:
        told["original_references"] = list(report.original_references)
    if report.reporting_mta:
        told["reporting_mta"] = report.reporting_mta
    return told
