"""Azure Monitor: "Fired:Sev2 Azure Monitor Alert RULE on RESOURCE ( type ) at TIME", the older "Azure: Activated …".

The alert's GUID is the key, from its cell or the portal link: the same when it fires and when it resolves. Without it
the rule and the resource are. ``group`` is the rule. Log alerts without state never resolve.
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
    r"(?P<state>Fired|Resolved): ?(?P<severity>Sev\d) Azure Monitor Alert (?P<rule>.{1,260}?) on (?P<host>.{1,260}?)"
    r" \( ?[^()]{0,200}\) at (?P<time>.{1,60})$"
)
_OLD_SUBJECT = re.compile(r"Azure: (?P<state>Activated|Deactivated) Severity: (?P<severity>\d) (?P<rule>.{1,260})$")
_GUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ALERT_ID = re.compile(_GUID, re.IGNORECASE)
_LINKED_ID = re.compile(rf"Microsoft\.AlertsManagement(?:/|%2f)alerts(?:/|%2f)({_GUID})", re.IGNORECASE)
_STATES = {
    "Fired": AlertState.PROBLEM,
    "Activated": AlertState.PROBLEM,
    "Resolved": AlertState.RECOVERY,
    "Deactivated": AlertState.RECOVERY,
}


def read(sheet: Sheet, rules: ReadingRules) -> tuple[Alert, ...]:
    match = _SUBJECT.match(sheet.subject) or _OLD_SUBJECT.match(sheet.subject)
    if match is None or not any("azure" in line.lower() for line in sheet.lines):
        return ()
    words = match.groupdict()
    rule = sheet.below("alert name", "rule") or words["rule"]
    resource = (sheet.below("affected resource", "resource") or words.get("host") or "").rstrip("/").rpartition("/")[2]
    alert_id = _find_alert_id(sheet)
    alert = Alert(
        tool="azure_monitor",
        state=_STATES[words["state"]],
        key=make_key(alert_id) if alert_id else make_key(rule, resource),
        severity=words["severity"],
        host=resource if "host" in words else "",
        service=rule,
        summary=sheet.below("description") or (f"{rule} on {resource}" if resource else rule),
        link=sheet.link("portal.azure.com"),
        group=rule,
    )
    return (with_time(alert, sheet.mail, _read_time(words.get("time") or "")),)


def _find_alert_id(sheet: Sheet) -> str:
    told = _ALERT_ID.fullmatch(sheet.below("alert id") or sheet.value("alert id"))
    linked = next((match for url in sheet.links if (match := _LINKED_ID.search(url))), None)
    return (told[0] if told else linked[1] if linked else "").lower()


def _read_time(text: str) -> datetime | None:
    """The subject's time is UTC, month first, and of this very event; the table only tells when it fired."""
    try:
        return datetime.strptime(text.removesuffix(" UTC"), "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=UTC)
    except ValueError:
        return None


FORMAT = AlertFormat("azure_monitor", read)
