"""Checkmk: mail of its notification plug-in, one event or, in bulk mode, one after the other.

    Host:                db-lx-07 (Oracle PROD)
    Service:             CPU load
    Event:               OK → CRIT

Every event begins with its "Host:" line; the plain-text plug-in has alias and address below it, and older versions
"State: OK -> CRITICAL (PROBLEM)" instead of the event. The alias in parentheses is not part of the name. The subject
may be changed by a rule, so the event line is what is read. These mails carry Auto-Submitted: auto-generated and
X-Auto-Response-Suppress, which is why alerts are looked for before automatic replies. Values are HTML-escaped even in
the text part.
"""

from __future__ import annotations

import html
import re
from itertools import pairwise

from mailbot.desk.correspondence import Alert
from mailbot.desk.reading_rules import ReadingRules
from mailbot.desk.vocabulary import AlertState
from mailbot.parsers.alerts import AlertFormat
from mailbot.parsers.alerts.sheet import Sheet, make_key, read_labels, split_label, with_time

_SUBJECT = re.compile(r"Check_?MK:? ", re.IGNORECASE)
_CHANGE = re.compile(r"([A-Z]{2,20}) (?:→|->|-->) ([A-Z]{2,20})(?: \([A-Z]{3,30}\))?$")
_EVENT = re.compile(
    r"(Acknowledged|Started Flapping|Stopped Flapping|Disabled Flapping|Downtime Start|Downtime End|Downtime Cancelled"
    r"|Custom Notification|ALERTHANDLER)(?: \((?:while )?([A-Z]{2,20}|\d{1,3})\))?$"
)
_CELLS = frozenset({"host", "service", "event", "site", "summary", "output", "plugin output"})
_HEAD_LINES = 6
_ALIAS = re.compile(r"(\S{1,255}) \(.{0,500}\)$")
_STATES = {"Acknowledged": AlertState.ACKNOWLEDGEMENT, "Custom Notification": AlertState.UPDATE}


def read(sheet: Sheet, rules: ReadingRules) -> tuple[Alert, ...]:
    if not _SUBJECT.match(sheet.subject) and not _is_marked(sheet):
        return ()
    events = _split_events(sheet.lines) or _split_events(_join_cells(sheet.html_lines))
    found = (_read_event(lines, sheet) for lines in events)
    return tuple(alert for alert in found if alert is not None)


def _is_marked(sheet: Sheet) -> bool:
    """Headers that the plug-in always sets; together with an event line they tell its mails under any subject."""
    header = sheet.mail.header
    return header("Auto-Submitted").startswith("auto-generated") and bool(header("X-Auto-Response-Suppress"))


def _join_cells(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Rows of two table cells as "Label: value" lines, for mails without a text part."""
    return tuple(f"{label}: {value}" for label, value in pairwise(cells) if label.lower() in _CELLS)


def _split_events(lines: tuple[str, ...]) -> list[tuple[str, ...]]:
    starts = [number for number, line in enumerate(lines) if _starts_event(lines, number)]
    return [lines[start:end] for start, end in zip(starts, [*starts[1:], len(lines)], strict=False)]


def _starts_event(lines: tuple[str, ...], number: int) -> bool:
    """A "Host:" line whose event stands close below: check output may have "Host:" lines of its own."""
    if split_label(lines[number])[0] != "host":
        return False
    below = [split_label(line) for line in lines[number + 1 : number + 1 + _HEAD_LINES]]
    named = [label for label, _ in below]
    if "host" in named:
        below = below[: named.index("host")]
    return any(label == "event" or (label == "state" and _CHANGE.match(value)) for label, value in below)


def _read_event(lines: tuple[str, ...], sheet: Sheet) -> Alert | None:
    labels = {label: html.unescape(value) for label, value in read_labels(lines).items()}
    told = _read_state(labels.get("event") or labels.get("state", ""))
    alias = _ALIAS.match(labels.get("host", ""))
    host, service = alias[1] if alias else labels.get("host", ""), labels.get("service", "")
    if told is None or not host:
        return None
    site = labels.get("site", "")
    key = make_key(f"{site}/{host}" if site else host, service)
    summary = labels.get("summary") or labels.get("plugin output") or labels.get("output", "")
    alert = Alert("checkmk", told[0], key, told[1], host, service, summary, sheet.link("/check_mk/"))
    return with_time(alert, sheet.mail)


def _read_state(event: str) -> tuple[AlertState, str] | None:
    """State and severity of an event line; None where it is none."""
    if change := _CHANGE.match(event):
        return (AlertState.RECOVERY if change[2] in ("OK", "UP") else AlertState.PROBLEM), change[2]
    match = _EVENT.match(event)
    if match is None:
        return None
    state = _STATES.get(match[1])
    if state is None:
        words = (("Flapping", AlertState.FLAPPING), ("Downtime", AlertState.DOWNTIME))
        state = next((found for word, found in words if word in match[1]), AlertState.UPDATE)
    return state, match[2] or ""


FORMAT = AlertFormat("checkmk", read)
