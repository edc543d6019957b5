"""Nagios and what descends from it (Naemon, Icinga 1, Centreon, Shinken): mail of the sample notification commands.

    ***** Nagios *****

    Notification Type: PROBLEM
    Service: HTTPS
    Host: Shop Frontend 01
    State: CRITICAL

Host and service are taken from the labelled lines, and from the subject only where a site has changed the text: there
both may contain the slash that parts them. Host mails carry the host's name and service mails its alias, which is why
a host and its services need not agree here.
"""

from __future__ import annotations

import re

from mailbot.desk.correspondence import Alert
from mailbot.desk.reading_rules import ReadingRules
from mailbot.desk.vocabulary import AlertState
from mailbot.parsers.alerts import AlertFormat
from mailbot.parsers.alerts.sheet import Sheet, make_key, with_time

NOTIFICATION_TYPES = {
    "PROBLEM": AlertState.PROBLEM,
    "RECOVERY": AlertState.RECOVERY,
    "ACKNOWLEDGEMENT": AlertState.ACKNOWLEDGEMENT,
    "FLAPPINGSTART": AlertState.FLAPPING,
    "FLAPPINGSTOP": AlertState.FLAPPING,
    "FLAPPINGDISABLED": AlertState.FLAPPING,
    "FLAPPINGEND": AlertState.FLAPPING,
    "DOWNTIMESTART": AlertState.DOWNTIME,
    "DOWNTIMEEND": AlertState.DOWNTIME,
    "DOWNTIMESTOP": AlertState.DOWNTIME,
    "DOWNTIMECANCELLED": AlertState.DOWNTIME,
    "DOWNTIMEREMOVED": AlertState.DOWNTIME,
    "CUSTOM": AlertState.UPDATE,
}
"""The words of $NOTIFICATIONTYPE$; Icinga 2 writes some of them differently."""

_BANNER = re.compile(r"[ >]{0,2}\*{3,10} ?[^*\n]{1,80}\*{3,10}$")
_SUBJECT = re.compile(
    r"\*\* ?(?P<kind>[A-Z]{3,30}) (?P<what>Host|Service) Alert: (?P<name>.{1,500}) is (?P<state>[A-Z]{2,20}) ?\*\*$"
)
MONITORS = ("nagios", "naemon", "icinga", "centreon", "shinken", "monitor", "op5", "alert", "larm", "vakt")
_STATES = frozenset(["OK", "WARNING", "CRITICAL", "UNKNOWN", "UP", "DOWN", "UNREACHABLE", "PENDING"])


def read(sheet: Sheet, rules: ReadingRules) -> tuple[Alert, ...]:
    subject = _SUBJECT.match(sheet.subject)
    if subject is None and not has_banner(sheet, _BANNER):
        return ()
    told = _read_labels(sheet) or (_read_subject(subject) if subject else None)
    if told is None or not (sheet.value("notification type") or _is_borne_out(sheet, told)):
        return ()
    kind, host, service, severity = told
    summary = sheet.value("additional info", "info") or _output_below(sheet.lines)
    key, link = make_key(host, service), sheet.link("http")
    alert = Alert("nagios", NOTIFICATION_TYPES[kind], key, severity, host, service, summary, link)
    return (with_time(alert, sheet.mail),)


def has_banner(sheet: Sheet, banner: re.Pattern[str]) -> bool:
    """Does the line of asterisks stand where the tool puts it, or anywhere in a mail of a monitor? People paste such a
    mail below their own words."""
    first = next((line for line in sheet.lines if line.strip()), "")
    return bool(banner.match(first.strip())) or (
        sheet.is_from(MONITORS) and any(banner.match(line.strip()) for line in sheet.lines)
    )


def _read_labels(sheet: Sheet) -> tuple[str, str, str, str] | None:
    """Notification type, host, service and state of the labelled lines; some sites write "DOWN for 0d 0h 5m"."""
    kind = sheet.value("notification type").upper().split("(")[0].strip()
    host, service = sheet.value("host"), sheet.value("service")
    severity = sheet.value("state").upper().partition(" ")[0]
    return (kind, host, service, severity) if kind in NOTIFICATION_TYPES and host and severity in _STATES else None


def _read_subject(subject: re.Match[str]) -> tuple[str, str, str, str] | None:
    """The same of the subject, for sites that have changed the text: a host's name seldom has a slash."""
    host, _, service = subject["name"].partition("/") if subject["what"] == "Service" else (subject["name"], "", "")
    if subject["kind"] not in NOTIFICATION_TYPES or subject["state"] not in _STATES:
        return None
    return subject["kind"], host, service, subject["state"]


def _is_borne_out(sheet: Sheet, told: tuple[str, str, str, str]) -> bool:
    """Where only the subject tells: does the sender's name say that he is a monitor, or the text the host and the state
    again? People ask about such mails under their subject."""
    text = "\n".join(sheet.lines)
    said = told[1] in text and told[3] in text
    return said or not text.strip() or sheet.is_from(MONITORS)


def _output_below(lines: tuple[str, ...]) -> str:
    """The check's output: the first line with words below "Additional Info:", which stands before an empty line."""
    for number, line in enumerate(lines):
        if line.strip().lower() in ("additional info:", "info:"):
            return next((below.strip() for below in lines[number + 1 :] if below.strip()), "")
    return ""


FORMAT = AlertFormat("nagios", read)
