"""PRTG Network Monitor: notification mails, by labelled lines, the HTML table, or the subject.

    [PRTG Network Monitor (SRV)] nas-backup-1 Ping (Ping) Down (Request timed out)

The sensor id in the links is the key: device and sensor names may be changed while a sensor is down. Subject and text
are freely configurable; what makes a mail PRTG's is its mailer, its subject's site name, or its name in the footer,
together with a sensor's link and a status word.
"""

from __future__ import annotations

import re

from mailbot.desk.correspondence import Alert
from mailbot.desk.reading_rules import ReadingRules
from mailbot.desk.vocabulary import AlertState
from mailbot.parsers.alerts import AlertFormat
from mailbot.parsers.alerts.sheet import Sheet, make_key, with_time

_SENSOR_LINK = re.compile(r"^https?://([^/\s]{1,255})/sensor\.html?\?(?:[^#\s]{0,200}&)?id=(\d{1,12})\b", re.IGNORECASE)
_SUBJECT = re.compile(r"\[PRTG Network Monitor\b[^\]]{0,200}\]\s?(.*)", re.IGNORECASE)
_STATUS = re.compile(
    r"\b(Down|Up|Warning|Unusual|Paused|Unknown)(?: (ended)\b| \((Acknowledged|Partial)\)| (escalation|repeat)\b)?",
    re.IGNORECASE,
)
_TRAILER = re.compile(r" \([^()]{0,300}\)(?: \*{1,5})?$| \*{1,5}$")
_STATES = {
    "down": AlertState.PROBLEM,
    "warning": AlertState.PROBLEM,
    "unusual": AlertState.PROBLEM,
    "up": AlertState.RECOVERY,
    "paused": AlertState.DOWNTIME,
    "unknown": AlertState.UNKNOWN,
}


def read(sheet: Sheet, rules: ReadingRules) -> tuple[Alert, ...]:
    if not _is_prtg(sheet):
        return ()
    sensor = next(((url, match) for url in sheet.links if (match := _SENSOR_LINK.match(url))), None)
    if sensor is None:
        return ()
    subject = _SUBJECT.match(sheet.subject)
    words = (
        sheet.value("status", "sensor status")
        or sheet.below("sensor status", "status")
        or (subject[1] if subject else "")
    )
    status = _STATUS.search(words[:500])
    if status is None:
        return ()
    device = sheet.value("device") or sheet.below("device")
    name = sheet.value("sensor") or sheet.below("sensor")
    summary = sheet.value("message", "last message") or sheet.below("message", "last message")
    alert = Alert(
        tool="prtg",
        state=_read_state(status),
        key=make_key(sensor[1][2]),
        severity=status[1].capitalize(),
        host=_TRAILER.sub("", device),
        service=_TRAILER.sub("", name or (words[: status.start()].strip() if subject and words == subject[1] else "")),
        summary=summary or sheet.subject,
        link=sensor[0],
    )
    return (with_time(alert, sheet.mail),)


def _is_prtg(sheet: Sheet) -> bool:
    if "PRTG" in sheet.mail.header("X-Mailer") or _SUBJECT.match(sheet.subject):
        return True
    return any(line.startswith("PRTG Network Monitor") for line in (*sheet.html_lines, *sheet.text_lines))


def _read_state(status: re.Match[str]) -> AlertState:
    """An ended trouble is a recovery ("Down ended (now: Up)"); an acknowledged sensor is still down."""
    if status[2]:
        return AlertState.RECOVERY
    if (status[3] or "").lower() == "acknowledged":
        return AlertState.ACKNOWLEDGEMENT
    return _STATES[status[1].lower()]


FORMAT = AlertFormat("prtg", read)
