"""UptimeRobot: "Monitor is DOWN: NAME", older ones with the address in parentheses; of late also "NAME is up".

The key is the monitor's name: it stands in every mail, while the monitor's number stands only in links, which some
accounts' mails carry through a click counter.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from mailbot.desk.correspondence import Alert
from mailbot.desk.reading_rules import ReadingRules
from mailbot.desk.vocabulary import AlertState
from mailbot.parsers.alerts import AlertFormat
from mailbot.parsers.alerts.sheet import Sheet, make_key, with_time

_SUBJECT = re.compile(
    r"(?:\W{1,4} )?Monitor is (?P<word>DOWN|UP|PAUSED|STARTED): (?P<name>.{1,300}?)"
    r"(?: \( ?(?P<url>https?://[^\s()]{1,500}) ?\))?$"
)
_SHORT_SUBJECT = re.compile(r"(?P<name>.{1,300}) is (?P<word>down|up)(?P<url>)$")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?:UTC|GMT)\b")
_STATES = {
    "DOWN": AlertState.PROBLEM,
    "UP": AlertState.RECOVERY,
    "PAUSED": AlertState.DOWNTIME,
    "STARTED": AlertState.UPDATE,
}


def read(sheet: Sheet, rules: ReadingRules) -> tuple[Alert, ...]:
    if not _is_uptimerobot(sheet):
        return ()
    named = sheet.below("monitor name") or sheet.value("monitor name")
    match = _SUBJECT.match(sheet.subject) or (_SHORT_SUBJECT.match(sheet.subject) if named else None)
    if match is None:
        return ()
    name, word = named or match["name"], match["word"].upper()
    url = sheet.below("checked url") or sheet.value("checked url") or match["url"] or ""
    summary = sheet.below("root cause", "reason") or sheet.value("root cause", "reason")
    state = _STATES[word]
    time = sheet.below("resolved at") if state is AlertState.RECOVERY else sheet.below("incident started at")
    alert = Alert("uptimerobot", state, make_key(name), word, url, name, summary, sheet.link("/monitors/"))
    return (with_time(alert, sheet.mail, _read_time(time)),)


def _is_uptimerobot(sheet: Sheet) -> bool:
    domain = sheet.sender.rpartition("@")[2]
    return domain == "uptimerobot.com" or domain.endswith(".uptimerobot.com") or bool(sheet.link("uptimerobot.com/"))


def _read_time(text: str) -> datetime | None:
    match = _TIME.match(text)
    try:
        return datetime.strptime(match[1], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) if match else None
    except ValueError:
        return None


FORMAT = AlertFormat("uptimerobot", read)
