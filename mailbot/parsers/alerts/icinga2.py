"""Icinga 2: mail of its own notification scripts.

    ***** Service Monitoring on icinga-master.corp.example *****
    disk /var on db-02 is WARNING!
    Info:    DISK WARNING - free space …
    When:    2026-11-03 09:02:17 +0100
    Service: disk-var
    Host:    db-02.corp.example

The subject has display names; the names that do not change stand in the lines below "When:". What stands above is the
check's output, which may have lines of any look. Mails of Icinga 1 look like those of Nagios and are read there.
"""

from __future__ import annotations

import re
from datetime import datetime

from mailbot.desk.correspondence import Alert
from mailbot.desk.reading_rules import ReadingRules
from mailbot.desk.vocabulary import AlertState
from mailbot.parsers.alerts import AlertFormat
from mailbot.parsers.alerts.nagios import NOTIFICATION_TYPES, has_banner
from mailbot.parsers.alerts.sheet import Sheet, make_key, read_labels, split_label, with_time

_BANNER = re.compile(r"\W{0,4}\*{3,10} (Host|Service) monitoring on [^*]{1,255}\*{3,10}$", re.IGNORECASE)
_TYPE = re.compile(r"\[([A-Z]{3,30})\] ")
_VERDICT = re.compile(r".{1,1000} is (OK|WARNING|CRITICAL|UNKNOWN|UP|DOWN|UNREACHABLE)!$")
_WHEN = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4})")


def read(sheet: Sheet, rules: ReadingRules) -> tuple[Alert, ...]:
    banner = next((match for line in sheet.lines if (match := _BANNER.match(line.strip()))), None)
    starts = [number for number, line in enumerate(sheet.lines) if split_label(line)[0] == "when"]
    if banner is None or not starts or not (_TYPE.match(sheet.subject) or has_banner(sheet, _BANNER)):
        return ()
    labels = read_labels(sheet.lines[starts[0] :])
    host, service = labels.get("host", ""), labels.get("service", "")
    severity = _read_severity((sheet.subject, *sheet.lines[: starts[0]]))
    if not host or not severity or (banner[1].lower() == "service") != bool(service):
        return ()
    state = _read_state(sheet.subject, severity)
    summary = read_labels(sheet.lines[: starts[0]]).get("info", "")
    link = sheet.link("/icingadb/", "/monitoring/", "host.name=")
    alert = Alert("icinga2", state, make_key(host, service), severity, host, service, summary, link)
    return (with_time(alert, sheet.mail, _read_time(labels.get("when", ""))),)


def _read_severity(lines: tuple[str, ...]) -> str:
    return next((match[1] for line in lines if (match := _VERDICT.match(line.strip()))), "")


def _read_state(subject: str, severity: str) -> AlertState:
    """By the subject's notification type; where a site has changed the subject, by what the object's state is."""
    match = _TYPE.match(subject)
    told = NOTIFICATION_TYPES.get(match[1]) if match else None
    return told or (AlertState.RECOVERY if severity in ("OK", "UP") else AlertState.PROBLEM)


def _read_time(text: str) -> datetime | None:
    match = _WHEN.match(text)
    try:
        return datetime.strptime(match[1], "%Y-%m-%d %H:%M:%S %z") if match else None
    except ValueError:
        return None


FORMAT = AlertFormat("icinga2", read)
