"""Nagios and what descends from it (Naemon, Icinga 1, Centreon, Shinken): mail of the sample notification commands.

    ***** Nagios *****

    Notification Type: PROBLEM
    Service: HTTPS
    Host: Shop Frontend 01
    State: CRITICAL

Host and service are taken from the labelled lines: in the subject both may contain the slash that parts them. Host
mails carry the host's name and service mails its alias, which is why a host and its services need not agree here.
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
_STATES = frozenset(["OK", "WARNING", "CRITICAL", "UNKNOWN", "UP", "DOWN", "UNREACHABLE", "PENDING"])


def read(sheet: Sheet, rules: ReadingRules) -> tuple[Alert, ...]:
    word = sheet.value("notification type").upper()
    state = NOTIFICATION_TYPES.get(word.split("(")[0].strip())
    host, service, severity = sheet.value("host"), sheet.value("service"), sheet.value("state").upper()
    if state is None or not host or severity not in _STATES:
        return ()
    if not any(_BANNER.match(line) for line in sheet.lines):
        return ()
    summary = sheet.value("additional info", "info") or _output_below(sheet.lines)
    alert = Alert("nagios", state, make_key(host, service), severity, host, service, summary, sheet.link("http"))
    return (with_time(alert, sheet.mail),)


def _output_below(lines: tuple[str, ...]) -> str:
    """The check's output: the first line with words below "Additional Info:", which stands before an empty line."""
    for number, line in enumerate(lines):
        if line.strip().lower() in ("additional info:", "info:"):
            return next((below.strip() for below in lines[number + 1 :] if below.strip()), "")
    return ""


FORMAT = AlertFormat("nagios", read)
